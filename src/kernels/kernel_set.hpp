// All kernels of one instruction set, side by side.
#pragma once

#include <cstddef>
#include <cstdint>

#include "diarist/instruction_set.hpp"

#include "kernels/codes.hpp"
#include "kernels/contraction.hpp"
#include "kernels/contraction_i16.hpp"
#include "kernels/matrix_product.hpp"
#include "kernels/symmetric_fold.hpp"
#include "kernels/winograd.hpp"
#include "kernels/winograd_1d.hpp"

namespace diarist::kernels {

/// Function pointers, so that the choice is made once, when a model is loaded, and can be forced.
/// All kernels are free of state, allocate nothing and are safe from any thread.
struct KernelSet {
  InstructionSet isa = InstructionSet::scalar;

  /// Columns per panel that `contract` and the integer kernels want their weights packed in: two
  /// vectors of 32-bit lanes.
  int panel = 0;

  /// contraction.hpp.
  void (*contract)(const Contraction& contraction) = nullptr;

  /// Columns per panel that `winograd` wants its weights packed in.
  int winograd_panel = 0;

  /// winograd.hpp.
  void (*winograd)(const WinogradConvolution& convolution) = nullptr;

  /// winograd_1d.hpp, both.
  void (*winograd_1d_input)(const Winograd1dInput& input) = nullptr;
  void (*winograd_1d_output)(const Winograd1dOutput& output) = nullptr;

  /// codes.hpp.
  void (*quantize)(const Quantization& quantization) = nullptr;
  /// wide[i] = codes[i], for a `count` that is a multiple of 32.
  void (*widen)(const std::uint8_t* codes, std::int16_t* wide, int count) = nullptr;

  /// contraction_i16.hpp, both.
  void (*contract_i16)(const ContractionI16& contraction) = nullptr;
  void (*lstm_step_i16)(const LstmStepI16& step) = nullptr;

  /// One step of an LSTM (gates in PyTorch's order: input, forget, cell, output) for `batch`
  /// sequences: gates [batch, 4 * hidden] before their activations, cell [batch, hidden] updated in
  /// place, output [batch] rows of `hidden` floats, `output_stride` apart.
  void (*lstm_cell)(const float* gates, float* cell, float* output, std::ptrdiff_t output_stride,
                    int batch, int hidden) = nullptr;

  /// symmetric_fold.hpp.
  void (*fold_symmetric)(const SymmetricFold& fold) = nullptr;

  /// output[t, c] = max over i < 3 of |scale * input[3 t + i, c] + shift[c]|, for `frames` outputs
  /// and `channels` channels. `input_stride` floats between input rows, output dense.
  void (*affine_abs_max_pool)(const float* input, std::ptrdiff_t input_stride, float scale,
                              const float* shift, float* output, int frames,
                              int channels) = nullptr;

  /// output[t, c] = max over i < 3 of input[3 t + i, c]; otherwise as above.
  void (*max_pool)(const float* input, std::ptrdiff_t input_stride, float* output, int frames,
                   int channels) = nullptr;

  /// Instance normalisation over time, then leaky ReLU, in place: each channel of data [frames,
  /// channels] loses its mean, is divided by sqrt(variance + epsilon) (biased variance), scaled and
  /// shifted. channels <= kMaxNormChannels. Output rows are `output_stride` apart; output may be
  /// data.
  void (*instance_norm_leaky)(const float* data, int frames, int channels, const float* scale,
                              const float* shift, float epsilon, float* output,
                              std::ptrdiff_t output_stride) = nullptr;

  /// Weighted statistics of the same frames for several speakers: rows[t] are the features
  /// [dimensions] of frame t, weights [speakers, frames], at most kMostPooledSpeakers of them.
  /// output [speakers, 2 * dimensions]: the means, then the standard deviations, as pyannote's
  /// StatsPool has it: v1 = sum w + 1e-8,
  /// mean = sum w x / v1, variance = sum w (x - mean)^2 / (v1 - sum w^2 / v1 + 1e-8).
  /// What comes out for one does not depend on the others, nor on frames that it gives no weight.
  void (*statistics_pool)(const float* const* rows, const float* weights, int frames, int speakers,
                          int dimensions, float* output) = nullptr;

  // In double precision, for clustering.

  /// Columns per panel that `multiply` wants its right side packed in.
  int panel_f64 = 0;

  /// output[i * stride + j] = (accumulate ? itself : 0) + sum over k of left(i, k) * right(k, j),
  /// for the columns j from `first_column`, a multiple of right.panel(), to the last; output starts
  /// there.
  void (*multiply)(const LeftMatrix& left, const PackedMatrix& right, int first_column,
                   double* output, std::ptrdiff_t stride, bool accumulate) = nullptr;

  /// values[i] += offsets[i]; returns the highest of them, -infinity for none.
  double (*add_and_find_highest)(double* values, const double* offsets,
                                 std::size_t count) = nullptr;

  /// values[i] = exp(values[i] - shift), for values up to shift; returns their sum.
  double (*exponentiate)(double* values, std::size_t count, double shift) = nullptr;
};

inline constexpr int kMaxNormChannels = 512;  // model/architecture.cpp lets no more through.
inline constexpr int kMostPooledSpeakers = 4;

/// The kernels of an instruction set. Throws Error{invalid_argument} where this machine or build
/// lacks it.
const KernelSet& kernel_set(InstructionSet isa);

/// Those of best_instruction_set().
const KernelSet& fastest_kernels();

}  // namespace diarist::kernels
