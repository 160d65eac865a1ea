// The windows that both networks look at, in samples, feature frames and trunk frames.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "nets/embedding_shape.hpp"
#include "nets/segmentation_shape.hpp"

namespace diarist::pipeline {

inline constexpr int kWindowSamples = nets::SegmentationShape::kWindowSamples;
/// Samples between feature frames (10 ms).
inline constexpr int kFeatureShift = 160;
/// Feature frames of one window: those that lie wholly inside it.
inline constexpr int kWindowFrames = 998;
/// The same in thousandths of a window, the unit in which frames of both networks are compared.
inline constexpr int kWindowShifts = kWindowSamples / kFeatureShift;
static_assert(kWindowShifts == 1000);

/// Windows of a recording: as many as fit, and one more, padded with silence, for what is left
/// over.
inline int window_count(std::int64_t samples, int step_samples) {
  if (samples <= kWindowSamples) return samples > 0 ? 1 : 0;
  const std::int64_t beyond = samples - kWindowSamples;
  return static_cast<int>(1 + beyond / step_samples + (beyond % step_samples != 0 ? 1 : 0));
}

/// The trunk frames [first, end) whose centres lie inside a window that starts at feature frame
/// `start`; the caller cuts them off at the end of the recording.
struct TrunkSpan {
  std::int64_t first;
  std::int64_t end;
};
/// How many there are at most.
inline constexpr int kMostWindowTrunkFrames = (kWindowFrames - 1) / nets::kTrunkStride + 1;
inline TrunkSpan window_trunk_span(std::int64_t start) {
  return {(start + nets::kTrunkStride - 1) / nets::kTrunkStride,
          (start + kWindowFrames - 1) / nets::kTrunkStride + 1};
}

/// The segmentation frame in force at a feature frame, counted from the window's start: nearest
/// neighbour, as pyannote stretches 589 frames over 125.
inline int segmentation_frame(std::int64_t feature_frame) {
  const std::int64_t frame = feature_frame * nets::SegmentationShape::frames() / kWindowShifts;
  return static_cast<int>(
      std::clamp<std::int64_t>(frame, 0, nets::SegmentationShape::frames() - 1));
}

}  // namespace diarist::pipeline
