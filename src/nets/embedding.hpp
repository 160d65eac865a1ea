// The embedding network after its trunk: masked statistics pooling and one linear layer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/preparation.hpp"
#include "nets/trunk.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class Embedding {
 public:
  /// `precision` is f32 or int8, and the trunk's. Where there is a `pool`, weights are packed on
  /// its workers, to be waited for before anything else is called; `pack` and this must outlive it.
  Embedding(const model::Pack& pack, const kernels::KernelSet& kernels, Precision precision,
            ThreadPool* pool = nullptr);
  Embedding(const Embedding&) = delete;
  Embedding& operator=(const Embedding&) = delete;

  /// See Preparation.
  void wait() const {
    trunk_.wait();
    packing_.wait();
  }

  const EmbeddingShape& shape() const { return shape_; }
  /// Of an embedding: 256 for the built-in model, as in all that follows.
  int dimensions() const { return shape_.dimensions; }
  /// Values per trunk frame: 2560.
  int trunk_dimensions() const { return shape_.trunk_dimensions(); }

  const Trunk& trunk() const { return trunk_; }

  /// Mean and standard deviation of the trunk's features, rows[i] [2560] of frame i < `frames`,
  /// under `weights` [speakers, frames] into `statistics` [speakers, 5120].
  void pool(const float* const* rows, const float* weights, int frames, int speakers,
            float* statistics) const;

  /// `statistics` [count, 5120] to `embeddings` [count, 256], not normalised.
  void project(const float* statistics, int count, float* embeddings) const;

 private:
  void pack_linear(const model::Pack& pack);

  const kernels::KernelSet& kernels_;
  const EmbeddingShape shape_;
  Trunk trunk_;
  kernels::PackedWeights linear_;
  Preparation packing_;
};

}  // namespace diarist::nets
