// The bridge between our instruction sets and Highway's targets.
//
// Highway keeps the chosen target in a global; we choose for each model, so a dispatch table is
// read here with an index of our own. Include after hwy/highway.h, in kernel sources only.
#pragma once

#include <cstddef>
#include <cstdint>

#include <hwy/highway.h>

namespace diarist::kernels {

/// Index of `target` (one HWY_* bit) in the tables that HWY_EXPORT defines. AVX3's for AVX3_DL in a
/// source that is not compiled for it: all of AVX3 runs there too.
inline std::size_t table_index(std::int64_t target) {
#if (HWY_TARGETS & (HWY_TARGETS - 1)) == 0
  (void)target;
  return 0;
#else
  hwy::ChosenTarget chosen;
  chosen.Update((target & HWY_TARGETS) != 0 ? target : HWY_AVX3);
  return chosen.GetIndex();
#endif
}

struct KernelSet;

// Each kernel source fills in its own pointers for one target.
void fill_codes(KernelSet& set, std::int64_t target);
void fill_contraction(KernelSet& set, std::int64_t target);
void fill_contraction_i16(KernelSet& set, std::int64_t target);
void fill_lstm_cell(KernelSet& set, std::int64_t target);
void fill_lstm_step_i16(KernelSet& set, std::int64_t target);
void fill_matrix_product(KernelSet& set, std::int64_t target);
void fill_normalization(KernelSet& set, std::int64_t target);
void fill_statistics_pooling(KernelSet& set, std::int64_t target);
void fill_symmetric_fold(KernelSet& set, std::int64_t target);
void fill_winograd(KernelSet& set, std::int64_t target);
void fill_winograd_1d(KernelSet& set, std::int64_t target);

}  // namespace diarist::kernels
