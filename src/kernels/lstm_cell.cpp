#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lstm_cell.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/lstm_gates-inl.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// `hidden` must be a multiple of the vector's lanes, which 128 is on every target.
void lstm_cell(const float* gates, float* cell, float* output, std::ptrdiff_t output_stride,
               int batch, int hidden) {
  const hn::ScalableTag<float> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int b = 0; b < batch; ++b) {
    const float* g = gates + static_cast<std::ptrdiff_t>(b) * 4 * hidden;
    float* c = cell + static_cast<std::ptrdiff_t>(b) * hidden;
    float* h = output + b * output_stride;
    for (int j = 0; j < hidden; j += lanes) {
      const auto state = lstm_state(d, hn::LoadU(d, g + j), hn::LoadU(d, g + hidden + j),
                                    hn::LoadU(d, g + 2 * hidden + j), hn::LoadU(d, c + j));
      hn::StoreU(state, d, c + j);
    }
    for (int j = 0; j < hidden; j += lanes) {
      hn::StoreU(lstm_output(d, hn::LoadU(d, g + 3 * hidden + j), hn::LoadU(d, c + j)), d, h + j);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(lstm_cell);

void fill_lstm_cell(KernelSet& set, std::int64_t target) {
  set.lstm_cell = HWY_DISPATCH_TABLE(lstm_cell)[table_index(target)];
}

}  // namespace diarist::kernels
#endif
