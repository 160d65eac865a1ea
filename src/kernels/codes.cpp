#include "kernels/codes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/codes.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/low_bytes-inl.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void quantize(const Quantization& q) {
  const hn::ScalableTag<float> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto highest = hn::Set(d, static_cast<float>(kHighestCode));
  const auto rounder = hn::Set(d, kRoundToInteger);
  for (int cell = 0; cell < q.cells; ++cell) {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(cell) * q.channels;
    for (int c = 0; c < q.channels; c += lanes) {
      const auto scaled =
          hn::Mul(hn::LoadU(d, q.values + at + c), hn::LoadU(d, q.inverse_scale + c));
      const auto clamped = hn::Min(hn::Max(scaled, hn::Zero(d)), highest);
      const auto bits = hn::BitCast(du, hn::Add(clamped, rounder));
      hn::StoreU(low_bytes(d8, bits), d8, q.codes + at + c);
    }
  }
}

void widen(const std::uint8_t* codes, std::int16_t* wide, int count) {
  const hn::ScalableTag<std::int16_t> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += lanes) {
    hn::StoreU(hn::PromoteTo(d, hn::LoadU(d8, codes + i)), d, wide + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(quantize);
HWY_EXPORT(widen);

void fill_codes(KernelSet& set, std::int64_t target) {
  const std::size_t index = table_index(target);
  set.quantize = HWY_DISPATCH_TABLE(quantize)[index];
  set.widen = HWY_DISPATCH_TABLE(widen)[index];
}

}  // namespace diarist::kernels
#endif
