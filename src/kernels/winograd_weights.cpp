// The transform of the weights, G g G' of F(4 x 4, 3 x 3), and their integer codes.
//
// The rows of Lavin and Gray's G are multiplied here by 4, 2, 2, 8, 8 and 1, and the columns of
// their A' divided by the same (and, to spare a multiplication, times 2): so the products of all 36
// positions have about the same size, and one scale for a column serves them all.
#include <algorithm>
#include <array>
#include <bit>
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

// Columns that go through the transforms side by side: a fixed number, so that compilers turn the
// loops over them into vectors. Every panel is a multiple of it.
constexpr int kAbreast = 8;

// Depths whose weights are gathered together: one cache line of each column.
constexpr int kGathered = 16;

using Abreast = std::array<float, kAbreast>;

// One side: three taps to six values.
void transform(const Abreast& a, const Abreast& b, const Abreast& d, Abreast* out) {
  constexpr float kThird = 1.0F / 3.0F;
  for (std::size_t c = 0; c < kAbreast; ++c) {
    const float outer = kThird * (a[c] + d[c]);
    const float wide = kThird * a[c] + (4 * kThird) * d[c];
    out[0][c] = a[c];
    out[1][c] = -(outer + kThird * b[c]);
    out[2][c] = kThird * b[c] - outer;
    out[3][c] = wide + (2 * kThird) * b[c];
    out[4][c] = wide - (2 * kThird) * b[c];
    out[5][c] = d[c];
  }
}

// The 36 values of each of kAbreast columns for one input, to rows `stride` floats apart.
void transform_taps(const Abreast (&taps)[kTaps * kTaps], float* out, std::ptrdiff_t stride) {
  Abreast half[kTaps][kSide];
  for (int bin = 0; bin < kTaps; ++bin) {
    transform(taps[bin], taps[kTaps + bin], taps[2 * kTaps + bin], half[bin]);
  }
  for (int line = 0; line < kSide; ++line) {
    Abreast values[kSide];
    transform(half[0][line], half[1][line], half[2][line], values);
    for (int bin = 0; bin < kSide; ++bin) {
      std::copy(values[bin].begin(), values[bin].end(), out + (line * kSide + bin) * stride);
    }
  }
}

// One panel of `columns` columns from `matrix` [columns, 9 * depth], transformed:
// [36][depth][panel].
void transform_panel(const float* matrix, int depth, int panel, float* transformed) {
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(kTaps) * kTaps * depth;
  const std::ptrdiff_t position = static_cast<std::ptrdiff_t>(depth) * panel;
  Abreast taps[kGathered][kTaps * kTaps];
  for (int column = 0; column < panel; column += kAbreast) {
    for (int first = 0; first < depth; first += kGathered) {
      const int count = std::min(kGathered, depth - first);
      for (int c = 0; c < kAbreast; ++c) {
        for (int tap = 0; tap < kTaps * kTaps; ++tap) {
          const float* from =
              matrix + (column + c) * row + static_cast<std::ptrdiff_t>(tap) * depth + first;
          for (int k = 0; k < count; ++k) taps[k][tap][static_cast<std::size_t>(c)] = from[k];
        }
      }
      for (int k = 0; k < count; ++k) {
        transform_taps(taps[k],
                       transformed + static_cast<std::ptrdiff_t>(first + k) * panel + column,
                       position);
      }
    }
  }
}

