// The one loop under every layer: sums of products over runs of consecutive inputs.
//
// A matrix product, a 1-D and a 2-D convolution over channels-last data differ only in where the
// inputs of an output lie. Output (line, row, column) is
//
//   activation(bias[column] + residual[line, row, column]
//              + sum over s < segments, k < segment_length of
//                input[line * line_stride + row * row_stride + s * segment_stride + k]
//                * weight[s * segment_length + k, column])
//
// so that a plain product has one line and one segment; a 1-D convolution has overlapping rows; and
// a 3 x 3 convolution over an image [lines, rows, channels] with a border of zeros has three
// segments of 3 * channels, one per kernel line (implicit GEMM).
//
// Each output is summed in the order of s and k by one accumulator, whatever the tile that it falls
// into: results do not depend on how work is cut into calls.
#pragma once

#include <cstddef>

#include "kernels/packed_weights.hpp"

namespace diarist::kernels {

enum class Activation { none, relu, leaky_relu };

/// PyTorch's default, which segmentation-3.0 was trained with.
inline constexpr float kLeakySlope = 0.01F;

/// Strides count floats. The output may be the residual itself, never the input.
struct Contraction {
  const float* input = nullptr;
  std::ptrdiff_t line_stride = 0;
  std::ptrdiff_t row_stride = 0;
  int segments = 1;
  std::ptrdiff_t segment_stride = 0;

  const PackedWeights* weights = nullptr;  ///< depth() must be segments * segment_length.

  const float* residual = nullptr;  ///< Added where not null.
  std::ptrdiff_t residual_line_stride = 0;
  std::ptrdiff_t residual_row_stride = 0;

  float* output = nullptr;
  std::ptrdiff_t output_line_stride = 0;
  std::ptrdiff_t output_row_stride = 0;

  int lines = 1;
  int rows = 0;
  Activation activation = Activation::none;
};

}  // namespace diarist::kernels
