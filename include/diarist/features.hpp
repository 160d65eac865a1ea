// Stage zero alone: the features that the embedding network was trained on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// Log mel filter-bank energies as Kaldi defines them, with the settings of WeSpeaker's recipe: 80
/// bins, frames of 25 ms every 10 ms, Hamming, no dither, snip edges. Safe to use from many threads
/// at once.
class DIARIST_EXPORT FeatureExtractor {
 public:
  /// Values of a frame.
  static constexpr int kBins = 80;

  FeatureExtractor();
  ~FeatureExtractor();
  FeatureExtractor(FeatureExtractor&&) noexcept;
  FeatureExtractor& operator=(FeatureExtractor&&) noexcept;

  /// Whole frames in that many samples at 16 kHz: one for 400, one more for each 160.
  std::int64_t frames(std::int64_t samples) const;

  /// [frames, 80], row-major, natural logarithm; no mean is taken off. `samples`: mono, 16 kHz, in
  /// [-1, 1]. Throws Error{corrupt_audio} for fewer than 400 samples or samples that are not
  /// finite, Error{cancelled} soon after `cancellation` is set.
  std::vector<float> extract(std::span<const float> samples,
                             const CancellationToken& cancellation = {}) const;

  /// The same into `features`, which holds frames(samples.size()) x 80 values: Error{
  /// invalid_argument} where it does not.
  void extract(std::span<const float> samples, std::span<float> features,
               const CancellationToken& cancellation = {}) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
