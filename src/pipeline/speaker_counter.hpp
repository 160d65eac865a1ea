// How many people speak in each frame, as windows come in.
//
// In: each window's local activity [589, speakers], in the recording's order. Out: per frame the
// mean over the windows that cover it of the number of active local speakers, halves to even; a
// frame is settled once no window to come can cover it. Frames between windows that lie further
// apart than they are long go on as the last one before them. Follows pyannote.audio 4's speaker
// count.
#pragma once

#include <cstdint>
#include <vector>

namespace diarist::pipeline {

inline constexpr double kFrameStepSeconds = 0.016875;
/// Centre of the first frame: half of the segmentation net's receptive field of 0.0619375 s. Frame
/// i's speech starts there, i frame steps later.
inline constexpr double kFirstFrameSeconds = 0.03096875;

/// First frame of window `window`.
std::int64_t window_start_frame(int window, double step_s);
/// Frames of a recording of `windows` windows; 0 for none.
std::int64_t frame_count(int windows, double step_s);

/// Not safe to share.
class SpeakerCounter {
 public:
  /// Windows before `first_window` are somebody else's: frames that they reach into are not settled
  /// rightly.
  SpeakerCounter(double step_s, int speakers, int first_window = 0);

  /// The next window. Settles the frames before the one that comes after it.
  void add(const std::uint8_t* active);
  /// There are no more: settles all frames. To be called once.
  void finish();

  /// Of the settled frames, from first() on; at most `speakers`.
  const std::vector<std::uint8_t>& counts() const { return counts_; }
  /// Where the first window starts, unless frames were dropped.
  std::int64_t first() const { return first_; }
  /// After the last of them.
  std::int64_t end() const { return first_ + static_cast<std::int64_t>(counts_.size()); }
  /// Forgets settled frames.
  void drop_before(std::int64_t frame);

 private:
  struct Tally {
    std::uint16_t active = 0;
    std::uint16_t windows = 0;
  };
  void settle(std::int64_t frame);

  double step_s_;
  int speakers_;
  int windows_;
  std::int64_t first_;
  std::vector<std::uint8_t> counts_;
  std::vector<Tally> open_;  ///< Of the frames after them.
};

}  // namespace diarist::pipeline
