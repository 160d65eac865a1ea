#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lstm_step_i16.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/lstm_gates-inl.hpp"
#include "kernels/reference.hpp"
#include "kernels/target.hpp"
#include "kernels/tile_i16-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

void lstm_step_i16(const LstmStepI16& s) { lstm_step_i16_reference(s); }

#else

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

constexpr int kMaxLanes = HWY_MAX_BYTES / static_cast<int>(sizeof(float));

// Sequences whose gates of one group of cells are held at once: 5 KB at most.
constexpr int kRowsAtOnce = 20;

// One group of cells (a vector of them) for rows [first, first + rows).
HWY_INLINE void group_of_cells(const LstmStepI16& s, int group, int first, int rows) {
  const Tag d;
  const hn::Rebind<std::int16_t, Tag> d16;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int cells = s.weights->depth();
  HWY_ALIGN float gates[kRowsAtOnce * 4 * kMaxLanes];
  for (int half = 0; half < 2; ++half) {
    const int panel = 2 * group + half;
    const Vec scale_low = hn::Load(d, s.weights->scale() + panel * 2 * lanes);
    const Vec scale_high = hn::Load(d, s.weights->scale() + panel * 2 * lanes + lanes);
    const float* own = s.input_gates + static_cast<std::ptrdiff_t>(first) * 4 * cells +
                       static_cast<std::ptrdiff_t>(panel) * 2 * lanes;
    float* out = gates + half * 2 * lanes;
    const TileI16 tile{s.hidden + first * s.hidden_row_stride, s.hidden_row_stride,
                       s.weights->panel_data(panel), cells};
    rows_i16(tile, rows, [&](int row, auto low, auto high) HWY_ATTR {
      const float* residual = own + static_cast<std::ptrdiff_t>(row) * 4 * cells;
      float* to = out + static_cast<std::ptrdiff_t>(row) * 4 * lanes;
      hn::Store(hn::MulAdd(hn::ConvertTo(d, low), scale_low, hn::LoadU(d, residual)), d, to);
      hn::Store(hn::MulAdd(hn::ConvertTo(d, high), scale_high, hn::LoadU(d, residual + lanes)), d,
                to + lanes);
    });
  }
  float* cell = s.cell + static_cast<std::ptrdiff_t>(first) * cells +
                static_cast<std::ptrdiff_t>(group) * lanes;
  for (int row = 0; row < rows; ++row) {
    const float* g = gates + static_cast<std::ptrdiff_t>(row) * 4 * lanes;
    float* own = cell + static_cast<std::ptrdiff_t>(row) * cells;
    hn::StoreU(lstm_state(d, hn::Load(d, g), hn::Load(d, g + lanes), hn::Load(d, g + 2 * lanes),
                          hn::LoadU(d, own)),
               d, own);
  }
  const Vec per_unit = hn::Set(d, kUnitRange.per_unit);
  std::int16_t* output =
      s.output + first * s.output_row_stride + static_cast<std::ptrdiff_t>(group) * lanes;
  for (int row = 0; row < rows; ++row) {
    const float* g = gates + static_cast<std::ptrdiff_t>(row) * 4 * lanes;
    const Vec state = hn::LoadU(d, cell + static_cast<std::ptrdiff_t>(row) * cells);
    const Vec value = lstm_output(d, hn::Load(d, g + 3 * lanes), state);
    hn::StoreU(hn::DemoteTo(d16, hn::NearestInt(hn::Mul(value, per_unit))), d16,
               output + row * s.output_row_stride);
  }
}

void lstm_step_i16(const LstmStepI16& s) {
  const int groups = s.weights->depth() / static_cast<int>(hn::Lanes(Tag()));
  for (int first = 0; first < s.batch; first += kRowsAtOnce) {
    const int rows = std::min(kRowsAtOnce, s.batch - first);
    for (int group = 0; group < groups; ++group) group_of_cells(s, group, first, rows);
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(lstm_step_i16);

void fill_lstm_step_i16(KernelSet& set, std::int64_t target) {
  set.lstm_step_i16 = HWY_DISPATCH_TABLE(lstm_step_i16)[table_index(target)];
}

}  // namespace diarist::kernels
#endif
