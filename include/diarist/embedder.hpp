// Stage two alone: what a stretch of speech sounds like.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "diarist/model.hpp"
#include "diarist/options.hpp"

namespace diarist {

/// WeSpeaker ResNet34-LM (Wang et al. 2023): 80 mel features, ResNet34 trunk, statistics pooling
/// over the frames that a mask selects, one linear layer. Safe to use from many threads at once.
class Embedder {
 public:
  static constexpr int kDimensions = 256;

  /// Throws as Segmenter's constructor does.
  explicit Embedder(const Model& model, PerformanceOptions performance = {});
  ~Embedder();
  Embedder(Embedder&&) noexcept;
  Embedder& operator=(Embedder&&) noexcept;

  /// One embedding [256], not normalised, of the whole of `samples` (mono, 16 kHz, in [-1, 1]).
  /// Throws Error{corrupt_audio} for fewer than 400 samples (one feature frame of 25 ms) or samples
  /// that are not finite.
  std::vector<float> embed(std::span<const float> samples) const;

  /// One embedding per mask, all from one run of the trunk: [masks, 256], row-major.
  /// `masks`: [masks, frames] weights >= 0 over the length of `samples`; `frames` is up to the
  /// caller and stretched to the trunk's own frames by nearest neighbour. A mask of zeros gives a
  /// row that stands for nobody. Throws Error{invalid_argument} where masks.size() is no multiple
  /// of `frames`.
  std::vector<float> embed(std::span<const float> samples, std::span<const float> masks,
                           int frames) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
