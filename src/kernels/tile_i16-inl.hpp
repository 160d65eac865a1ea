// The register tile of the integer kernels: five rows of codes times one panel of packed weights.
// Include after hwy/highway.h, inside no namespace.
#if defined(DIARIST_KERNELS_TILE_I16_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIARIST_KERNELS_TILE_I16_INL
#undef DIARIST_KERNELS_TILE_I16_INL
#else
#define DIARIST_KERNELS_TILE_I16_INL
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "kernels/dot_i16-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR  // where a vector holds less than a pair

/// 10 accumulators hide the latency of VNNI's multiplication, and leave room for two weights, one
/// input and one product in AVX2's 16 registers.
inline constexpr int kTileRowsI16 = 5;

struct TileI16 {
  const std::int16_t* input;
  std::ptrdiff_t row_stride;
  const std::int16_t* weights;  ///< one panel
  int depth;
};

/// finish(row, low, high) takes the exact sums of each of the kRows (two or more) rows, two vectors
/// of columns.
template <int kRows, class Finish>
HWY_INLINE void tile_i16(const TileI16& tile, const Finish& finish) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<std::int32_t> d;
  const hn::Repartition<std::int16_t, decltype(d)> d16;
  using Vec = hn::Vec<decltype(d)>;
  const std::ptrdiff_t codes = static_cast<std::ptrdiff_t>(hn::Lanes(d16));
  const std::ptrdiff_t stride = tile.row_stride;
  Vec low0 = hn::Zero(d);
  Vec low1 = low0;
  Vec low2 = low0;
  Vec low3 = low0;
  Vec low4 = low0;
  Vec high0 = low0;
  Vec high1 = low0;
  Vec high2 = low0;
  Vec high3 = low0;
  Vec high4 = low0;
  const std::int16_t* HWY_RESTRICT weights = tile.weights;
  const std::int16_t* HWY_RESTRICT input = tile.input;
  for (int k = 0; k < tile.depth; k += 2) {
    const auto weight_low = hn::Load(d16, weights);
    const auto weight_high = hn::Load(d16, weights + codes);
    weights += 2 * codes;
    const auto pair = [&](std::ptrdiff_t at) HWY_ATTR {
      std::int32_t both;
      std::memcpy(&both, input + k + at, sizeof both);
      return hn::BitCast(d16, hn::Set(d, both));
    };
    {
      const auto x = pair(0);
      low0 = dot_pairs(d, x, weight_low, low0);
      high0 = dot_pairs(d, x, weight_high, high0);
    }
    {
      const auto x = pair(stride);
      low1 = dot_pairs(d, x, weight_low, low1);
      high1 = dot_pairs(d, x, weight_high, high1);
    }
    if constexpr (kRows > 2) {
      const auto x = pair(2 * stride);
      low2 = dot_pairs(d, x, weight_low, low2);
      high2 = dot_pairs(d, x, weight_high, high2);
    }
    if constexpr (kRows > 3) {
      const auto x = pair(3 * stride);
      low3 = dot_pairs(d, x, weight_low, low3);
      high3 = dot_pairs(d, x, weight_high, high3);
    }
    if constexpr (kRows > 4) {
      const auto x = pair(4 * stride);
      low4 = dot_pairs(d, x, weight_low, low4);
      high4 = dot_pairs(d, x, weight_high, high4);
    }
  }
  finish(0, low0, high0);
  finish(1, low1, high1);
  if constexpr (kRows > 2) finish(2, low2, high2);
  if constexpr (kRows > 3) finish(3, low3, high3);
  if constexpr (kRows > 4) finish(4, low4, high4);
}

/// The same for one row, whose two sums would each wait for the multiplication before: the depth is
/// taken in four parts with sums of their own. They are of integers, so that all parts together are
/// the same sum.
template <class Finish>
HWY_INLINE void row_i16(const TileI16& tile, const Finish& finish) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<std::int32_t> d;
  const hn::Repartition<std::int16_t, decltype(d)> d16;
  using Vec = hn::Vec<decltype(d)>;
  constexpr int kParts = 4;
  const std::ptrdiff_t codes = static_cast<std::ptrdiff_t>(hn::Lanes(d16));
  Vec low0 = hn::Zero(d);
  Vec low1 = low0;
  Vec low2 = low0;
  Vec low3 = low0;
  Vec high0 = low0;
  Vec high1 = low0;
  Vec high2 = low0;
  Vec high3 = low0;
  const std::int16_t* HWY_RESTRICT weights = tile.weights;
  const std::int16_t* HWY_RESTRICT input = tile.input;
  const auto add_pair = [&](Vec& low, Vec& high) HWY_ATTR {
    std::int32_t both;
    std::memcpy(&both, input, sizeof both);
    const auto x = hn::BitCast(d16, hn::Set(d, both));
    low = dot_pairs(d, x, hn::Load(d16, weights), low);
    high = dot_pairs(d, x, hn::Load(d16, weights + codes), high);
    weights += 2 * codes;
    input += 2;
  };
  int left = tile.depth;
  for (; left >= 2 * kParts; left -= 2 * kParts) {
    add_pair(low0, high0);
    add_pair(low1, high1);
    add_pair(low2, high2);
    add_pair(low3, high3);
  }
  for (; left > 0; left -= 2) add_pair(low0, high0);
  finish(0, hn::Add(hn::Add(low0, low1), hn::Add(low2, low3)),
         hn::Add(hn::Add(high0, high1), hn::Add(high2, high3)));
}

/// The same for any number of rows; `finish` gets the row's number among them.
template <class Finish>
HWY_INLINE void rows_i16(TileI16 tile, int rows, const Finish& finish) {
  for (int first = 0; first < rows; first += kTileRowsI16) {
    const auto finish_row = [&](int row, auto low, auto high)
                                HWY_ATTR { finish(first + row, low, high); };
    switch (rows - first) {
      case 1:
        row_i16(tile, finish_row);
        break;
      case 2:
        tile_i16<2>(tile, finish_row);
        break;
      case 3:
        tile_i16<3>(tile, finish_row);
        break;
      case 4:
        tile_i16<4>(tile, finish_row);
        break;
      default:
        tile_i16<5>(tile, finish_row);
        break;
    }
    tile.input += kTileRowsI16 * tile.row_stride;
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#endif
