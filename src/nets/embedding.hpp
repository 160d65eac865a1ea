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

  /// Mean and standard deviation of `trunk_features` [frames, 2560] under `weights` [frames] into
  /// `statistics` [5120].
  void pool(const float* trunk_features, const float* weights, int frames,
            float* statistics) const {
    kernels_.statistics_pool(trunk_features, weights, frames, kTrunkDimensions, statistics);
  }

  /// `statistics` [count, 5120] to `embeddings` [count, 256], not normalised.
  void project(const float* statistics, int count, float* embeddings) const;

 private:
  const kernels::KernelSet& kernels_;
  ResNet trunk_;
  kernels::PackedWeights linear_;
};

}  // namespace diarist::nets
