// The transform of the weights, G g G' of F(4 x 4, 3 x 3), and their integer codes.
//
// The rows of Lavin and Gray's G are multiplied here by 4, 2, 2, 8, 8 and 1, and the columns of
// their A' divided by the same (and, to spare a multiplication, times 2): so the products of all 36
// positions have about the same size, and one scale for a column serves them all.
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/codes.hpp"
#include "kernels/winograd.hpp"

namespace diarist::kernels {
namespace {

constexpr int kTaps = 3;
constexpr int kSide = kWinogradInput;
constexpr int kPositions = kWinogradPositions;

// The factor 2 of each side in the kernel's back transform.
constexpr float kBackTransformScale = 0.25F;

// The kernel's transform of the input adds at most so many times the largest code, and takes off at
// most so many (rows of B' over inputs that are never negative).
constexpr std::array<int, kSide> kAdds{5, 2, 5, 3, 3, 5};
constexpr std::array<int, kSide> kTakes{5, 8, 5, 3, 3, 5};

constexpr double largest_input(int position) {
  const auto i = static_cast<std::size_t>(position / kSide);
  const auto j = static_cast<std::size_t>(position % kSide);
  const int positive = kAdds[i] * kAdds[j] + kTakes[i] * kTakes[j];
  const int negative = kAdds[i] * kTakes[j] + kTakes[i] * kAdds[j];
  return static_cast<double>(kHighestCode) * std::max(positive, negative);
}

// One side: three taps to six values, `count` columns side by side, in rows `from_stride` and
// `to_stride` apart.
void transform(const float* from, std::ptrdiff_t from_stride, float* to, std::ptrdiff_t to_stride,
               int count) {
  constexpr float kThird = 1.0F / 3.0F;
  for (int c = 0; c < count; ++c) {
    const float a = from[c];
    const float b = from[from_stride + c];
    const float d = from[2 * from_stride + c];
    const float outer = kThird * (a + d);
    const float wide = kThird * a + (4 * kThird) * d;
    to[c] = a;
    to[to_stride + c] = -(outer + kThird * b);
    to[2 * to_stride + c] = kThird * b - outer;
    to[3 * to_stride + c] = wide + (2 * kThird) * b;
    to[4 * to_stride + c] = wide - (2 * kThird) * b;
    to[5 * to_stride + c] = d;
  }
}

// The finest scale with which sums of `depth` products are exact in 32 bits for any codes of the
// input.
float finest_scale(const float* transformed, int depth, int panel, int column) {
  constexpr double kLargestSum = std::numeric_limits<std::int32_t>::max();
  constexpr double kLargestWeight = std::numeric_limits<std::int16_t>::max();
  double scale = std::numeric_limits<float>::max();
  for (int position = 0; position < kPositions; ++position) {
    float sum = 0;
    float largest = 0;
    for (int k = 0; k < depth; ++k) {
      const float weight = std::abs(
          transformed[(static_cast<std::ptrdiff_t>(position) * depth + k) * panel + column]);
      sum += weight;
      largest = std::max(largest, weight);
    }
    if (largest == 0) continue;
    // Rounding to the nearest code adds up to a half to each, and the f32 sums a little more.
    const double room = kLargestSum / largest_input(position) - 0.5 * depth;
    scale = std::min({scale, 0.999 * room / static_cast<double>(sum),
                      (kLargestWeight - 1) / static_cast<double>(largest)});
  }
  return scale == std::numeric_limits<float>::max() ? 1.0F : static_cast<float>(scale);
}

}  // namespace

WinogradWeights::WinogradWeights(std::span<const float> matrix, int columns, int depth, int panel,
                                 WinogradArithmetic arithmetic)
    : columns_(columns),
      depth_(depth),
      panel_(panel),
      arithmetic_(arithmetic),
      values_(static_cast<std::size_t>(columns) * kPositions *
              static_cast<std::size_t>(depth_units())),
      scale_(static_cast<std::size_t>(columns)) {
  assert(columns % panel == 0 && depth % 2 == 0);
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(kTaps) * kTaps * depth;
  // [36][depth][panel] of one panel.
  std::vector<float> transformed(static_cast<std::size_t>(kPositions) * depth * panel);
  std::vector<float> taps(static_cast<std::size_t>(kTaps) * kTaps * panel);
  std::vector<float> half(static_cast<std::size_t>(kSide) * kTaps * panel);
  for (int first = 0; first < columns; first += panel) {
    for (int k = 0; k < depth; ++k) {
      for (int tap = 0; tap < kTaps * kTaps; ++tap) {
        for (int c = 0; c < panel; ++c) {
          taps[static_cast<std::size_t>(tap) * panel + c] =
              matrix[(first + c) * row + static_cast<std::ptrdiff_t>(tap) * depth + k];
        }
      }
      // Along lines, then along bins.
      for (int bin = 0; bin < kTaps; ++bin) {
        transform(taps.data() + static_cast<std::ptrdiff_t>(bin) * panel,
                  static_cast<std::ptrdiff_t>(kTaps) * panel,
                  half.data() + static_cast<std::ptrdiff_t>(bin) * panel,
                  static_cast<std::ptrdiff_t>(kTaps) * panel, panel);
      }
      for (int line = 0; line < kSide; ++line) {
        transform(
            half.data() + static_cast<std::ptrdiff_t>(line) * kTaps * panel, panel,
            transformed.data() + (static_cast<std::ptrdiff_t>(line) * kSide * depth + k) * panel,
            static_cast<std::ptrdiff_t>(depth) * panel, panel);
      }
    }
    std::uint32_t* out = values_.data() + static_cast<std::ptrdiff_t>(first / panel) * kPositions *
                                              depth_units() * panel;
    if (arithmetic == WinogradArithmetic::f32) {
      std::memcpy(out, transformed.data(), transformed.size() * sizeof(float));
      std::fill_n(scale_.data() + first, panel, kBackTransformScale);
      continue;
    }
    std::vector<float> scales(static_cast<std::size_t>(panel));
    for (int c = 0; c < panel; ++c) {
      scales[static_cast<std::size_t>(c)] = finest_scale(transformed.data(), depth, panel, c);
      scale_.data()[first + c] = kBackTransformScale / scales[static_cast<std::size_t>(c)];
    }
    for (std::ptrdiff_t pair = 0; pair < static_cast<std::ptrdiff_t>(kPositions) * depth / 2;
         ++pair) {
      const float* even = transformed.data() + 2 * pair * panel;
      for (int c = 0; c < panel; ++c) {
        const float scale = scales[static_cast<std::size_t>(c)];
        const auto low = static_cast<std::int16_t>(std::lrint(even[c] * scale));
        const auto high = static_cast<std::int16_t>(std::lrint(even[panel + c] * scale));
        out[pair * panel + c] =
            static_cast<std::uint32_t>(static_cast<std::uint16_t>(low)) |
            (static_cast<std::uint32_t>(static_cast<std::uint16_t>(high)) << 16);
      }
    }
  }
}

}  // namespace diarist::kernels
