#include "kernels/winograd_1d.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd_1d.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// One vector of channels: eight frames, `stride` floats apart, to eight positions.
template <class D>
HWY_INLINE void transform_input(D d, const float* input, std::ptrdiff_t stride, float* to,
                                std::ptrdiff_t position_stride) {
  using V = hn::Vec<D>;
  const auto at = [&](int frame) HWY_ATTR { return hn::LoadU(d, input + frame * stride); };
  const auto store = [&](int position, V v)
                         HWY_ATTR { hn::StoreU(v, d, to + position * position_stride); };
  const V x0 = at(0);
  const V x1 = at(1);
  const V x2 = at(2);
  const V x3 = at(3);
  const V x4 = at(4);
  const V x5 = at(5);
  const V x6 = at(6);
  const V x7 = at(7);
  store(0, hn::MulAdd(hn::Sub(x4, x2), hn::Set(d, 5.25F), hn::Sub(x0, x6)));
  store(7, hn::MulAdd(hn::Sub(x3, x5), hn::Set(d, 5.25F), hn::Sub(x7, x1)));
  const V even1 = hn::NegMulAdd(x4, hn::Set(d, 4.25F), hn::Add(x2, x6));
  const V odd1 = hn::NegMulAdd(x3, hn::Set(d, 4.25F), hn::Add(x1, x5));
  store(1, hn::Add(even1, odd1));
  store(2, hn::Sub(even1, odd1));
  const V middle = hn::Mul(x3, hn::Set(d, 2.5F));
  const V even2 = hn::NegMulAdd(x4, hn::Set(d, 1.25F), hn::MulAdd(x2, hn::Set(d, 0.25F), x6));
  const V odd2 = hn::Sub(hn::MulAdd(x1, hn::Set(d, 0.5F), hn::Mul(x5, hn::Set(d, 2.0F))), middle);
  store(3, hn::Add(even2, odd2));
  store(4, hn::Sub(even2, odd2));
  const V even3 = hn::NegMulAdd(x4, hn::Set(d, 5.0F), hn::MulAdd(x2, hn::Set(d, 4.0F), x6));
  const V odd3 = hn::Sub(hn::MulAdd(x1, hn::Set(d, 2.0F), hn::Mul(x5, hn::Set(d, 0.5F))), middle);
  store(5, hn::Add(even3, odd3));
  store(6, hn::Sub(even3, odd3));
}

// One vector of channels: eight products to four frames.
template <class D>
HWY_INLINE void transform_products(D d, const float* products, std::ptrdiff_t position_stride,
                                   const float* bias, float* output, std::ptrdiff_t stride) {
  using V = hn::Vec<D>;
  const auto at = [&](int position)
                      HWY_ATTR { return hn::LoadU(d, products + position * position_stride); };
  const V m1 = at(1);
  const V m2 = at(2);
  const V m3 = at(3);
  const V m4 = at(4);
  const V m5 = at(5);
  const V m6 = at(6);
  const V offset = hn::LoadU(d, bias);
  const V even1 = hn::Add(hn::Add(m1, m2), offset);
  const V odd1 = hn::Add(hn::Sub(m1, m2), offset);
  const V even2 = hn::Add(m3, m4);
  const V odd2 = hn::Sub(m3, m4);
  const V even3 = hn::Add(m5, m6);
  const V odd3 = hn::Sub(m5, m6);
  const auto store = [&](int frame, V v) HWY_ATTR { hn::StoreU(v, d, output + frame * stride); };
  store(0, hn::Add(hn::Add(at(0), even1), hn::Add(even2, even3)));
  store(1, hn::MulAdd(odd2, hn::Set(d, 2.0F), hn::MulAdd(odd3, hn::Set(d, 0.5F), odd1)));
  store(2, hn::MulAdd(even2, hn::Set(d, 4.0F), hn::MulAdd(even3, hn::Set(d, 0.25F), even1)));
  store(3, hn::Add(hn::MulAdd(odd2, hn::Set(d, 8.0F), hn::MulAdd(odd3, hn::Set(d, 0.125F), odd1)),
                   at(7)));
}

// Calls body(d, channel) for vectors that together cover all channels; the last one goes over
// channels of the one before again rather than beyond the end.
template <class Body>
HWY_INLINE void for_channels(int channels, const Body& body) {
  const hn::ScalableTag<float> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  if (HWY_UNLIKELY(channels < lanes)) {
    for (int c = 0; c < channels; ++c) body(hn::CappedTag<float, 1>(), c);
    return;
  }
  for (int c = 0; c < channels; c += lanes) body(d, std::min(c, channels - lanes));
}

void winograd_1d_input(const Winograd1dInput& w) {
  for (int t = 0; t < w.tiles; ++t) {
    const float* from =
        w.input +
        static_cast<std::ptrdiff_t>(winograd_1d_begin(w.first_tile + t, w.frames)) * w.channels;
    float* to = w.transformed + static_cast<std::ptrdiff_t>(t) * w.channels;
    for_channels(w.channels, [&](auto d, int c) HWY_ATTR {
      transform_input(d, from + c, w.channels, to + c, w.position_stride);
    });
  }
}

void winograd_1d_output(const Winograd1dOutput& w) {
  for (int t = 0; t < w.tiles; ++t) {
    const float* from = w.products + static_cast<std::ptrdiff_t>(t) * w.channels;
    float* to =
        w.output +
        static_cast<std::ptrdiff_t>(winograd_1d_begin(w.first_tile + t, w.frames)) * w.channels;
    for_channels(w.channels, [&](auto d, int c) HWY_ATTR {
      transform_products(d, from + c, w.position_stride, w.bias + c, to + c, w.channels);
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(winograd_1d_input);
HWY_EXPORT(winograd_1d_output);

void fill_winograd_1d(KernelSet& set, std::int64_t target) {
  const std::size_t index = table_index(target);
  set.winograd_1d_input = HWY_DISPATCH_TABLE(winograd_1d_input)[index];
  set.winograd_1d_output = HWY_DISPATCH_TABLE(winograd_1d_output)[index];
}

}  // namespace diarist::kernels
#endif
