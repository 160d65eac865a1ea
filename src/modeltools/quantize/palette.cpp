#include "modeltools/quantize/palette.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace diarist::modeltools::quantize {
namespace {

// What moves after so many is of no weight: 0.01 dB.
constexpr int kMaxIterations = 300;

// Runs of values that the start is found from, for each entry: few enough to smooth small tensors.
constexpr std::size_t kRunsPerEntry = 4;

/// Midway between neighbours, in double precision: exact for floats.
std::vector<double> borders_of(std::span<const float> table) {
  std::vector<double> borders;
  borders.reserve(table.size());
  for (std::size_t i = 1; i < table.size(); ++i) {
    borders.push_back((static_cast<double>(table[i - 1]) + static_cast<double>(table[i])) / 2);
  }
  return borders;
}

/// Where each cluster ends in `sorted`: the first value beyond its upper border.
std::vector<std::size_t> ends_of(const std::vector<float>& sorted,
                                 const std::vector<double>& centres) {
  std::vector<std::size_t> ends;
  ends.reserve(centres.size());
  auto from = sorted.begin();
  for (std::size_t i = 1; i < centres.size(); ++i) {
    const double border = (centres[i - 1] + centres[i]) / 2;
    from = std::upper_bound(from, sorted.end(), border,
                            [](double b, float value) { return b < static_cast<double>(value); });
    ends.push_back(static_cast<std::size_t>(from - sorted.begin()));
  }
  ends.push_back(sorted.size());
  return ends;
}

/// Where to begin: as densely as the third root of the values' own density, which is what the best
/// table of many entries comes to (Panter and Dite 1951). Found from quantiles: a run of as many
/// values as every other weighs its width to the power of two thirds.
std::vector<double> starting_centres(const std::vector<float>& sorted, std::size_t wanted) {
  const std::size_t runs = std::min(kRunsPerEntry * wanted, sorted.size() - 1);
  const auto edge = [&](std::size_t run) {
    return static_cast<double>(sorted[run * (sorted.size() - 1) / runs]);
  };
  std::vector<double> weight(runs + 1, 0.0);
  for (std::size_t run = 0; run < runs; ++run) {
    const double root = std::cbrt(edge(run + 1) - edge(run));
    weight[run + 1] = weight[run] + root * root;
  }
  std::vector<double> centres;
  std::size_t run = 0;
  for (std::size_t i = 0; i < wanted; ++i) {
    const double place =
        weight.back() * (2 * static_cast<double>(i) + 1) / (2 * static_cast<double>(wanted));
    while (run + 1 < runs && weight[run + 1] < place) ++run;
    const double width = weight[run + 1] - weight[run];
    const double share = width > 0 ? (place - weight[run]) / width : 0.5;
    const double centre = edge(run) + share * (edge(run + 1) - edge(run));
    if (centres.empty() || centre > centres.back()) centres.push_back(centre);
  }
  return centres;
}

}  // namespace

std::vector<float> fit_palette(std::span<const float> values, int entries) {
  assert(!values.empty() && entries >= 1 && entries <= 256);
  std::vector<float> sorted(values.begin(), values.end());
  // Both zeros are one value, whichever comes first.
  for (float& value : sorted) value = value == 0 ? 0.0F : value;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t count = sorted.size();
  const auto wanted = static_cast<std::size_t>(entries);

  std::vector<float> distinct;
  for (std::size_t i = 0; i < count && distinct.size() <= wanted; ++i) {
    if (i == 0 || sorted[i] != sorted[i - 1]) distinct.push_back(sorted[i]);
  }
  if (distinct.size() <= wanted) return distinct;

  std::vector<double> sums(count + 1, 0.0);
  for (std::size_t i = 0; i < count; ++i) sums[i + 1] = sums[i] + static_cast<double>(sorted[i]);
  std::vector<double> centres = starting_centres(sorted, wanted);
  std::vector<std::size_t> before;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    const std::vector<std::size_t> ends = ends_of(sorted, centres);
    if (ends == before) break;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i] > begin) {
        centres[i] = (sums[ends[i]] - sums[begin]) / static_cast<double>(ends[i] - begin);
      }
      begin = ends[i];
    }
    before = ends;
  }
  std::vector<float> table;
  for (const double centre : centres) {
    const auto value = static_cast<float>(centre);
    if (table.empty() || value > table.back()) table.push_back(value);
  }
  return table;
}

std::vector<std::uint8_t> nearest_entries(std::span<const float> values,
                                          std::span<const float> table) {
  const std::vector<double> borders = borders_of(table);
  std::vector<std::uint8_t> codes;
  codes.reserve(values.size());
  for (const float value : values) {
    const auto at = std::lower_bound(borders.begin(), borders.end(), static_cast<double>(value));
    codes.push_back(static_cast<std::uint8_t>(at - borders.begin()));
  }
  return codes;
}

}  // namespace diarist::modeltools::quantize
