// The one multiplication of the integer kernels: pairs of 16-bit numbers into 32-bit sums.
//
// Codes of 8 and more bits lie in 16-bit lanes, because two such products fit one 32-bit lane
// exactly on every instruction set: no saturation as with AVX2's 8-bit maddubs, and the same bits
// out of all of them. Include after hwy/highway.h, inside no namespace.
#if defined(DIARIST_KERNELS_DOT_I16_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIARIST_KERNELS_DOT_I16_INL
#undef DIARIST_KERNELS_DOT_I16_INL
#else
#define DIARIST_KERNELS_DOT_I16_INL
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

/// sum[i] + a[2 i] * b[2 i] + a[2 i + 1] * b[2 i + 1] for all lanes i of `sum`.
template <class D32, class V16, class V32>
HWY_INLINE V32 dot_pairs(D32 d32, V16 a, V16 b, V32 sum) {
  namespace hn = hwy::HWY_NAMESPACE;
#if HWY_TARGET == HWY_AVX3_DL
  // Highway 1.0.3 has no name for it, and its target string lacks avx512vnni, which the intrinsic
  // asks for; every processor that Highway takes for AVX3_DL has the instruction.
  (void)d32;
  __asm__("vpdpwssd %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
  return sum;
#elif HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  // The addition spelled out, and volatile: else GCC forms the products of a whole tile before it
  // adds any, has no registers left for the sums, and copies those that it has.
  auto unused = hn::Zero(d32);
  const auto products = hn::ReorderWidenMulAccumulate(d32, a, b, hn::Zero(d32), unused);
  __asm__ volatile("vpaddd %1, %0, %0" : "+v"(sum.raw) : "v"(products.raw));
  return sum;
#elif HWY_ARCH_X86
  auto unused = hn::Zero(d32);
  return hn::ReorderWidenMulAccumulate(d32, a, b, sum, unused);
#else
  auto upper = hn::Zero(d32);
  const auto lower = hn::ReorderWidenMulAccumulate(d32, a, b, hn::Zero(d32), upper);
  return hn::Add(sum, hn::RearrangeToOddPlusEven(lower, upper));
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#endif
