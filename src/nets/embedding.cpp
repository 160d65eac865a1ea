#include "nets/embedding.hpp"

#include <algorithm>

namespace diarist::nets {

Embedding::Embedding(const model::Pack& pack, const kernels::KernelSet& kernels,
                     Precision precision, ThreadPool* pool)
    : kernels_(kernels),
      shape_(EmbeddingShape::of(model::architecture_of(pack).embedding)),
      trunk_(pack, shape_, kernels, precision, pool) {
  packing_.start({[this, &pack] { pack_linear(pack); }}, pool);
}

void Embedding::pack_linear(const model::Pack& pack) {
  const int channels = shape_.trunk_channels();
  constexpr int kBins = EmbeddingShape::trunk_bins();
  const int trunk = trunk_dimensions();
  const int statistics = 2 * trunk;
  const auto weights = pack.floats("embedding.seg_1.weight", {dimensions(), statistics});
  // PyTorch flattens [channels, bins], our trunk gives [bins, channels]; means, then deviations.
  std::vector<float> turned(weights.size());
  for (int o = 0; o < dimensions(); ++o) {
    const float* from = weights.data() + static_cast<std::ptrdiff_t>(o) * statistics;
    float* to = turned.data() + static_cast<std::ptrdiff_t>(o) * statistics;
    for (int half = 0; half < 2; ++half) {
      for (int c = 0; c < channels; ++c) {
        for (int f = 0; f < kBins; ++f) {
          to[half * trunk + f * channels + c] = from[half * trunk + c * kBins + f];
        }
      }
    }
  }
  linear_ =
      kernels::PackedWeights(turned, dimensions(), statistics,
                             pack.floats("embedding.seg_1.bias", {dimensions()}), kernels_.panel);
}

void Embedding::pool(const float* const* rows, const float* weights, int frames, int speakers,
                     float* statistics) const {
  for (int first = 0; first < speakers; first += kernels::kMostPooledSpeakers) {
    kernels_.statistics_pool(
        rows, weights + static_cast<std::ptrdiff_t>(first) * frames, frames,
        std::min(kernels::kMostPooledSpeakers, speakers - first), trunk_dimensions(),
        statistics + static_cast<std::ptrdiff_t>(first) * 2 * trunk_dimensions());
  }
}

void Embedding::project(const float* statistics, int count, float* embeddings) const {
  kernels::Contraction c;
  c.input = statistics;
  c.row_stride = static_cast<std::ptrdiff_t>(2) * trunk_dimensions();
  c.weights = &linear_;
  c.output = embeddings;
  c.output_row_stride = dimensions();
  c.rows = count;
  kernels_.contract(c);
}

}  // namespace diarist::nets
