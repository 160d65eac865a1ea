#include "kernels/matrix_product.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matrix_product.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>
// After highway.h: compiled anew for every target.
#include <hwy/contrib/math/math-inl.h>

#include "kernels/kernel_set.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<double>;
using Vec = hn::Vec<Tag>;

// Rows per register tile: 6 rows of 2 vectors are 12 accumulators, which with two vectors of the
// panel and one of the left side fill AVX2's 16 registers but one.
constexpr int kTileRows = 6;
constexpr int kMaxLanes = HWY_MAX_BYTES / static_cast<int>(sizeof(double));

HWY_INLINE void store_row(Tag d, Vec low, Vec high, double* output, int columns, bool accumulate) {
  const int lanes = static_cast<int>(hn::Lanes(d));
  if (HWY_LIKELY(columns == 2 * lanes)) {
    if (accumulate) {
      low = hn::Add(low, hn::LoadU(d, output));
      high = hn::Add(high, hn::LoadU(d, output + lanes));
    }
    hn::StoreU(low, d, output);
    hn::StoreU(high, d, output + lanes);
    return;
  }
  HWY_ALIGN double row[2 * kMaxLanes];
  hn::Store(low, d, row);
  hn::Store(high, d, row + lanes);
  for (int j = 0; j < columns; ++j) output[j] = accumulate ? output[j] + row[j] : row[j];
}

// kRows rows times one panel. Named accumulators rather than an array, so that they stay in
// registers.
template <int kRows>
HWY_INLINE void tile(const LeftMatrix& left, int first_row, const double* panel, int depth,
                     double* output, std::ptrdiff_t stride, int columns, bool accumulate) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Vec l0 = hn::Zero(d), h0 = l0, l1 = l0, h1 = l0, l2 = l0, h2 = l0;
  Vec l3 = l0, h3 = l0, l4 = l0, h4 = l0, l5 = l0, h5 = l0;
  const std::ptrdiff_t step = left.row_step;
  const double* a = left.values + first_row * step;
  for (int k = 0; k < depth; ++k, a += left.depth_step, panel += 2 * lanes) {
    const Vec low = hn::Load(d, panel);
    const Vec high = hn::Load(d, panel + lanes);
    const auto add = [&](Vec& l, Vec& h, std::ptrdiff_t row) HWY_ATTR {
      const Vec value = hn::Set(d, a[row * step]);
      l = hn::MulAdd(value, low, l);
      h = hn::MulAdd(value, high, h);
    };
    add(l0, h0, 0);
    if constexpr (kRows > 1) add(l1, h1, 1);
    if constexpr (kRows > 2) add(l2, h2, 2);
    if constexpr (kRows > 3) add(l3, h3, 3);
    if constexpr (kRows > 4) add(l4, h4, 4);
    if constexpr (kRows > 5) add(l5, h5, 5);
  }
  store_row(d, l0, h0, output, columns, accumulate);
  if constexpr (kRows > 1) store_row(d, l1, h1, output + stride, columns, accumulate);
  if constexpr (kRows > 2) store_row(d, l2, h2, output + 2 * stride, columns, accumulate);
  if constexpr (kRows > 3) store_row(d, l3, h3, output + 3 * stride, columns, accumulate);
  if constexpr (kRows > 4) store_row(d, l4, h4, output + 4 * stride, columns, accumulate);
  if constexpr (kRows > 5) store_row(d, l5, h5, output + 5 * stride, columns, accumulate);
}

int panel_columns() { return static_cast<int>(2 * hn::Lanes(Tag())); }

// Up to kTileRows rows times one panel.
HWY_INLINE void any_tile(const LeftMatrix& left, int row, const double* panel, int depth,
                         double* output, std::ptrdiff_t stride, int columns, bool accumulate) {
  switch (std::min(kTileRows, left.rows - row)) {
    case 1:
      return tile<1>(left, row, panel, depth, output, stride, columns, accumulate);
    case 2:
      return tile<2>(left, row, panel, depth, output, stride, columns, accumulate);
    case 3:
      return tile<3>(left, row, panel, depth, output, stride, columns, accumulate);
    case 4:
      return tile<4>(left, row, panel, depth, output, stride, columns, accumulate);
    case 5:
      return tile<5>(left, row, panel, depth, output, stride, columns, accumulate);
    default:
      return tile<kTileRows>(left, row, panel, depth, output, stride, columns, accumulate);
  }
}

