#include "peak_loops.hpp"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "peak_loops.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // IWYU pragma: keep; before all else of Highway
#include "kernels/dot_i16-inl.hpp"
// clang-format on
#include <hwy/highway.h>

#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Independent sums: two units with a latency of at most five cycles have to be kept busy, with some
// to spare (10 were measured 5 % short on Zen 4); AVX2 has 16 registers, of which operands and
// intermediates need up to four.
constexpr int kSums = 12;

#if HWY_TARGET == HWY_SCALAR

// Never dispatched to.
void loop_f32(std::int64_t) {}
void loop_i16(std::int64_t) {}
void loop_u8s8(std::int64_t) {}
double macs_f32() { return 0; }
double macs_i16() { return 0; }
double macs_u8s8() { return 0; }

#else

/// Makes the compiler forget what it knows of `v`, at no cost: else it would see that all sums are
/// alike and that products of constants need no repeating.
template <class V>
HWY_INLINE void forget(V& v) {
#if HWY_ARCH_X86
  __asm__ volatile("" : "+v"(v.raw));
#else
  __asm__ volatile("" : "+w"(v.raw));
#endif
}

/// kSums sums, each put through `step` once a round.
template <class V, class Step>
HWY_INLINE void repeat(std::int64_t rounds, V start, const Step& step) {
  V s0 = start;
  V s1 = start;
  V s2 = start;
  V s3 = start;
  V s4 = start;
  V s5 = start;
  V s6 = start;
  V s7 = start;
  V s8 = start;
  V s9 = start;
  V s10 = start;
  V s11 = start;
  const auto forget_all = [&]() HWY_ATTR {
    forget(s0);
    forget(s1);
    forget(s2);
    forget(s3);
    forget(s4);
    forget(s5);
    forget(s6);
    forget(s7);
    forget(s8);
    forget(s9);
    forget(s10);
    forget(s11);
  };
  forget_all();
  for (; rounds > 0; --rounds) {
    s0 = step(s0);
    s1 = step(s1);
    s2 = step(s2);
    s3 = step(s3);
    s4 = step(s4);
    s5 = step(s5);
    s6 = step(s6);
    s7 = step(s7);
    s8 = step(s8);
    s9 = step(s9);
    s10 = step(s10);
    s11 = step(s11);
  }
  forget_all();
}

void loop_f32(std::int64_t rounds) {
  using V = hn::Vec<hn::ScalableTag<float> >;
  const hn::ScalableTag<float> d;
  V x = hn::Set(d, 0.5F);
  V y = hn::Set(d, 0.25F);
  repeat(rounds, hn::Zero(d), [&](V sum) HWY_ATTR { return hn::MulAdd(x, y, sum); });
}

void loop_i16(std::int64_t rounds) {
  using V32 = hn::Vec<hn::ScalableTag<std::int32_t> >;
  const hn::ScalableTag<std::int32_t> d;
  const hn::ScalableTag<std::int16_t> d16;
  auto x = hn::Set(d16, 3);
  const auto y = hn::Set(d16, 5);
  repeat(rounds, hn::Zero(d), [&](V32 sum) HWY_ATTR {
    forget(x);
    return dot_pairs(d, x, y, sum);
  });
}

void loop_u8s8(std::int64_t rounds) {
  using V32 = hn::Vec<hn::ScalableTag<std::int32_t> >;
  const hn::ScalableTag<std::int32_t> d;
  const hn::ScalableTag<std::int8_t> d8;
  auto x = hn::Set(d8, 3);
  [[maybe_unused]] const auto y = hn::Set(d8, 5);
  [[maybe_unused]] const auto ones = hn::Set(hn::ScalableTag<std::int16_t>(), 1);
  repeat(rounds, hn::Zero(d), [&](V32 sum) HWY_ATTR {
    forget(x);
#if HWY_TARGET == HWY_AVX3_DL
    // As in dot_i16-inl.hpp: the instruction is there, Highway 1.0.3 has no name for it.
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(x.raw), "v"(y.raw));
    return sum;
#elif HWY_TARGET == HWY_AVX3
    const V32 quads{_mm512_madd_epi16(_mm512_maddubs_epi16(x.raw, y.raw), ones.raw)};
    return hn::Add(sum, quads);
#elif HWY_TARGET == HWY_AVX2
    const V32 quads{_mm256_madd_epi16(_mm256_maddubs_epi16(x.raw, y.raw), ones.raw)};
    return hn::Add(sum, quads);
#elif HWY_ARCH_X86
    const V32 quads{_mm_madd_epi16(_mm_maddubs_epi16(x.raw, y.raw), ones.raw)};
    return hn::Add(sum, quads);
#else
    return sum;
#endif
  });
}

double macs_f32() { return kSums * static_cast<double>(hn::Lanes(hn::ScalableTag<float>())); }
double macs_i16() {
  return kSums * static_cast<double>(hn::Lanes(hn::ScalableTag<std::int16_t>()));
}
double macs_u8s8() {
  return HWY_ARCH_X86 ? kSums * static_cast<double>(hn::Lanes(hn::ScalableTag<std::int8_t>())) : 0;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {
namespace {

HWY_EXPORT(loop_f32);
HWY_EXPORT(loop_i16);
HWY_EXPORT(loop_u8s8);
HWY_EXPORT(macs_f32);
HWY_EXPORT(macs_i16);
HWY_EXPORT(macs_u8s8);

std::int64_t target_of(InstructionSet isa) {
  switch (isa) {
    case InstructionSet::sse4:
      return HWY_SSE4;
    case InstructionSet::avx2:
      return HWY_AVX2;
    case InstructionSet::avx512:
      return HWY_AVX3;
    case InstructionSet::avx512_vnni:
      return HWY_AVX3_DL;
    case InstructionSet::neon:
      return HWY_NEON;
    case InstructionSet::scalar:
      break;
  }
  return 0;
}

}  // namespace

std::vector<bench::PeakLoop> peak_loops_of(InstructionSet isa) {
  const std::int64_t target = target_of(isa);
  if (target == 0) return {};
  const std::size_t index = table_index(target);
  std::vector<bench::PeakLoop> loops = {
      {"f32", HWY_DISPATCH_TABLE(macs_f32)[index](), HWY_DISPATCH_TABLE(loop_f32)[index]},
      {"i16", HWY_DISPATCH_TABLE(macs_i16)[index](), HWY_DISPATCH_TABLE(loop_i16)[index]}};
  const double macs = HWY_DISPATCH_TABLE(macs_u8s8)[index]();
  if (macs > 0) loops.push_back({"u8s8", macs, HWY_DISPATCH_TABLE(loop_u8s8)[index]});
  return loops;
}

}  // namespace diarist::kernels

namespace diarist::bench {

std::vector<PeakLoop> peak_loops(InstructionSet isa) { return kernels::peak_loops_of(isa); }

}  // namespace diarist::bench
#endif
