// LSTM cell: sigmoid and tanh through Highway's exponential, whose error is 1 ULP; both then have
// an absolute error below 2e-7.
#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lstm_cell.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // IWYU pragma: keep; before all else of Highway
#include <hwy/contrib/math/math-inl.h>
// clang-format on
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Beyond +-40 both functions are at their limit in f32, and the exponential stays finite.
constexpr float kSaturation = 40.0F;

template <class D, class V>
HWY_INLINE V sigmoid(D d, V x) {
  const V one = hn::Set(d, 1.0F);
  const V clamped = hn::Clamp(x, hn::Set(d, -kSaturation), hn::Set(d, kSaturation));
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(clamped))));
}

template <class D, class V>
HWY_INLINE V hyperbolic_tangent(D d, V x) {
  const V one = hn::Set(d, 1.0F);
  const V magnitude = hn::Min(hn::Abs(x), hn::Set(d, kSaturation));
  const V e = hn::Exp(d, hn::Mul(magnitude, hn::Set(d, -2.0F)));
  return hn::CopySignToAbs(hn::Div(hn::Sub(one, e), hn::Add(one, e)), x);
}

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
      const auto input = sigmoid(d, hn::LoadU(d, g + j));
      const auto forget = sigmoid(d, hn::LoadU(d, g + hidden + j));
      const auto candidate = hyperbolic_tangent(d, hn::LoadU(d, g + 2 * hidden + j));
      const auto expose = sigmoid(d, hn::LoadU(d, g + 3 * hidden + j));
      const auto state = hn::MulAdd(forget, hn::LoadU(d, c + j), hn::Mul(input, candidate));
      hn::StoreU(state, d, c + j);
      hn::StoreU(hn::Mul(expose, hyperbolic_tangent(d, state)), d, h + j);
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
