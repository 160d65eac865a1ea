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

constexpr int kVectors = 4;

// Dimensions [begin, begin + kVectors vectors): all frames twice, sums in registers. Frames of no
// weight are passed over: under masks, most are of use to one speaker only.
HWY_INLINE void pool_columns(Tag d, const float* const* rows, std::ptrdiff_t begin,
                             const float* weights, int frames, const Normalizers& norm, float* mean,
                             float* deviation) {
  const std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  Vec a = hn::Zero(d);
  Vec b = hn::Zero(d);
  Vec c = hn::Zero(d);
  Vec e = hn::Zero(d);
  for (int t = 0; t < frames; ++t) {
    if (weights[t] == 0.0F) continue;
    const Vec w = hn::Set(d, weights[t]);
    const float* row = rows[t] + begin;
    a = hn::MulAdd(w, hn::LoadU(d, row), a);
    b = hn::MulAdd(w, hn::LoadU(d, row + lanes), b);
    c = hn::MulAdd(w, hn::LoadU(d, row + 2 * lanes), c);
    e = hn::MulAdd(w, hn::LoadU(d, row + 3 * lanes), e);
  }
  const Vec mean_scale = hn::Set(d, norm.mean);
  const Vec mean_a = hn::Mul(a, mean_scale);
  const Vec mean_b = hn::Mul(b, mean_scale);
  const Vec mean_c = hn::Mul(c, mean_scale);
  const Vec mean_e = hn::Mul(e, mean_scale);
  hn::StoreU(mean_a, d, mean);
  hn::StoreU(mean_b, d, mean + lanes);
  hn::StoreU(mean_c, d, mean + 2 * lanes);
  hn::StoreU(mean_e, d, mean + 3 * lanes);
  a = b = c = e = hn::Zero(d);
  const auto add_square = [d](Vec w, Vec mean_x, const float* x, Vec sum) HWY_ATTR {
    const Vec off = hn::Sub(hn::LoadU(d, x), mean_x);
    return hn::MulAdd(hn::Mul(w, off), off, sum);
  };
  for (int t = 0; t < frames; ++t) {
    if (weights[t] == 0.0F) continue;
    const Vec w = hn::Set(d, weights[t]);
    const float* row = rows[t] + begin;
    a = add_square(w, mean_a, row, a);
    b = add_square(w, mean_b, row + lanes, b);
    c = add_square(w, mean_c, row + 2 * lanes, c);
    e = add_square(w, mean_e, row + 3 * lanes, e);
  }
  const Vec scale = hn::Set(d, norm.variance);
  const auto root = [d, scale](Vec sum)
                        HWY_ATTR { return hn::Sqrt(hn::Max(hn::Mul(sum, scale), hn::Zero(d))); };
  hn::StoreU(root(a), d, deviation);
  hn::StoreU(root(b), d, deviation + lanes);
  hn::StoreU(root(c), d, deviation + 2 * lanes);
  hn::StoreU(root(e), d, deviation + 3 * lanes);
}

// `dimensions` must be a multiple of four vectors, which 2560 is on every target.
void statistics_pool(const float* const* rows, const float* weights, int frames, int speakers,
                     int dimensions, float* output) {
  HWY_ASSERT(speakers <= kMostPooledSpeakers);
  const Tag d;
  Normalizers norms[kMostPooledSpeakers];
  for (int s = 0; s < speakers; ++s) {
    norms[s] = normalizers(weights + static_cast<std::ptrdiff_t>(s) * frames, frames);
  }
  const int step = kVectors * static_cast<int>(hn::Lanes(d));
  // All speakers at a time, so that the features pass by once.
  for (int begin = 0; begin < dimensions; begin += step) {
    for (int s = 0; s < speakers; ++s) {
      float* mean = output + static_cast<std::ptrdiff_t>(s) * 2 * dimensions + begin;
      pool_columns(d, rows, begin, weights + static_cast<std::ptrdiff_t>(s) * frames, frames,
                   norms[s], mean, mean + dimensions);
    }
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
