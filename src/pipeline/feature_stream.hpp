// Filter-bank features of a recording as its samples arrive, with the means that the trunk wants.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/sliding_buffer.hpp"
#include "dsp/fbank.hpp"

namespace diarist::pipeline {

/// Keeps the features that are still needed, and their running sums. Not safe to share.
class FeatureStream {
 public:
  explicit FeatureStream(const dsp::Fbank& fbank);

  void push(std::span<const float> samples);

  /// Feature frames so far.
  std::int64_t frames() const { return features_.end(); }

  /// Frames [first, first + count) as they are: [count, 80].
  void copy(std::int64_t first, std::int64_t count, float* out) const;

  /// The same, less a mean over `span` frames around each: frame t loses the mean of the `span`
  /// frames that start at t - span / 2 (rounded up), moved inside [0, total) where they stick out,
  /// or of all frames where there are fewer. `total`: frames of the recording where that is known,
  /// else frames(), which then must be `span` at least and reach span / 2 beyond the last frame
  /// asked for.
  void copy_less_mean(std::int64_t first, std::int64_t count, int span, std::int64_t total,
                      float* out) const;

  /// Frames before this one are no longer needed.
  void drop_before(std::int64_t frame);

 private:
  const dsp::Fbank& fbank_;
  dsp::Fbank::Workspace workspace_;
  SlidingBuffer<float> samples_;
  SlidingBuffer<float> features_;
  SlidingBuffer<double> sums_;  ///< Row t: the sum of all frames before t.
};

/// Takes the mean over all `frames` off each of 80 columns, in place: what the trunk wants of one
/// window, or of one utterance.
void subtract_mean(float* features, std::int64_t frames);

}  // namespace diarist::pipeline
