// Runs of samples folded about their middle, so that a symmetric or antisymmetric filter takes half
// of the multiplications: lanes are taps, and those of the second half come in reverse.
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/symmetric_fold.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/kernel_set.hpp"
#include "kernels/target.hpp"

HWY_BEFORE_NAMESPACE();
namespace diarist::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void fold_symmetric(const SymmetricFold& fold) {
  const hn::ScalableTag<float> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int folded = SymmetricFold::depth(fold.taps);
  for (int row = 0; row < fold.rows; ++row) {
    const float* begin = fold.samples + row * fold.stride;
    const float* end = begin + fold.taps;
    float* sums = fold.sums + row * fold.row_stride;
    float* differences = fold.differences + row * fold.row_stride;
    for (int k = 0; k < folded; k += lanes) {
      const auto left = hn::LoadU(d, begin + k);
      const auto right = hn::Reverse(d, hn::LoadU(d, end - lanes - k));
      hn::StoreU(hn::Add(left, right), d, sums + k);
      hn::StoreU(hn::Sub(left, right), d, differences + k);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diarist::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diarist::kernels {

HWY_EXPORT(fold_symmetric);

void fill_symmetric_fold(KernelSet& set, std::int64_t target) {
  set.fold_symmetric = HWY_DISPATCH_TABLE(fold_symmetric)[table_index(target)];
}

}  // namespace diarist::kernels
#endif
