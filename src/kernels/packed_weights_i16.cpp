#include "kernels/packed_weights_i16.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace diarist::kernels {
namespace {

// The least step between codes that keeps every code in 16 bits and every sum in 32. Rounding adds
// at most a half to each code.
double step_of(std::span<const float> weights, int largest_activation) {
  constexpr double kLargestCode = std::numeric_limits<std::int16_t>::max();
  constexpr double kLargestSum = std::numeric_limits<std::int32_t>::max();
  double total = 0;
  double largest = 0;
  for (const float weight : weights) {
    const double size = std::abs(static_cast<double>(weight));
    total += size;
    largest = std::max(largest, size);
  }
  const double codes = kLargestSum / largest_activation - 0.5 * static_cast<double>(weights.size());
  assert(codes > 0);
  const double step = std::max(largest / kLargestCode, total / codes);
  return step > 0 ? step : 1;
}

// Halves away from zero. A function of the library, called a million times, takes ten times as
// long.
std::int16_t nearest(double code) {
  return static_cast<std::int16_t>(code + std::copysign(0.5, code));
}

}  // namespace

PackedWeightsI16::PackedWeightsI16(std::span<const float> matrix, int columns, int depth,
                                   std::span<const float> bias, int panel, CodeRange range)
    : columns_(columns),
      depth_((depth + 1) / 2 * 2),
      panel_(panel),
      codes_(static_cast<std::size_t>(panels()) * depth_ * panel),
      scale_(static_cast<std::size_t>(panels()) * panel),
      bias_(static_cast<std::size_t>(panels()) * panel) {
  assert(matrix.size() == static_cast<std::size_t>(columns) * depth);
  std::fill(codes_.data(), codes_.data() + codes_.size(), std::int16_t{0});
  std::fill(scale_.data(), scale_.data() + scale_.size(), 0.0F);
  std::fill(bias_.data(), bias_.data() + bias_.size(), 0.0F);
  for (int column = 0; column < columns; ++column) {
    const auto source =
        matrix.subspan(static_cast<std::size_t>(column) * depth, static_cast<std::size_t>(depth));
    const double step = step_of(source, range.largest);
    scale_[static_cast<std::size_t>(column)] =
        static_cast<float>(step / static_cast<double>(range.per_unit));
    std::int16_t* target = codes_.data() +
                           static_cast<std::ptrdiff_t>(column / panel) * depth_ * panel +
                           2 * static_cast<std::ptrdiff_t>(column % panel);
    for (int k = 0; k < depth; ++k) {
      target[static_cast<std::ptrdiff_t>(k / 2) * 2 * panel + k % 2] =
          nearest(static_cast<double>(source[static_cast<std::size_t>(k)]) / step);
    }
  }
  std::copy(bias.begin(), bias.end(), bias_.data());
}

}  // namespace diarist::kernels
