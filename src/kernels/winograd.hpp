// 3 x 3 convolutions of stride 1 by Winograd's minimal filtering F(4 x 4, 3 x 3): 36 products in
// place of 144 for every 4 x 4 outputs.
//
// Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks". Maps lie as [lines,
// bins, channels]; each tile of 6 x 6 inputs is transformed, multiplied position by position with
// weights that were transformed when the model was loaded, and transformed back. Two arithmetics:
//
//   f32      everything in f32.
//   integer  maps are 8-bit codes (zero is code 0, as after a ReLU). The input's transform has
//            integer coefficients and is exact in 16 bits (at most 17,340); weights keep about
//            ten bits at a depth of 256 and more below; sums are exact in 32 bits, and the same
//            bits on every instruction set.
//
// Every output depends on its own tile alone: how work is cut into calls never shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.hpp"

namespace diarist::kernels {

inline constexpr int kWinogradTile = 4;                   ///< Outputs along a side of a tile.
inline constexpr int kWinogradInput = kWinogradTile + 2;  ///< Inputs along it.
inline constexpr int kWinogradPositions = kWinogradInput * kWinogradInput;  ///< Products of a tile.

/// `size` outputs and what fills their last tile up.
constexpr int whole_tiles(int size) {
  return (size + kWinogradTile - 1) / kWinogradTile * kWinogradTile;
}

enum class WinogradArithmetic { f32, integer };

/// The transformed weights of one convolution, in the order in which the kernel reads them:
/// [columns / panel][36][depth][panel] floats, or [columns / panel][36][depth / 2][panel][2] 16-bit
/// integers.
class WinogradWeights {
 public:
  WinogradWeights() = default;

  /// `matrix`: [columns, 3 * 3 * depth] row-major, taps first (line, bin, channel), as
  /// contraction.hpp has them. `panel` must divide `columns`; `depth` must be even.
  ///
  /// Integer codes get one scale for each column, as fine as exact 32-bit sums allow.
  ///
  /// `memory`: where they go, units() of it, aligned as AlignedBuffer is; it must outlive this.
  /// None where they are to have their own.
  WinogradWeights(std::span<const float> matrix, int columns, int depth, int panel,
                  WinogradArithmetic arithmetic, std::span<std::uint32_t> memory = {});

  /// 32-bit units of memory of all weights.
  static std::size_t units(int columns, int depth, WinogradArithmetic arithmetic) {
    return static_cast<std::size_t>(columns) * kWinogradPositions *
           static_cast<std::size_t>(depth_units(depth, arithmetic));
  }

  int columns() const { return columns_; }
  int depth() const { return depth_; }
  int panel() const { return panel_; }
  WinogradArithmetic arithmetic() const { return arithmetic_; }

  /// [columns]: what a sum must be multiplied by, all that the transforms leave out being in it.
  const float* scale() const { return scale_.data(); }

  /// 32-bit units: floats, or pairs of integers.
  int depth_units() const { return depth_units(depth_, arithmetic_); }
  const std::uint32_t* panel_data(int index) const {
    return values_.data() +
           static_cast<std::ptrdiff_t>(index) * kWinogradPositions * depth_units() * panel_;
  }

 private:
  static int depth_units(int depth, WinogradArithmetic arithmetic) {
    return arithmetic == WinogradArithmetic::f32 ? depth : depth / 2;
  }

  int columns_ = 0;
  int depth_ = 0;
  int panel_ = 0;
  WinogradArithmetic arithmetic_ = WinogradArithmetic::f32;
  AlignedBuffer<std::uint32_t> own_;
  std::span<std::uint32_t> values_;
  AlignedBuffer<float> scale_;
};

/// output[line, bin, c] = finish(sum * scale[c] + offset[c] + residual[line, bin, c] *
/// residual_scale[c]) where finish is max(0, .) for floats, and the nearest code from 0 to 255 for
/// codes.
///
/// Maps are floats or codes as the weights' arithmetic wants them, but for `residual` and `output`,
/// which may be floats with either. Strides count elements. `output` may be the residual itself,
/// never the input.
struct WinogradConvolution {
  const void* input = nullptr;  ///< Top left of the border: [whole_tiles(lines) +
                                ///< 2][whole_tiles(bins) + 2][depth], zeros around the map.
  std::ptrdiff_t input_line_stride = 0;

  const WinogradWeights* weights = nullptr;
  const float* scale = nullptr;   ///< [columns], weights->scale() times those of the codes
  const float* offset = nullptr;  ///< [columns]

  const std::uint8_t* residual_codes = nullptr;  ///< One of the two, or neither.
  const float* residual = nullptr;
  const float* residual_scale = nullptr;  ///< [columns]
  std::ptrdiff_t residual_line_stride = 0;

  std::uint8_t* output_codes = nullptr;  ///< One of the two.
  float* output = nullptr;
  std::ptrdiff_t output_line_stride = 0;

  int lines = 0;
  int bins = 0;

  void* workspace =
      nullptr;  ///< kWinogradWorkspaceBytes, aligned as AlignedBuffer is; contents undefined.
};

/// Transformed inputs of as many tiles as stay in the second-level cache beside a panel of weights,
/// and the sums of six.
inline constexpr std::size_t kWinogradTransformedBytes = 512 * 1024;
inline constexpr std::size_t kWinogradWorkspaceBytes = kWinogradTransformedBytes + 64 * 1024;

}  // namespace diarist::kernels