// For each column the finest scale with which sums of `depth` products are exact in 32 bits for any
// codes of the input.
std::vector<float> finest_scales(const float* transformed, int depth, int panel) {
  constexpr double kLargestSum = std::numeric_limits<std::int32_t>::max();
  constexpr double kLargestWeight = std::numeric_limits<std::int16_t>::max();
  const auto columns = static_cast<std::size_t>(panel);
  std::vector<double> scales(columns, std::numeric_limits<float>::max());
  std::vector<float> sums(columns);
  std::vector<float> largest(columns);
  for (int position = 0; position < kPositions; ++position) {
    std::fill(sums.begin(), sums.end(), 0.0F);
    std::fill(largest.begin(), largest.end(), 0.0F);
    for (int k = 0; k < depth; ++k) {
      const float* weights =
          transformed + (static_cast<std::ptrdiff_t>(position) * depth + k) * panel;
      for (std::size_t c = 0; c < columns; ++c) {
        const float weight = std::abs(weights[c]);
        sums[c] += weight;
        largest[c] = std::max(largest[c], weight);
      }
    }
    // Rounding to the nearest code adds up to a half to each, and the f32 sums a little more.
    const double room = 0.999 * (kLargestSum / largest_input(position) - 0.5 * depth);
    for (std::size_t c = 0; c < columns; ++c) {
      if (largest[c] == 0) continue;
      scales[c] = std::min({scales[c], room / static_cast<double>(sums[c]),
                            (kLargestWeight - 1) / static_cast<double>(largest[c])});
    }
  }
  std::vector<float> result;
  result.reserve(scales.size());
  for (const double each : scales) {
    result.push_back(each == std::numeric_limits<float>::max() ? 1.0F : static_cast<float>(each));
  }
  return result;
}

// The nearest integer, ties to even, of what is below 2^22: adding 1.5 * 2^23 leaves it in the low
// bits. Sooner than lrint where that is a call.
std::uint32_t low_16_bits_of_nearest(float value) {
  constexpr float kRounder = 12582912.0F;
  return std::bit_cast<std::uint32_t>(value + kRounder) & 0xffffU;
}

// [36][depth][panel] floats to [36][depth / 2][panel] pairs of codes.
void pack_codes(const float* transformed, const std::vector<float>& scales, int depth, int panel,
                std::uint32_t* out) {
  const auto columns = static_cast<std::size_t>(panel);
  for (std::ptrdiff_t pair = 0; pair < static_cast<std::ptrdiff_t>(kPositions) * depth / 2;
       ++pair) {
    const float* even = transformed + 2 * pair * panel;
    const float* odd = even + panel;
    std::uint32_t* to = out + pair * panel;
    for (std::size_t c = 0; c < columns; ++c) {
      to[c] = low_16_bits_of_nearest(even[c] * scales[c]) |
              (low_16_bits_of_nearest(odd[c] * scales[c]) << 16);
    }
  }
}

}  // namespace

WinogradWeights::WinogradWeights(std::span<const float> matrix, int columns, int depth, int panel,
                                 WinogradArithmetic arithmetic, std::span<std::uint32_t> memory)
    : columns_(columns),
      depth_(depth),
      panel_(panel),
      arithmetic_(arithmetic),
      own_(memory.empty() ? AlignedBuffer<std::uint32_t>(units(columns, depth, arithmetic))
                          : AlignedBuffer<std::uint32_t>()),
      values_(memory.empty() ? own_.span() : memory),
      scale_(static_cast<std::size_t>(columns)) {
  assert(values_.size() == units(columns, depth, arithmetic));
  assert(columns % panel == 0 && panel % kAbreast == 0 && depth % 2 == 0);
  const std::ptrdiff_t panel_units =
      static_cast<std::ptrdiff_t>(kPositions) * depth_units() * panel;
  std::vector<float> transformed(static_cast<std::size_t>(kPositions) * depth * panel);
  for (int first = 0; first < columns; first += panel) {
    transform_panel(matrix.data() + static_cast<std::ptrdiff_t>(first) * kTaps * kTaps * depth,
                    depth, panel, transformed.data());
    std::uint32_t* out = values_.data() + first / panel * panel_units;
    if (arithmetic == WinogradArithmetic::f32) {
      std::memcpy(out, transformed.data(), transformed.size() * sizeof(float));
      std::fill_n(scale_.data() + first, panel, kBackTransformScale);
      continue;
    }
    const std::vector<float> scales = finest_scales(transformed.data(), depth, panel);
    for (int c = 0; c < panel; ++c) {
      scale_.data()[first + c] = kBackTransformScale / scales[static_cast<std::size_t>(c)];
    }
    pack_codes(transformed.data(), scales, depth, panel, out);
  }
}

}  // namespace diarist::kernels
