// The lowest byte of every 32-bit lane. Include after hwy/highway.h, inside no namespace.
#if defined(DIARIST_KERNELS_LOW_BYTES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIARIST_KERNELS_LOW_BYTES_INL
#undef DIARIST_KERNELS_LOW_BYTES_INL
#else
#define DIARIST_KERNELS_LOW_BYTES_INL
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

/// One byte for each lane of `lanes`, unsigned numbers of 32 bits.
template <class D8, class V32>
HWY_INLINE hwy::HWY_NAMESPACE::VFromD<D8> low_bytes(D8 d8, V32 lanes) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  // Not TruncateTo: for AVX3_DL, Highway 1.0.3 hands the places of bytes to an instruction that
  // takes those of lanes, and what comes out is other bytes.
  (void)d8;
  return hwy::HWY_NAMESPACE::VFromD<D8>{_mm512_cvtepi32_epi8(lanes.raw)};
#else
  return hwy::HWY_NAMESPACE::TruncateTo(d8, lanes);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#endif
