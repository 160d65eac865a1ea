// 1-D convolutions of five taps and stride 1 by Winograd's minimal filtering F(4, 5): 8 products
// for every 4 outputs in place of 20.
//
// Lavin and Gray 2016, at the points 0, +-1, +-2, +-1/2 and infinity. Eight consecutive frames are
// transformed channel by channel, multiplied with transformed weights (eight matrix products, see
// contraction.hpp), and combined to four outputs. All in f32; the error is about five times that of
// the plain sum, 1e-6 of the outputs' size.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/aligned_buffer.hpp"
#include "kernels/packed_weights.hpp"

namespace diarist::kernels {

inline constexpr int kWinograd1dTaps = 5;
inline constexpr int kWinograd1dOutputs = 4;
inline constexpr int kWinograd1dPositions = kWinograd1dOutputs + kWinograd1dTaps - 1;

/// Tiles of a convolution with `frames` outputs, at least four. The last one begins four outputs
/// before the end, so that none reads beyond the input.
constexpr int winograd_1d_tiles(int frames) {
  return (frames + kWinograd1dOutputs - 1) / kWinograd1dOutputs;
}
constexpr int winograd_1d_begin(int tile, int frames) {
  const int begin = tile * kWinograd1dOutputs;
  return begin < frames - kWinograd1dOutputs ? begin : frames - kWinograd1dOutputs;
}

/// Tiles [first_tile, first_tile + tiles) of an input [frames + 4, channels], dense:
/// transformed[position, tile - first_tile, channel].
struct Winograd1dInput {
  const float* input = nullptr;
  int channels = 0;
  int frames = 0;  ///< Of outputs.
  int first_tile = 0;
  int tiles = 0;
  float* transformed = nullptr;
  std::ptrdiff_t position_stride = 0;  ///< Floats from one position to the next.
};

/// The way back: products[position, tile - first_tile, channel] and a bias [channels] to output
/// [frames, channels], dense.
struct Winograd1dOutput {
  const float* products = nullptr;
  std::ptrdiff_t position_stride = 0;
  const float* bias = nullptr;
  int channels = 0;
  int frames = 0;
  int first_tile = 0;
  int tiles = 0;
  float* output = nullptr;
};

/// Transformed weights: a matrix for each position, packed for `contract`.
class Winograd1dWeights {
 public:
  Winograd1dWeights() = default;

  /// `matrix`: [columns, 5 * depth] row-major, taps first, as contraction.hpp has them. `bias`:
  /// [columns].
  Winograd1dWeights(std::span<const float> matrix, int columns, int depth,
                    std::span<const float> bias, int panel);

  int columns() const { return positions_[0].columns(); }
  int depth() const { return positions_[0].depth(); }
  const PackedWeights& at(int position) const {
    return positions_[static_cast<std::size_t>(position)];
  }
  const float* bias() const { return bias_.data(); }

 private:
  std::array<PackedWeights, kWinograd1dPositions> positions_;
  AlignedBuffer<float> bias_;
};

}  // namespace diarist::kernels
