#include "modeltools/quantize/palette.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>

namespace diarist::modeltools::quantize {
namespace {

// What moves after so many is of no weight: 0.01 dB.
constexpr int kMaxIterations = 300;

// Of settling and splitting: three are enough for most layers.
constexpr int kMaxRounds = 20;

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

/// What is fitted, with the prefix sums that make a range's mean and spread a difference.
struct Values {
  explicit Values(std::vector<float> values) : sorted(std::move(values)) {
    sums.reserve(sorted.size() + 1);
    squares.reserve(sorted.size() + 1);
    for (const float value : sorted) {
      const auto x = static_cast<double>(value);
      sums.push_back(sums.back() + x);
      squares.push_back(squares.back() + x * x);
    }
  }
  double mean(std::size_t begin, std::size_t end) const {
    return (sums[end] - sums[begin]) / static_cast<double>(end - begin);
  }
  /// Sum of squared distances to the mean.
  double spread(std::size_t begin, std::size_t end) const {
    if (sorted[begin] == sorted[end - 1]) return 0;
    const double sum = sums[end] - sums[begin];
    return std::max(0.0,
                    squares[end] - squares[begin] - sum * sum / static_cast<double>(end - begin));
  }

  std::vector<float> sorted;
  std::vector<double> sums = {0.0};
  std::vector<double> squares = {0.0};
};

/// Lloyd's iterations, until nothing moves. A centre without values stays where it is.
void settle(const Values& values, std::vector<double>& centres) {
  std::vector<std::size_t> before;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    const std::vector<std::size_t> ends = ends_of(values.sorted, centres);
    if (ends == before) return;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i] > begin) centres[i] = values.mean(begin, ends[i]);
      begin = ends[i];
    }
    before = ends;
  }
}

/// Centres without values help nobody: as many of the widest clusters are split in two instead.
/// False where there was none to split or none to spare.
bool fill_up(const Values& values, std::size_t wanted, std::vector<double>& centres) {
  struct Cluster {
    std::size_t begin;
    std::size_t end;
    double spread;
  };
  std::vector<Cluster> clusters;
  std::size_t begin = 0;
  for (const std::size_t end : ends_of(values.sorted, centres)) {
    if (end > begin) clusters.push_back({begin, end, values.spread(begin, end)});
    begin = end;
  }
  std::stable_sort(clusters.begin(), clusters.end(),
                   [](const Cluster& a, const Cluster& b) { return a.spread > b.spread; });
  std::size_t spare = wanted - clusters.size();
  bool split = false;
  centres.clear();
  for (const Cluster& cluster : clusters) {
    const double mean = values.mean(cluster.begin, cluster.end);
    if (spare == 0 || cluster.spread == 0) {
      centres.push_back(mean);
      continue;
    }
    const double deviation =
        std::sqrt(cluster.spread / static_cast<double>(cluster.end - cluster.begin));
    centres.push_back(mean - deviation);
    centres.push_back(mean + deviation);
    --spare;
    split = true;
  }
  std::sort(centres.begin(), centres.end());
  return split;
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

  const Values fitted(std::move(sorted));
  std::vector<double> centres = starting_centres(fitted.sorted, wanted);
  for (int round = 0; round < kMaxRounds; ++round) {
    settle(fitted, centres);
    if (!fill_up(fitted, wanted, centres)) break;
  }
  std::vector<float> table;
  std::size_t begin = 0;
  const std::vector<std::size_t> ends = ends_of(fitted.sorted, centres);
  for (std::size_t i = 0; i < centres.size(); ++i) {
    const auto value = static_cast<float>(centres[i]);
    // What no value is nearest to is no entry.
    if (ends[i] > begin && (table.empty() || value > table.back())) table.push_back(value);
    begin = ends[i];
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
