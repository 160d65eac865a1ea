#include "nets/embedding.hpp"

namespace diarist::nets {

Embedding::Embedding(const model::Pack& pack, const kernels::KernelSet& kernels,
                     Precision precision, ThreadPool* pool)
    : kernels_(kernels), trunk_(pack, kernels, precision, pool) {
  packing_.start({[this, &pack] { pack_linear(pack); }}, pool);
}

void Embedding::pack_linear(const model::Pack& pack) {
  constexpr EmbeddingShape kShape = kEmbedding;
  const int channels = kShape.channels.back();
  const int bins = kShape.trunk_bins();
  const int statistics = 2 * kTrunkDimensions;
  const auto weights = pack.floats("embedding.seg_1.weight", {kDimensions, statistics});
  // PyTorch flattens [channels, bins], our trunk gives [bins, channels]; means, then deviations.
  std::vector<float> turned(weights.size());
  for (int o = 0; o < kDimensions; ++o) {
    const float* from = weights.data() + static_cast<std::ptrdiff_t>(o) * statistics;
    float* to = turned.data() + static_cast<std::ptrdiff_t>(o) * statistics;
    for (int half = 0; half < 2; ++half) {
      for (int c = 0; c < channels; ++c) {
        for (int f = 0; f < bins; ++f) {
          to[half * kTrunkDimensions + f * channels + c] =
              from[half * kTrunkDimensions + c * bins + f];
        }
      }
    }
  }
  linear_ =
      kernels::PackedWeights(turned, kDimensions, statistics,
                             pack.floats("embedding.seg_1.bias", {kDimensions}), kernels_.panel);
}

void Embedding::project(const float* statistics, int count, float* embeddings) const {
  kernels::Contraction c;
  c.input = statistics;
  c.row_stride = static_cast<std::ptrdiff_t>(2) * kTrunkDimensions;
  c.weights = &linear_;
  c.output = embeddings;
  c.output_row_stride = kDimensions;
  c.rows = count;
  kernels_.contract(c);
}

}  // namespace diarist::nets
