// The sizes of the built-in model's networks, as constants: tests and benchmarks of single layers
// are written for them. built_in_pack.* knows the weights.
#pragma once

#include "nets/embedding_shape.hpp"

namespace diarist::testing {

struct SegmentationSizes {
  int sinc_filters = 80;
  int conv_channels = 60;
  int lstm_layers = 4;
  int lstm_hidden = 128;
  int classes = 7;
  int speakers = 3;
  int speakers_at_once = 2;
};

inline constexpr SegmentationSizes kSegmentation{};
inline constexpr nets::EmbeddingShape kEmbedding{};

}  // namespace diarist::testing
