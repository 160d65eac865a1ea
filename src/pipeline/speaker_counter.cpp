#include "pipeline/speaker_counter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "nets/segmentation_shape.hpp"

namespace diarist::pipeline {
namespace {

constexpr double kWindowSeconds = 10.0;
constexpr std::int64_t kFrames = nets::SegmentationShape::frames();

}  // namespace

std::int64_t window_start_frame(int window, double step_s) {
  return static_cast<std::int64_t>(std::nearbyint(step_s * window / kFrameStepSeconds));
}

std::int64_t frame_count(int windows, double step_s) {
  if (windows <= 0) return 0;
  return static_cast<std::int64_t>(
             std::nearbyint((kWindowSeconds + (windows - 1) * step_s) / kFrameStepSeconds)) +
         1;
}

SpeakerCounter::SpeakerCounter(double step_s, int speakers, int first_window)
    : step_s_(step_s),
      speakers_(speakers),
      windows_(first_window),
      first_(window_start_frame(first_window, step_s)) {}

void SpeakerCounter::settle(std::int64_t frame) {
  const auto fresh = static_cast<std::size_t>(frame - this->end());
  if (open_.size() < fresh) open_.resize(fresh);
  for (std::size_t i = 0; i < fresh; ++i) {
    const Tally& tally = open_[i];
    // The default rounding mode takes halves to even.
    counts_.push_back(tally.windows == 0 ? (counts_.empty() ? std::uint8_t{0} : counts_.back())
                                         : static_cast<std::uint8_t>(std::nearbyint(
                                               static_cast<double>(tally.active) / tally.windows)));
  }
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(fresh));
}

void SpeakerCounter::add(const std::uint8_t* active) {
  open_.resize(std::max(open_.size(), static_cast<std::size_t>(kFrames)));
  for (std::size_t f = 0; f < kFrames; ++f) {
    for (int s = 0; s < speakers_; ++s) open_[f].active += *active++ != 0 ? 1 : 0;
    ++open_[f].windows;
  }
  ++windows_;
  settle(window_start_frame(windows_, step_s_));
}

void SpeakerCounter::finish() {
  if (windows_ == 0) return;
  const std::int64_t end = window_start_frame(windows_ - 1, step_s_) + kFrames;
  if (end < this->end()) counts_.resize(static_cast<std::size_t>(end - first_));
  settle(end);
  counts_.resize(static_cast<std::size_t>(frame_count(windows_, step_s_) - first_), 0);
}

void SpeakerCounter::drop_before(std::int64_t frame) {
  frame = std::min(frame, end());  // nothing was counted where nobody plans a shared trunk
  if (frame <= first_) return;
  counts_.erase(counts_.begin(), counts_.begin() + (frame - first_));
  first_ = frame;
}

}  // namespace diarist::pipeline
