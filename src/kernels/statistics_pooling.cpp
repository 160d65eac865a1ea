#include <algorithm>
#include <cmath>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/statistics_pooling.cpp"
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

struct Normalizers {
  float mean;      // 1 / v1
  float variance;  // 1 / (v1 - v2 / v1 + 1e-8)
};

HWY_INLINE Normalizers normalizers(const float* weights, int frames) {
  double sum = 1e-8;
  double squares = 0;
  for (int t = 0; t < frames; ++t) {
    const double w = static_cast<double>(weights[t]);
    sum += w;
    squares += w * w;
  }
  return {static_cast<float>(1.0 / sum), static_cast<float>(1.0 / (sum - squares / sum + 1e-8))};
}

// Dimensions [begin, begin + 2 vectors): all frames twice, sums in registers. Frames of no weight,
// by far the most under a speaker's mask, are passed over.
HWY_INLINE void pool_pair(Tag d, const float* features, const float* weights, int frames,
                          int dimensions, const Normalizers& norm, float* mean, float* deviation) {
  const std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  Vec low = hn::Zero(d);
  Vec high = hn::Zero(d);
  for (int t = 0; t < frames; ++t) {
    if (weights[t] == 0.0F) continue;
    const Vec w = hn::Set(d, weights[t]);
    const float* row = features + static_cast<std::ptrdiff_t>(t) * dimensions;
    low = hn::MulAdd(w, hn::LoadU(d, row), low);
    high = hn::MulAdd(w, hn::LoadU(d, row + lanes), high);
  }
  const Vec mean_low = hn::Mul(low, hn::Set(d, norm.mean));
  const Vec mean_high = hn::Mul(high, hn::Set(d, norm.mean));
  hn::StoreU(mean_low, d, mean);
  hn::StoreU(mean_high, d, mean + lanes);
  low = hn::Zero(d);
  high = hn::Zero(d);
  for (int t = 0; t < frames; ++t) {
    if (weights[t] == 0.0F) continue;
    const Vec w = hn::Set(d, weights[t]);
    const float* row = features + static_cast<std::ptrdiff_t>(t) * dimensions;
    const Vec a = hn::Sub(hn::LoadU(d, row), mean_low);
    const Vec b = hn::Sub(hn::LoadU(d, row + lanes), mean_high);
    low = hn::MulAdd(hn::Mul(w, a), a, low);
    high = hn::MulAdd(hn::Mul(w, b), b, high);
  }
  const Vec zero = hn::Zero(d);
  const Vec scale = hn::Set(d, norm.variance);
  hn::StoreU(hn::Sqrt(hn::Max(hn::Mul(low, scale), zero)), d, deviation);
  hn::StoreU(hn::Sqrt(hn::Max(hn::Mul(high, scale), zero)), d, deviation + lanes);
}

// `dimensions` must be a multiple of two vectors, which 2560 is on every target.
void statistics_pool(const float* features, const float* weights, int frames, int dimensions,
                     float* output) {
  const Tag d;
  const Normalizers norm = normalizers(weights, frames);
  const int step = 2 * static_cast<int>(hn::Lanes(d));
  for (int begin = 0; begin < dimensions; begin += step) {
    pool_pair(d, features + begin, weights, frames, dimensions, norm, output + begin,
              output + dimensions + begin);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(statistics_pool);

void fill_statistics_pooling(KernelSet& set, std::int64_t target) {
  set.statistics_pool = HWY_DISPATCH_TABLE(statistics_pool)[table_index(target)];
}

}  // namespace diarist::kernels
#endif
