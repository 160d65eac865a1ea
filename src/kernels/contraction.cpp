#include "kernels/contraction.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/contraction.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// Rows per register tile: 6 rows of 2 vectors make 12 accumulators, which hide the latency of two
// FMA units (4 to 5 cycles each) and, with two weights and one input, fit AVX2's 16 registers. Rows
// that are no multiple of 6 are shared out evenly, since tiles of few rows wait for their sums.
constexpr int kTileRows = 6;

// Input that is gone through for every panel before the next is taken up; half of the smallest L2
// in use (256 KB), so that it stays there beside one panel.
constexpr std::ptrdiff_t kBlockBytes = 128 * 1024;

constexpr int kMaxLanes = HWY_MAX_BYTES / static_cast<int>(sizeof(float));

HWY_INLINE Vec activate(Tag d, Vec v, Activation activation) {
  if (activation == Activation::relu) return hn::Max(v, hn::Zero(d));
  if (activation == Activation::leaky_relu) return hn::Max(v, hn::Mul(v, hn::Set(d, kLeakySlope)));
  return v;
}

// Adds the residual, activates and stores one row of a tile. `columns` may be less than two vectors
// in the last panel only; then the row goes through memory of our own.
HWY_INLINE void finish_row(Tag d, Vec low, Vec high, const float* residual, float* output,
                           int columns, Activation activation) {
  const int lanes = static_cast<int>(hn::Lanes(d));
  if (HWY_LIKELY(columns == 2 * lanes)) {
    if (residual != nullptr) {
      low = hn::Add(low, hn::LoadU(d, residual));
      high = hn::Add(high, hn::LoadU(d, residual + lanes));
    }
    hn::StoreU(activate(d, low, activation), d, output);
    hn::StoreU(activate(d, high, activation), d, output + lanes);
    return;
  }
  HWY_ALIGN float row[2 * kMaxLanes] = {};
  if (residual != nullptr) {
    std::copy(residual, residual + columns, row);
    low = hn::Add(low, hn::LoadU(d, row));
    high = hn::Add(high, hn::LoadU(d, row + lanes));
  }
  hn::StoreU(activate(d, low, activation), d, row);
  hn::StoreU(activate(d, high, activation), d, row + lanes);
  std::copy(row, row + columns, output);
}

struct TilePlace {
  const float* input;
  const float* residual;  // or null
  float* output;
  const float* weights;
  const float* bias;
  int columns;
};

HWY_INLINE void finish(const Contraction& c, const TilePlace& place, int row, Vec low, Vec high) {
  finish_row(Tag(), low, high,
             place.residual == nullptr ? nullptr : place.residual + row * c.residual_row_stride,
             place.output + row * c.output_row_stride, place.columns, c.activation);
}

// What the sums `high` of a tile are: the second vector of the panel's columns or, of a last panel
// that has no more than one vector of columns, further rows.
enum class Upper { columns, rows };

// One input of a row, and of the row `upper` floats behind it, into the sums.
template <Upper kUpper>
HWY_INLINE void add(const float* input, std::ptrdiff_t upper, Vec weight_low, Vec weight_high,
                    Vec& low, Vec& high) {
  const Tag d;
  const Vec x = hn::Set(d, *input);
  low = hn::MulAdd(x, weight_low, low);
  if constexpr (kUpper == Upper::rows) {
    high = hn::MulAdd(hn::Set(d, input[upper]), weight_low, high);
  } else {
    high = hn::MulAdd(x, weight_high, high);
  }
}

template <int kRows, Upper kUpper>
HWY_INLINE void finish_sums(const Contraction& c, const TilePlace& place, int row, Vec low,
                            Vec high) {
  finish(c, place, row, low, high);
  if constexpr (kUpper == Upper::rows) finish(c, place, kRows + row, high, high);
}

// kRows rows times one panel, or twice as many. Named accumulators rather than an array, so that
// every compiler keeps them in registers.
template <int kRows, Upper kUpper>
HWY_INLINE void tile(const Contraction& c, const TilePlace& place) {
  const Tag d;
  const std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  const int length = c.weights->depth() / c.segments;
  const std::ptrdiff_t stride = c.row_stride;
  const std::ptrdiff_t upper = kRows * stride;
  const Vec bias_low = hn::Load(d, place.bias);
  const Vec bias_high = kUpper == Upper::rows ? bias_low : hn::Load(d, place.bias + lanes);
  Vec low0 = bias_low;
  Vec low1 = bias_low;
  Vec low2 = bias_low;
  Vec low3 = bias_low;
  Vec low4 = bias_low;
  Vec low5 = bias_low;
  Vec high0 = bias_high;
  Vec high1 = bias_high;
  Vec high2 = bias_high;
  Vec high3 = bias_high;
  Vec high4 = bias_high;
  Vec high5 = bias_high;
  const float* HWY_RESTRICT weights = place.weights;
  for (int s = 0; s < c.segments; ++s) {
    const float* HWY_RESTRICT input = place.input + s * c.segment_stride;
    for (int k = 0; k < length; ++k) {
      const Vec weight_low = hn::Load(d, weights);
      const Vec weight_high = kUpper == Upper::rows ? weight_low : hn::Load(d, weights + lanes);
      weights += 2 * lanes;
      const float* x = input + k;
      add<kUpper>(x, upper, weight_low, weight_high, low0, high0);
      if constexpr (kRows > 1) {
        add<kUpper>(x + stride, upper, weight_low, weight_high, low1, high1);
      }
      if constexpr (kRows > 2) {
        add<kUpper>(x + 2 * stride, upper, weight_low, weight_high, low2, high2);
      }
      if constexpr (kRows > 3) {
        add<kUpper>(x + 3 * stride, upper, weight_low, weight_high, low3, high3);
      }
      if constexpr (kRows > 4) {
        add<kUpper>(x + 4 * stride, upper, weight_low, weight_high, low4, high4);
      }
      if constexpr (kRows > 5) {
        add<kUpper>(x + 5 * stride, upper, weight_low, weight_high, low5, high5);
      }
    }
  }
  finish_sums<kRows, kUpper>(c, place, 0, low0, high0);
  if constexpr (kRows > 1) finish_sums<kRows, kUpper>(c, place, 1, low1, high1);
  if constexpr (kRows > 2) finish_sums<kRows, kUpper>(c, place, 2, low2, high2);
  if constexpr (kRows > 3) finish_sums<kRows, kUpper>(c, place, 3, low3, high3);
  if constexpr (kRows > 4) finish_sums<kRows, kUpper>(c, place, 4, low4, high4);
  if constexpr (kRows > 5) finish_sums<kRows, kUpper>(c, place, 5, low5, high5);
}

