#include <algorithm>
#include <vector>

#include "kernels/winograd_1d.hpp"

namespace diarist::kernels {
namespace {

// A position's point, and what the transforms of input and output leave out there: one over the
// product of its distances to the other points, times what the input's row was multiplied by. The
// last one, infinity, takes the last tap alone.
struct Point {
  double at;
  double factor;
};
constexpr std::array<Point, kWinograd1dPositions - 1> kPoints{{
    {0, 1},
    {1, -2.0 / 9},
    {-1, -2.0 / 9},
    {2, 1.0 / 90},
    {-2, 1.0 / 90},
    {0.5, 32.0 / 45},
    {-0.5, 32.0 / 45},
}};

}  // namespace

Winograd1dWeights::Winograd1dWeights(std::span<const float> matrix, int columns, int depth,
                                     std::span<const float> bias, int panel)
    : bias_(static_cast<std::size_t>(columns)) {
  std::copy(bias.begin(), bias.end(), bias_.data());
  const auto row = static_cast<std::size_t>(depth);
  std::vector<float> position(static_cast<std::size_t>(columns) * row);
  for (std::size_t p = 0; p < positions_.size(); ++p) {
    for (std::size_t column = 0; column < static_cast<std::size_t>(columns); ++column) {
      const float* taps = matrix.data() + column * kWinograd1dTaps * row;
      for (std::size_t channel = 0; channel < row; ++channel) {
        const auto tap = [&](std::size_t k) {
          return static_cast<double>(taps[k * row + channel]);
        };
        double value = tap(kWinograd1dTaps - 1);
        if (p < kPoints.size()) {
          for (std::size_t k = kWinograd1dTaps - 1; k > 0; --k) {
            value = value * kPoints[p].at + tap(k - 1);
          }
          value *= kPoints[p].factor;
        }
        position[column * row + channel] = static_cast<float>(value);
      }
    }
    positions_[p] = PackedWeights(position, columns, depth, {}, panel);
  }
}

}  // namespace diarist::kernels
