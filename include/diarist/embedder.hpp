// Stage two alone: what a stretch of speech sounds like.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// WeSpeaker ResNet34-LM (Wang et al. 2023): 80 mel features, ResNet34 trunk, statistics pooling
/// over the frames that a mask selects, one linear layer; or another ResNet of that family, as the
/// model has it. Safe to use from many threads at once.
///
/// What is embedded is given either as samples (mono, 16 kHz, in [-1, 1], at least the 400 of one
/// feature frame of 25 ms) or as features ([frames, 80] as FeatureExtractor gives them; their mean
/// is taken off here), from a tenth of a second to an hour in one call. Both give the same bytes.
/// Throws Error{corrupt_audio} for too few samples or frames and values that are not finite,
/// Error{invalid_argument} for features that are not whole frames, Error{cancelled} soon after a
/// call's `cancellation` is set: between blocks of half a minute.
class DIARIST_EXPORT Embedder {
 public:
  /// Throws as Segmenter's constructor does.
  explicit Embedder(const Model& model, PerformanceOptions performance = {});
  ~Embedder();
  Embedder(Embedder&&) noexcept;
  Embedder& operator=(Embedder&&) noexcept;

  /// Values of an embedding: 256 for the built-in model.
  int dimensions() const;

  /// One embedding [dimensions], not normalised, of the whole of it.
  std::vector<float> embed(std::span<const float> samples,
                           const CancellationToken& cancellation = {}) const;
  std::vector<float> embed_features(std::span<const float> features,
                                    const CancellationToken& cancellation = {}) const;

  /// One embedding per mask, all from one run of the trunk: [masks, dimensions], row-major.
  /// `masks`: [masks, frames] weights >= 0 over the length of what is embedded; `frames` is up to
  /// the caller and stretched to the trunk's own frames by nearest neighbour. A mask of zeros gives
  /// a row that stands for nobody. Throws Error{invalid_argument} where masks.size() is no multiple
  /// of `frames`.
  std::vector<float> embed(std::span<const float> samples, std::span<const float> masks, int frames,
                           const CancellationToken& cancellation = {}) const;
  std::vector<float> embed_features(std::span<const float> features, std::span<const float> masks,
                                    int frames, const CancellationToken& cancellation = {}) const;

  /// The buffers of one caller of one embedder. They grow with the longest recording and the most
  /// masks that went through them, and are then reused: a call allocates nothing. One call at a
  /// time.
  class Workspace {
   public:
    /// For calls of `embedder`, which must outlive it.
    explicit Workspace(const Embedder& embedder);
    ~Workspace();
    Workspace(Workspace&&) noexcept;
    Workspace& operator=(Workspace&&) noexcept;

   private:
    friend class Embedder;
    struct State;
    std::unique_ptr<State> state_;
  };

  /// The same on the caller's own thread, in the caller's buffers: [masks, dimensions], a view of
  /// `workspace` that is good until its next call. For many short stretches, and for callers with
  /// threads of their own: one workspace each.
  std::span<const float> embed(std::span<const float> samples, std::span<const float> masks,
                               int frames, Workspace& workspace) const;
  std::span<const float> embed_features(std::span<const float> features,
                                        std::span<const float> masks, int frames,
                                        Workspace& workspace) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