void multiply(const LeftMatrix& left, const PackedMatrix& right, int first_column, double* output,
              std::ptrdiff_t stride, bool accumulate) {
  const int width = right.panel();
  const auto one = [&](int row, int column) HWY_ATTR {
    any_tile(left, row, right.data() + static_cast<std::ptrdiff_t>(column) * right.depth(),
             right.depth(), output + row * stride + (column - first_column), stride,
             std::min(width, right.columns() - column), accumulate);
  };
  // The smaller side is gone through again and again, from the L2 cache; of the larger one a tile
  // or a panel stays in the L1 cache meanwhile.
  if (left.rows > right.columns()) {
    for (int row = 0; row < left.rows; row += kTileRows) {
      for (int column = first_column; column < right.columns(); column += width) one(row, column);
    }
  } else {
    for (int column = first_column; column < right.columns(); column += width) {
      for (int row = 0; row < left.rows; row += kTileRows) one(row, column);
    }
  }
}

double add_and_find_highest(double* values, const double* offsets, std::size_t count) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  double highest = -std::numeric_limits<double>::infinity();
  Vec most = hn::Set(d, highest);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vec sum = hn::Add(hn::LoadU(d, values + i), hn::LoadU(d, offsets + i));
    hn::StoreU(sum, d, values + i);
    most = hn::Max(most, sum);
  }
  highest = hn::GetLane(hn::MaxOfLanes(d, most));
  for (; i < count; ++i) {
    values[i] += offsets[i];
    highest = std::max(highest, values[i]);
  }
  return highest;
}

double exponentiate(double* values, std::size_t count, double shift) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const Vec shifts = hn::Set(d, shift);
  Vec sums = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vec power = hn::Exp(d, hn::Sub(hn::LoadU(d, values + i), shifts));
    hn::StoreU(power, d, values + i);
    sums = hn::Add(sums, power);
  }
  double sum = hn::GetLane(hn::SumOfLanes(d, sums));
  for (; i < count; ++i) {
    values[i] = std::exp(values[i] - shift);
    sum += values[i];
  }
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(panel_columns);
HWY_EXPORT(multiply);
HWY_EXPORT(add_and_find_highest);
HWY_EXPORT(exponentiate);

void fill_matrix_product(KernelSet& set, std::int64_t target) {
  const std::size_t index = table_index(target);
  set.panel_f64 = HWY_DISPATCH_TABLE(panel_columns)[index]();
  set.multiply = HWY_DISPATCH_TABLE(multiply)[index];
  set.add_and_find_highest = HWY_DISPATCH_TABLE(add_and_find_highest)[index];
  set.exponentiate = HWY_DISPATCH_TABLE(exponentiate)[index];
}

PackedMatrix::PackedMatrix(const double* values, std::ptrdiff_t depth_step,
                           std::ptrdiff_t column_step, int depth, int columns, int panel)
    : depth_(depth), columns_(columns), panel_(panel) {
  const int panels = (columns + panel_ - 1) / panel_;
  values_ =
      AlignedBuffer<double>(static_cast<std::size_t>(panels) * static_cast<std::size_t>(panel_) *
                            static_cast<std::size_t>(depth));
  double* out = values_.data();
  for (int first = 0; first < columns; first += panel_) {
    const int filled = std::min(panel_, columns - first);
    for (int k = 0; k < depth; ++k) {
      const double* from = values + k * depth_step + first * column_step;
      for (int j = 0; j < panel_; ++j) *out++ = j < filled ? from[j * column_step] : 0.0;
    }
  }
}

}  // namespace diarist::kernels
#endif
