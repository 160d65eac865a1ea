#include "kernels/contraction_i16.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/contraction_i16.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/reference.hpp"
#include "kernels/target.hpp"
#include "kernels/tile_i16-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

void contract_i16(const ContractionI16& c) { contract_i16_reference(c); }

#else

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// Input that is gone through for every panel before the next is taken up, beside one panel in the
// smallest second-level cache in use (256 KB).
constexpr std::ptrdiff_t kBlockBytes = 128 * 1024;

constexpr int kMaxLanes = HWY_MAX_BYTES / static_cast<int>(sizeof(float));

HWY_INLINE Vec activate(Tag d, Vec v, Activation activation) {
  if (activation == Activation::relu) return hn::Max(v, hn::Zero(d));
  if (activation == Activation::leaky_relu) return hn::Max(v, hn::Mul(v, hn::Set(d, kLeakySlope)));
  return v;
}

void contract_i16(const ContractionI16& c) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const std::ptrdiff_t row_bytes =
      std::max<std::ptrdiff_t>(1, c.row_stride * static_cast<std::ptrdiff_t>(sizeof(std::int16_t)));
  const int step = static_cast<int>(std::clamp<std::ptrdiff_t>(
      kBlockBytes / row_bytes / kTileRowsI16 * kTileRowsI16, kTileRowsI16, 1 << 30));
  for (int first = 0; first < c.rows; first += step) {
    const int rows = std::min(step, c.rows - first);
    for (int panel = 0; panel < c.weights->panels(); ++panel) {
      const int column = panel * 2 * lanes;
      const int columns = std::min(2 * lanes, c.weights->columns() - column);
      const Vec scale_low = hn::Load(d, c.weights->scale() + column);
      const Vec scale_high = hn::Load(d, c.weights->scale() + column + lanes);
      const Vec bias_low = hn::Load(d, c.weights->bias() + column);
      const Vec bias_high = hn::Load(d, c.weights->bias() + column + lanes);
      float* block = c.output + first * c.output_row_stride + column;
      const TileI16 tile{c.input + first * c.row_stride, c.row_stride, c.weights->panel_data(panel),
                         c.weights->depth()};
      rows_i16(tile, rows, [&](int row, auto low, auto high) HWY_ATTR {
        const Vec left =
            activate(d, hn::MulAdd(hn::ConvertTo(d, low), scale_low, bias_low), c.activation);
        const Vec right =
            activate(d, hn::MulAdd(hn::ConvertTo(d, high), scale_high, bias_high), c.activation);
        float* output = block + row * c.output_row_stride;
        if (HWY_LIKELY(columns == 2 * lanes)) {
          hn::StoreU(left, d, output);
          hn::StoreU(right, d, output + lanes);
          return;
        }
        HWY_ALIGN float whole[2 * kMaxLanes];
        hn::Store(left, d, whole);
        hn::Store(right, d, whole + lanes);
        std::copy(whole, whole + columns, output);
      });
    }
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(contract_i16);

void fill_contraction_i16(KernelSet& set, std::int64_t target) {
  set.contract_i16 = HWY_DISPATCH_TABLE(contract_i16)[table_index(target)];
}

}  // namespace diarist::kernels
#endif
