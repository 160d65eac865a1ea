// The sizes of WeSpeaker's ResNet34 (Wang et al. 2023), all in one place.
#pragma once

#include <array>

namespace diarist::nets {

struct EmbeddingShape {
  int mel_bins = 80;
  std::array<int, 4> blocks = {3, 4, 6, 3};
  std::array<int, 4> channels = {32, 64, 128, 256};
  int dimensions = 256;

  /// Each stage but the first halves time and frequency.
  static constexpr int halved(int size) { return (size + 1) / 2; }

  constexpr int trunk_bins() const { return halved(halved(halved(mel_bins))); }
  /// Values per trunk frame: [10 bins, 256 channels].
  constexpr int trunk_dimensions() const { return trunk_bins() * channels.back(); }
  /// Trunk frames that so many feature frames give.
  static constexpr int trunk_frames(int frames) { return halved(halved(halved(frames))); }
};

inline constexpr EmbeddingShape kEmbedding{};
static_assert(kEmbedding.trunk_dimensions() == 2560);
static_assert(EmbeddingShape::trunk_frames(998) == 125);

/// Feature frames per trunk frame.
inline constexpr int kTrunkStride = 8;

/// The epsilon of every batch normalisation (PyTorch's default).
inline constexpr double kBatchNormEpsilon = 1e-5;

}  // namespace diarist::nets
