// Contraction in integers: products of 16-bit codes, exact sums in 32 bits.
//
// Output (row, column) is
//
//   activation(scale[column] * sum over k < depth of input[row * row_stride + k] * code[k, column]
//              + bias[column])
//
// The sums are the same bits on every instruction set and in every grouping; only the last line, in
// f32, rounds. On AVX2 a multiplication costs half of one in f32, at 13 and more bits of precision
// on either side, where 8 bits would save nothing more.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/contraction.hpp"
#include "kernels/packed_weights_i16.hpp"

namespace diarist::kernels {

/// Strides count elements. Rows may overlap: a 1-D convolution over channels-last codes.
struct ContractionI16 {
  const std::int16_t* input = nullptr;  ///< Codes within the range that `weights` were packed for.
  std::ptrdiff_t row_stride = 0;
  const PackedWeightsI16* weights = nullptr;
  float* output = nullptr;
  std::ptrdiff_t output_row_stride = 0;
  int rows = 0;
  Activation activation = Activation::none;
};

/// One frame of one direction of an LSTM: the recurrent product and the cell, so that the gates
/// never leave the first-level cache.
///
/// Gates lie interleaved: for each group of `panel / 2` cells (KernelSet::panel, one vector) the
/// input gates of that group, then forget, cell and output gates. `gate_row` says where each comes
/// from.
struct LstmStepI16 {
  const std::int16_t* hidden = nullptr;  ///< [batch] rows of codes in kUnitRange, of the last frame
  std::ptrdiff_t hidden_row_stride = 0;
  const PackedWeightsI16* weights = nullptr;  ///< columns() = 4 * cells, depth() = cells; no bias
  const float* input_gates = nullptr;  ///< [batch, 4 * cells] what the frame itself contributes
  float* cell = nullptr;               ///< [batch, cells], updated in place
  std::int16_t* output = nullptr;      ///< [batch] rows of `cells` codes
  std::ptrdiff_t output_row_stride = 0;
  int batch = 0;
};

/// The row of PyTorch's weights [4 * cells, ...] (gates in the order input, forget, cell, output)
/// that belongs into `column` of an interleaved matrix.
constexpr int gate_row(int column, int cells, int panel) {
  const int group = panel / 2;
  const int gate = column / group % 4;
  return gate * cells + column / (4 * group) * group + column % group;
}

}  // namespace diarist::kernels
