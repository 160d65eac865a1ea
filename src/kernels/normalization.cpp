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
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
#else
  if (HWY_LIKELY(count == static_cast<int>(hn::Lanes(d)))) return hn::LoadU(d, from);
  HWY_ALIGN float lanes[kMaxLanes] = {};
  std::copy(from, from + count, lanes);
  return hn::Load(d, lanes);
#endif
}

HWY_INLINE void store(Tag d, Vec v, float* to, int count) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  hn::BlendedStore(v, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
#else
  if (HWY_LIKELY(count == static_cast<int>(hn::Lanes(d)))) {
    hn::StoreU(v, d, to);
    return;
  }
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

void affine_abs_max_pool(const float* input, std::ptrdiff_t input_stride, float scale,
                         const float* shift, float* output, int frames, int channels) {
  const Tag d;
  const Vec factor = hn::Set(d, scale);
  for_channels(channels, [&](int c, int count) HWY_ATTR {
    const Vec offset = load(d, shift + c, count);
    const float* in = input + c;
    float* out = output + c;
    for (int t = 0; t < frames; ++t) {
      const Vec a = hn::Abs(hn::MulAdd(load(d, in, count), factor, offset));
      const Vec b = hn::Abs(hn::MulAdd(load(d, in + input_stride, count), factor, offset));
      const Vec e = hn::Abs(hn::MulAdd(load(d, in + 2 * input_stride, count), factor, offset));
      store(d, hn::Max(hn::Max(a, b), e), out, count);
      in += 3 * input_stride;
      out += channels;
    }
  });
}

void max_pool(const float* input, std::ptrdiff_t input_stride, float* output, int frames,
              int channels) {
  const Tag d;
  for_channels(channels, [&](int c, int count) HWY_ATTR {
    const float* in = input + c;
    float* out = output + c;
    for (int t = 0; t < frames; ++t) {
      const Vec a = load(d, in, count);
      const Vec b = load(d, in + input_stride, count);
      const Vec e = load(d, in + 2 * input_stride, count);
      store(d, hn::Max(hn::Max(a, b), e), out, count);
      in += 3 * input_stride;
      out += channels;
    }
  });
}

void instance_norm_leaky(const float* data, int frames, int channels, const float* scale,
                         const float* shift, float epsilon, float* output,
                         std::ptrdiff_t output_stride) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for_channels(channels, [&](int c, int count) HWY_ATTR {
    HWY_ALIGN float partial[kMaxLanes];
    double sums[kMaxLanes];
    // Sums term(x) over all frames into `sums`.
    const auto sum = [&](const auto& term) HWY_ATTR {
      std::fill(sums, sums + lanes, 0.0);
      for (int first = 0; first < frames; first += kFramesPerPartialSum) {
        const int last = std::min(frames, first + kFramesPerPartialSum);
        Vec total = hn::Zero(d);
        for (int t = first; t < last; ++t) {
          total = hn::Add(
              total, term(load(d, data + static_cast<std::ptrdiff_t>(t) * channels + c, count)));
        }
        hn::Store(total, d, partial);
        for (int i = 0; i < lanes; ++i) sums[i] += static_cast<double>(partial[i]);
      }
    };
    HWY_ALIGN float mean[kMaxLanes];
    HWY_ALIGN float factor[kMaxLanes] = {};
    HWY_ALIGN float offset[kMaxLanes] = {};
    sum([](Vec x) HWY_ATTR { return x; });
    for (int i = 0; i < lanes; ++i) mean[i] = static_cast<float>(sums[i] / frames);
    const Vec center = hn::Load(d, mean);
    sum([center](Vec x) HWY_ATTR {
      const Vec difference = hn::Sub(x, center);
      return hn::Mul(difference, difference);
    });
    for (int i = 0; i < count; ++i) {
      const double deviation = std::sqrt(sums[i] / frames + static_cast<double>(epsilon));
      factor[i] = static_cast<float>(static_cast<double>(scale[c + i]) / deviation);
      offset[i] = shift[c + i];
    }
    const Vec gain = hn::Load(d, factor);
    const Vec bias = hn::Load(d, offset);
    const Vec slope = hn::Set(d, kLeakySlope);
    for (int t = 0; t < frames; ++t) {
      const Vec x = load(d, data + static_cast<std::ptrdiff_t>(t) * channels + c, count);
      const Vec y = hn::MulAdd(hn::Sub(x, center), gain, bias);
      store(d, hn::Max(y, hn::Mul(y, slope)), output + t * output_stride + c, count);
    }
  });
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
