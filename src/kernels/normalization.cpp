// Max pooling over three frames and instance normalisation, over channels-last data: lanes are
// channels, and the last ones of a row are left out.
#include <algorithm>
#include <cmath>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/normalization.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

// f32 sums are handed over to f64 after this many frames: keeps the error of a mean over 5,000
// frames at that of a sum over 64.
constexpr int kFramesPerPartialSum = 64;

constexpr int kMaxLanes = HWY_MAX_BYTES / static_cast<int>(sizeof(float));

// The first `count` lanes from and to memory, and nothing beside them. Highway's masked load is
// that on targets with masks only: on the others it reads the whole vector, and aligned.
HWY_INLINE Vec load(Tag d, const float* from, int count) {
  if (HWY_LIKELY(count == static_cast<int>(hn::Lanes(d)))) return hn::LoadU(d, from);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
#else
  HWY_ALIGN float lanes[kMaxLanes] = {};
  std::copy(from, from + count, lanes);
  return hn::Load(d, lanes);
#endif
}

HWY_INLINE void store(Tag d, Vec v, float* to, int count) {
  if (HWY_LIKELY(count == static_cast<int>(hn::Lanes(d)))) {
    hn::StoreU(v, d, to);
    return;
  }
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  hn::BlendedStore(v, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
#else
  HWY_ALIGN float lanes[kMaxLanes];
  hn::Store(v, d, lanes);
  std::copy(lanes, lanes + count, to);
#endif
}

// Calls body(channel, count) for each vector of channels; `count` is all lanes but for the last
// one.
template <class Body>
HWY_INLINE void for_channels(int channels, const Body& body) {
  const int lanes = static_cast<int>(hn::Lanes(Tag()));
  for (int c = 0; c < channels; c += lanes) body(c, std::min(lanes, channels - c));
}

// Frames in the outer loop and channels in the inner one throughout: memory is gone through once,
// in its own order.

void affine_abs_max_pool(const float* input, std::ptrdiff_t input_stride, float scale,
                         const float* shift, float* output, int frames, int channels) {
  const Tag d;
  const Vec factor = hn::Set(d, scale);
  for (int t = 0; t < frames; ++t) {
    const float* row = input + 3 * t * input_stride;
    float* out = output + static_cast<std::ptrdiff_t>(t) * channels;
    for_channels(channels, [&](int c, int count) HWY_ATTR {
      const float* in = row + c;
      const Vec offset = load(d, shift + c, count);
      const Vec a = hn::Abs(hn::MulAdd(load(d, in, count), factor, offset));
      const Vec b = hn::Abs(hn::MulAdd(load(d, in + input_stride, count), factor, offset));
      const Vec e = hn::Abs(hn::MulAdd(load(d, in + 2 * input_stride, count), factor, offset));
      store(d, hn::Max(hn::Max(a, b), e), out + c, count);
    });
  }
}

void max_pool(const float* input, std::ptrdiff_t input_stride, float* output, int frames,
              int channels) {
  const Tag d;
  for (int t = 0; t < frames; ++t) {
    const float* row = input + 3 * t * input_stride;
    float* out = output + static_cast<std::ptrdiff_t>(t) * channels;
    for_channels(channels, [&](int c, int count) HWY_ATTR {
      const float* in = row + c;
      const Vec a = load(d, in, count);
      const Vec b = load(d, in + input_stride, count);
      const Vec e = load(d, in + 2 * input_stride, count);
      store(d, hn::Max(hn::Max(a, b), e), out + c, count);
    });
  }
}

// Per channel; whole vectors of them are read.
struct Norm {
  HWY_ALIGN float center[kMaxNormChannels + kMaxLanes] = {};
  HWY_ALIGN float gain[kMaxNormChannels + kMaxLanes] = {};
  HWY_ALIGN float offset[kMaxNormChannels + kMaxLanes] = {};
};

// sums[c] = sum over all frames of term(x, c).
template <class Term>
HWY_INLINE void sum_channels(const float* data, int frames, int channels, double* sums,
                             const Term& term) {
  const Tag d;
  std::fill(sums, sums + channels, 0.0);
  for (int first = 0; first < frames; first += kFramesPerPartialSum) {
    const int last = std::min(frames, first + kFramesPerPartialSum);
    for_channels(channels, [&](int c, int count) HWY_ATTR {
      HWY_ALIGN float partial[kMaxLanes];
      Vec total = hn::Zero(d);
      for (int t = first; t < last; ++t) {
        const float* row = data + static_cast<std::ptrdiff_t>(t) * channels;
        total = hn::Add(total, term(load(d, row + c, count), c));
      }
      hn::Store(total, d, partial);
      for (int i = 0; i < count; ++i) sums[c + i] += static_cast<double>(partial[i]);
    });
  }
}

HWY_INLINE void measure(const float* data, int frames, int channels, const float* scale,
                        const float* shift, float epsilon, Norm& norm) {
  const Tag d;
  double sums[kMaxNormChannels];
  sum_channels(data, frames, channels, sums, [](Vec x, int) HWY_ATTR { return x; });
  for (int c = 0; c < channels; ++c) norm.center[c] = static_cast<float>(sums[c] / frames);
  sum_channels(data, frames, channels, sums, [&](Vec x, int c) HWY_ATTR {
    const Vec difference = hn::Sub(x, hn::LoadU(d, norm.center + c));
    return hn::Mul(difference, difference);
  });
  for (int c = 0; c < channels; ++c) {
    const double deviation = std::sqrt(sums[c] / frames + static_cast<double>(epsilon));
    norm.gain[c] = static_cast<float>(static_cast<double>(scale[c]) / deviation);
    norm.offset[c] = shift[c];
  }
}

void instance_norm_leaky(const float* data, int frames, int channels, const float* scale,
                         const float* shift, float epsilon, float* output,
                         std::ptrdiff_t output_stride) {
  const Tag d;
  Norm norm;
  measure(data, frames, channels, scale, shift, epsilon, norm);
  for (int t = 0; t < frames; ++t) {
    const float* row = data + static_cast<std::ptrdiff_t>(t) * channels;
    float* out = output + t * output_stride;
    for_channels(channels, [&](int c, int count) HWY_ATTR {
      const Vec x = hn::Sub(load(d, row + c, count), hn::LoadU(d, norm.center + c));
      const Vec y = hn::MulAdd(x, hn::LoadU(d, norm.gain + c), hn::LoadU(d, norm.offset + c));
      store(d, hn::Max(y, hn::Mul(y, hn::Set(d, kLeakySlope))), out + c, count);
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(affine_abs_max_pool);
HWY_EXPORT(max_pool);
HWY_EXPORT(instance_norm_leaky);

void fill_normalization(KernelSet& set, std::int64_t target) {
  const std::size_t index = table_index(target);
  set.affine_abs_max_pool = HWY_DISPATCH_TABLE(affine_abs_max_pool)[index];
  set.max_pool = HWY_DISPATCH_TABLE(max_pool)[index];
  set.instance_norm_leaky = HWY_DISPATCH_TABLE(instance_norm_leaky)[index];
}

}  // namespace diarist::kernels
#endif
