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

// Rows per register tile: 5 rows of 2 vectors make 10 accumulators, enough to hide the latency of
// two FMA units (4 to 5 cycles each), and leave room for two weights and one input in AVX2's 16
// registers. 5 divides all widths of the trunk's feature maps (80, 40, 20, 10).
constexpr int kTileRows = 5;

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

// kRows rows times one panel. Named accumulators rather than an array, so that every compiler keeps
// them in registers.
template <int kRows>
HWY_INLINE void tile(const Contraction& c, const TilePlace& place) {
  const Tag d;
  const std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  const int length = c.weights->depth() / c.segments;
  const std::ptrdiff_t stride = c.row_stride;
  const Vec bias_low = hn::Load(d, place.bias);
  const Vec bias_high = hn::Load(d, place.bias + lanes);
  Vec low0 = bias_low;
  Vec low1 = bias_low;
  Vec low2 = bias_low;
  Vec low3 = bias_low;
  Vec low4 = bias_low;
  Vec high0 = bias_high;
  Vec high1 = bias_high;
  Vec high2 = bias_high;
  Vec high3 = bias_high;
  Vec high4 = bias_high;
  const float* HWY_RESTRICT weights = place.weights;
  for (int s = 0; s < c.segments; ++s) {
    const float* HWY_RESTRICT input = place.input + s * c.segment_stride;
    for (int k = 0; k < length; ++k) {
      const Vec weight_low = hn::Load(d, weights);
      const Vec weight_high = hn::Load(d, weights + lanes);
      weights += 2 * lanes;
      {
        const Vec x = hn::Set(d, input[k]);
        low0 = hn::MulAdd(x, weight_low, low0);
        high0 = hn::MulAdd(x, weight_high, high0);
      }
      if constexpr (kRows > 1) {
        const Vec x = hn::Set(d, input[k + stride]);
        low1 = hn::MulAdd(x, weight_low, low1);
        high1 = hn::MulAdd(x, weight_high, high1);
      }
      if constexpr (kRows > 2) {
        const Vec x = hn::Set(d, input[k + 2 * stride]);
        low2 = hn::MulAdd(x, weight_low, low2);
        high2 = hn::MulAdd(x, weight_high, high2);
      }
      if constexpr (kRows > 3) {
        const Vec x = hn::Set(d, input[k + 3 * stride]);
        low3 = hn::MulAdd(x, weight_low, low3);
        high3 = hn::MulAdd(x, weight_high, high3);
      }
      if constexpr (kRows > 4) {
        const Vec x = hn::Set(d, input[k + 4 * stride]);
        low4 = hn::MulAdd(x, weight_low, low4);
        high4 = hn::MulAdd(x, weight_high, high4);
      }
    }
  }
  const auto finish = [&](int row, Vec low, Vec high) HWY_ATTR {
    finish_row(d, low, high,
               place.residual == nullptr ? nullptr : place.residual + row * c.residual_row_stride,
               place.output + row * c.output_row_stride, place.columns, c.activation);
  };
  finish(0, low0, high0);
  if constexpr (kRows > 1) finish(1, low1, high1);
  if constexpr (kRows > 2) finish(2, low2, high2);
  if constexpr (kRows > 3) finish(3, low3, high3);
  if constexpr (kRows > 4) finish(4, low4, high4);
}

// One panel for rows [first, last) of one line.
HWY_INLINE void panel_rows(const Contraction& c, int line, int first, int last, int panel) {
  const int width = c.weights->panel();
  const std::ptrdiff_t column = static_cast<std::ptrdiff_t>(panel) * width;
  TilePlace place{};
  place.weights = c.weights->panel_data(panel);
  place.bias = c.weights->bias() + column;
  place.columns = std::min(width, c.weights->columns() - panel * width);
  for (int row = first; row < last; row += kTileRows) {
    place.input = c.input + line * c.line_stride + row * c.row_stride;
    place.residual = c.residual == nullptr ? nullptr
                                           : c.residual + line * c.residual_line_stride +
                                                 row * c.residual_row_stride + column;
    place.output = c.output + line * c.output_line_stride + row * c.output_row_stride + column;
    switch (std::min(kTileRows, last - row)) {
      case 1:
        tile<1>(c, place);
        break;
      case 2:
        tile<2>(c, place);
        break;
      case 3:
        tile<3>(c, place);
        break;
      case 4:
        tile<4>(c, place);
        break;
      default:
        tile<5>(c, place);
        break;
    }
  }
}

void contract(const Contraction& c) {
  const int panels = c.weights->panels();
  const auto fitting = [](std::ptrdiff_t stride, int whole) {
    const std::ptrdiff_t bytes =
        std::max<std::ptrdiff_t>(1, stride * static_cast<std::ptrdiff_t>(sizeof(float)));
    const std::ptrdiff_t fit = kBlockBytes / bytes / kTileRows * kTileRows;
    return static_cast<int>(std::clamp<std::ptrdiff_t>(fit, std::min(whole, kTileRows), whole));
  };
  if (c.lines == 1) {
    const int step = std::max(1, fitting(c.row_stride, c.rows));
    for (int first = 0; first < c.rows; first += step) {
      const int last = std::min(c.rows, first + step);
      for (int panel = 0; panel < panels; ++panel) panel_rows(c, 0, first, last, panel);
    }
    return;
  }
  const int step = std::max(1, fitting(c.line_stride, c.lines));
  for (int first = 0; first < c.lines; first += step) {
    const int last = std::min(c.lines, first + step);
    for (int panel = 0; panel < panels; ++panel) {
      for (int line = first; line < last; ++line) panel_rows(c, line, 0, c.rows, panel);
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
