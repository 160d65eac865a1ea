// What an LSTM's cell makes of its gates, for one vector of cells.
//
// One exponential per function, 2^n times a polynomial of degree 5 (minimax on [-1/2, 1/2],
// relative error 8e-8), and two divisions per cell instead of five: sigmoids and tangents are
// fractions, so that they are brought to one denominator first. Sigmoid and hyperbolic tangent each
// come out with an absolute error below 3e-7.
//
// State and output are apart because their chain of dependent operations is longer than a processor
// looks ahead: first all states, then all outputs, takes half of the time. Include after
// hwy/highway.h, inside no namespace.
#if defined(DIARIST_KERNELS_LSTM_GATES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIARIST_KERNELS_LSTM_GATES_INL
#undef DIARIST_KERNELS_LSTM_GATES_INL
#else
#define DIARIST_KERNELS_LSTM_GATES_INL
#endif

#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

/// e^(factor * x), the exponent first clamped to +-20: beyond, sigmoid is within 3e-9 of its limit,
/// and a product of three such numbers stays far from overflow.
template <class D, class V>
HWY_INLINE V bounded_exponential(D d, V x, float factor) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::RebindToSigned<D> di;
  constexpr float kLogTwo = 0.69314718056F;
  constexpr float kLimit = 20.0F / kLogTwo;
  // Adding it rounds to an integer, which then stands in the low bits of the mantissa.
  const V magic = hn::Set(d, 12582912.0F);
  const V power =
      hn::Clamp(hn::Mul(x, hn::Set(d, factor / kLogTwo)), hn::Set(d, -kLimit), hn::Set(d, kLimit));
  const V shifted = hn::Add(power, magic);
  const V f = hn::Sub(power, hn::Sub(shifted, magic));
  const V f2 = hn::Mul(f, f);
  const V p01 = hn::MulAdd(f, hn::Set(d, 0.693146944F), hn::Set(d, 1.0F));
  const V p23 = hn::MulAdd(f, hn::Set(d, 0.0555071309F), hn::Set(d, 0.240221202F));
  const V p45 = hn::MulAdd(f, hn::Set(d, 0.00132764725F), hn::Set(d, 0.00967554189F));
  const V fraction = hn::MulAdd(hn::MulAdd(p45, f2, p23), f2, p01);
  return hn::BitCast(
      d, hn::Add(hn::BitCast(di, fraction), hn::ShiftLeft<23>(hn::BitCast(di, shifted))));
}

/// sigmoid(forget) * state + sigmoid(input) * tanh(candidate): the cell's next state, from its last
/// and from three gates before their activations. |state| must stay below 1e12, which it does: it
/// grows by at most one a frame.
template <class D, class V>
HWY_INLINE V lstm_state(D d, V input, V forget, V candidate, V state) {
  namespace hn = hwy::HWY_NAMESPACE;
  const V one = hn::Set(d, 1.0F);
  const V input_part = hn::Add(one, bounded_exponential(d, input, -1));
  const V forget_part = hn::Add(one, bounded_exponential(d, forget, -1));
  const V power = bounded_exponential(d, candidate, -2);
  const V others = hn::Mul(input_part, hn::Add(one, power));
  return hn::Div(hn::MulAdd(state, others, hn::Mul(hn::Sub(one, power), forget_part)),
                 hn::Mul(others, forget_part));
}

/// sigmoid(expose) * tanh(state): the cell's output, in [-1, 1].
template <class D, class V>
HWY_INLINE V lstm_output(D d, V expose, V state) {
  namespace hn = hwy::HWY_NAMESPACE;
  const V one = hn::Set(d, 1.0F);
  const V expose_part = hn::Add(one, bounded_exponential(d, expose, -1));
  const V power = bounded_exponential(d, state, -2);
  return hn::Div(hn::Sub(one, power), hn::Mul(expose_part, hn::Add(one, power)));
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#endif
