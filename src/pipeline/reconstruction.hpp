// From local speakers with cluster labels to turns: who is active in each frame of the recording.
//
// Window c of LocalActivity starts at frame rint(c * step_s / 0.016875); a recording of N windows
// has rint((10 + (N - 1) * step_s) / 0.016875) + 1 frames. All functions are pure, deterministic
// and safe from any thread. Memory grows with the frames times the local speakers of a window (more
// never speak at once), and with the clusters only for a range of frames at a time: nothing of size
// windows x frames x clusters is made. Windows further apart than their 589 frames leave a few
// frames to none of them: these go on as the last frame before them did.
//
// Follows pyannote.audio 4's reconstruction (Bredin 2023).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "diarist/segmenter.hpp"

#include "pipeline/speaker_counter.hpp"

namespace diarist::pipeline {

/// A window's frames, those of [first, end) only.
struct WindowPart {
  int window;
  std::int64_t start;  ///< Of the window.
  std::int64_t first;
  std::int64_t end;
};

/// Calls visit(WindowPart) for the windows that cover any of frames [first, end), in order.
template <typename Visit>
void for_each_window(int windows, double step_s, std::int64_t first, std::int64_t end,
                     Visit visit) {
  constexpr std::int64_t kFrames = LocalActivity::kFrames;
  // First window whose end lies beyond `first`: a guess from the step, then back to be safe.
  const double guess =
      std::floor(static_cast<double>(first - kFrames) * kFrameStepSeconds / step_s) - 1;
  for (int w = static_cast<int>(std::clamp(guess, 0.0, static_cast<double>(windows))); w < windows;
       ++w) {
    const std::int64_t start = window_start_frame(w, step_s);
    if (start >= end) break;
    if (start + kFrames <= first) continue;
    visit(WindowPart{w, start, std::max(first, start), std::min(end, start + kFrames)});
  }
}

/// SpeakerCounter's counts of a whole recording, [frame_count].
std::vector<std::uint8_t> speaker_counts(const LocalActivity& activity, double step_s);

/// Who is active in each frame.
struct FrameSpeakers {
  static constexpr std::int32_t kNobody = -1;

  FrameSpeakers() = default;
  /// Nobody in any frame. `most`: as many as are ever active at once.
  FrameSpeakers(std::size_t frames, int most)
      : most_(static_cast<std::size_t>(most)), active_(frames * most_, kNobody) {}

  bool operator==(const FrameSpeakers&) const = default;

  /// Frames.
  std::size_t size() const { return active_.size() / most_; }
  /// [most]: the clusters that are active, the most active first, then kNobody.
  std::span<std::int32_t> operator[](std::size_t frame) {
    return std::span(active_).subspan(frame * most_, most_);
  }
  std::span<const std::int32_t> operator[](std::size_t frame) const {
    return std::span(active_).subspan(frame * most_, most_);
  }

 private:
  std::size_t most_ = 1;
  std::vector<std::int32_t> active_;  ///< [frames, most]
};

/// What to do where more are heard at once than there are clusters.
enum class MissingSpeakers {
  leave_out,  ///< As many as there are.
  pad,        ///< Number on beyond the clusters, as the reference does: a speaker who is nobody.
};

/// The `counts` most active clusters of each frame; ties go to the lowest. A cluster's activity in
/// a frame is the number of windows in which a local speaker of that label is active there.
/// `labels`: [windows, speakers], < 0 for nobody; `clusters`: how many labels there are. `counts`:
/// [frame_count], of speaker_counts or at_most. Throws Error{invalid_argument} where sizes
/// disagree or a label is beyond the clusters.
FrameSpeakers reconstruct(const LocalActivity& activity, std::span<const int> labels, int clusters,
                          std::span<const std::uint8_t> counts, double step_s,
                          MissingSpeakers missing);

/// No more than `most` speakers at a time.
std::vector<std::uint8_t> at_most(std::vector<std::uint8_t> counts, int most);

/// Consecutive frames [first_frame, end_frame) of one cluster.
struct FrameTurn {
  std::int64_t first_frame = 0;
  std::int64_t end_frame = 0;
  double start_s = 0;
  double end_s = 0;
  int cluster = 0;
};

/// Turns of the frames, clipped to the recording, never empty, sorted by (start, end, cluster).
std::vector<FrameTurn> frame_turns(const FrameSpeakers& frames, double duration_s);

}  // namespace diarist::pipeline
