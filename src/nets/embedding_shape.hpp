// The sizes of the embedding network, a WeSpeaker ResNet (Wang et al. 2023), all in one place.
#pragma once

#include <array>
#include <cstddef>

#include "model/architecture.hpp"

namespace diarist::nets {

/// By default ResNet34.
struct EmbeddingShape {
  static constexpr int kMelBins = model::EmbeddingArchitecture::kMelBins;

  bool bottleneck = false;
  std::array<int, 4> blocks = {3, 4, 6, 3};
  std::array<int, 4> channels = {32, 64, 128, 256};  ///< Of a stage's 3 x 3 convolutions.
  int dimensions = 256;

  static EmbeddingShape of(const model::EmbeddingArchitecture& architecture) {
    EmbeddingShape shape;
    shape.bottleneck = architecture.bottleneck;
    for (std::size_t stage = 0; stage < shape.blocks.size(); ++stage) {
      shape.blocks[stage] = static_cast<int>(architecture.blocks[stage]);
      shape.channels[stage] = static_cast<int>(architecture.channels[stage]);
    }
    shape.dimensions = static_cast<int>(architecture.dimensions);
    return shape;
  }

  /// Each stage but the first halves time and frequency.
  static constexpr int halved(int size) { return (size + 1) / 2; }

  static constexpr int trunk_bins() { return halved(halved(halved(kMelBins))); }
  /// Trunk frames that so many feature frames give.
  static constexpr int trunk_frames(int frames) { return halved(halved(halved(frames))); }

  /// Of the first convolution.
  constexpr int stem_channels() const { return channels[0]; }
  /// Channels that a stage's blocks put out.
  constexpr int output_channels(std::size_t stage) const {
    return channels[stage] *
           (bottleneck ? static_cast<int>(model::EmbeddingArchitecture::kExpansion) : 1);
  }
  /// Whether a stage's first block changes the size of its map, so that its input is no residual.
  constexpr bool has_shortcut(std::size_t stage) const {
    return stage > 0 || output_channels(0) != stem_channels();
  }
  constexpr int trunk_channels() const { return output_channels(channels.size() - 1); }
  /// Values per trunk frame: [10 bins, channels]; 2560 of ResNet34.
  constexpr int trunk_dimensions() const { return trunk_bins() * trunk_channels(); }
};

static_assert(EmbeddingShape{}.trunk_dimensions() == 2560);
static_assert(EmbeddingShape::trunk_frames(998) == 125);

/// Feature frames per trunk frame.
inline constexpr int kTrunkStride = 8;
/// A feature frame is ten milliseconds (dsp/fbank.hpp).
inline constexpr double kTrunkFrame_s = kTrunkStride * 0.01;

/// The epsilon of every batch normalisation (PyTorch's default).
inline constexpr double kBatchNormEpsilon = 1e-5;

}  // namespace diarist::nets
