// The scalar twins: every kernel as plain loops, to test the others against and to run anywhere.
#pragma once

#include "kernels/kernel_set.hpp"

namespace diarist::kernels {

/// Panels of 16 columns; sums in f32, in the same order as the SIMD kernels.
KernelSet reference_kernels();

/// Those of winograd_reference.cpp.
void fill_reference_winograd(KernelSet& set);
/// Those of winograd_1d_reference.cpp.
void fill_reference_winograd_1d(KernelSet& set);

// For weights packed in panels of any width.
void contract_i16_reference(const ContractionI16& contraction);
void lstm_step_i16_reference(const LstmStepI16& step);

}  // namespace diarist::kernels