template <Upper kUpper>
HWY_INLINE void tile_of(int rows, const Contraction& c, const TilePlace& place) {
  switch (rows) {
    case 1:
      return tile<1, kUpper>(c, place);
    case 2:
      return tile<2, kUpper>(c, place);
    case 3:
      return tile<3, kUpper>(c, place);
    case 4:
      return tile<4, kUpper>(c, place);
    case 5:
      return tile<5, kUpper>(c, place);
    default:
      return tile<6, kUpper>(c, place);
  }
}

// One panel for rows [first, last) of one line, an even number of them where Upper::rows.
template <Upper kUpper>
HWY_INLINE void panel_rows(const Contraction& c, int line, int first, int last, int panel) {
  constexpr int kTimes = kUpper == Upper::rows ? 2 : 1;  // rows for each of a tile's
  const int width = c.weights->panel();
  const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(panel) * width;
  TilePlace place{};
  place.weights = c.weights->panel_data(panel);
  place.bias = c.weights->bias() + column;
  place.columns = std::min(width, c.weights->columns() - panel * width);
  int tiles = ((last - first) / kTimes + kTileRows - 1) / kTileRows;
  for (int row = first; row < last; --tiles) {
    const int rows = ((last - row) / kTimes + tiles - 1) / tiles;
    place.input = c.input + line * c.line_stride + row * c.row_stride;
    place.residual = c.residual == nullptr ? nullptr
                                           : c.residual + line * c.residual_line_stride +
                                                 row * c.residual_row_stride + column;
    place.output = c.output + line * c.output_line_stride + row * c.output_row_stride + column;
    tile_of<kUpper>(rows, c, place);
    row += rows * kTimes;
  }
}

// Called from two places, and 20 KB of code.
HWY_NOINLINE void any_panel_rows(const Contraction& c, int line, int first, int last, int panel) {
  const int width = c.weights->panel();
  if (HWY_UNLIKELY(2 * (c.weights->columns() - panel * width) <= width)) {
    const int even = first + (last - first) / 2 * 2;
    panel_rows<Upper::rows>(c, line, first, even, panel);
    first = even;
  }
  panel_rows<Upper::columns>(c, line, first, last, panel);
}

void contract(const Contraction& c) {
  const int panels = c.weights->panels();
  // Of one line (or row), so many that all of them fit.
  const auto fitting = [](std::ptrdiff_t values, int whole) {
    const std::ptrdiff_t bytes =
        std::max<std::ptrdiff_t>(1, values * static_cast<std::ptrdiff_t>(sizeof(float)));
    const std::ptrdiff_t fit = kBlockBytes / bytes / kTileRows * kTileRows;
    return static_cast<int>(std::clamp<std::ptrdiff_t>(fit, std::min(whole, kTileRows), whole));
  };
  if (c.lines == 1) {
    const int step = std::max(1, fitting(c.row_stride, c.rows));
    for (int first = 0; first < c.rows; first += step) {
      const int last = std::min(c.rows, first + step);
      for (int panel = 0; panel < panels; ++panel) {
        any_panel_rows(c, 0, first, last, panel);
      }
    }
    return;
  }
  const int step = std::max(1, fitting(c.line_stride + c.output_line_stride, c.lines));
  for (int first = 0; first < c.lines; first += step) {
    const int last = std::min(c.lines, first + step);
    for (int panel = 0; panel < panels; ++panel) {
      for (int line = first; line < last; ++line) any_panel_rows(c, line, 0, c.rows, panel);
    }
  }
}

int panel_width() { return 2 * static_cast<int>(hn::Lanes(Tag())); }

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(contract);
HWY_EXPORT(panel_width);

void fill_contraction(KernelSet& set, std::int64_t target) {
  const std::size_t index = table_index(target);
  set.contract = HWY_DISPATCH_TABLE(contract)[index];
  set.panel = HWY_DISPATCH_TABLE(panel_width)[index]();
}

}  // namespace diarist::kernels
#endif
