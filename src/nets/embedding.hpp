// The embedding network after its trunk: masked statistics pooling and one linear layer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nets/resnet.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class Embedding {
 public:
  Embedding(const model::Pack& pack, const kernels::KernelSet& kernels);

  static constexpr int kDimensions = kEmbedding.dimensions;
  static constexpr int kTrunkDimensions = kEmbedding.trunk_dimensions();

  const ResNet& trunk() const { return trunk_; }

  /// Mean and standard deviation of the trunk's features, rows[i] [2560] of frame i < `frames`,
  /// under `weights` [speakers, frames] into `statistics` [speakers, 5120].
  void pool(const float* const* rows, const float* weights, int frames, int speakers,
            float* statistics) const {
    kernels_.statistics_pool(rows, weights, frames, speakers, kTrunkDimensions, statistics);
  }

  /// `statistics` [count, 5120] to `embeddings` [count, 256], not normalised.
  void project(const float* statistics, int count, float* embeddings) const;

 private:
  const kernels::KernelSet& kernels_;
  ResNet trunk_;
  kernels::PackedWeights linear_;
};

}  // namespace diarist::nets
