// Both networks on a recording that is still going on: a look at the last ten seconds with each
// hop.
//
// In: hops of samples. Out: local activity and embeddings of the last windows, how many people
// speak in each frame (fixed once decided), what each second of one speaker sounds like, and of all
// that what clustering wants of the whole. The trunk runs over each stretch once, but for its last
// frames, with the mean of the ten seconds before: later ones are not there yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "base/sliding_buffer.hpp"
#include "nets/sincnet.hpp"
#include "pipeline/analysis_stream.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/feature_stream.hpp"
#include "pipeline/live/live_history.hpp"
#include "pipeline/live/look_batches.hpp"
#include "pipeline/relabelling/voices.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {

/// Frames of the segmentation whose centres lie before a time.
std::int64_t frames_before(double time_s);
/// A frame's centre.
double frame_s(std::int64_t frame);

/// One look of both networks.
struct LiveWindow {
  std::int64_t first_frame = 0;      ///< Of the recording's.
  double end_s = 0;                  ///< What had been heard by then.
  std::vector<std::uint8_t> active;  ///< [589, speakers]; nobody in what had not been heard.
  std::vector<float> embeddings;     ///< [speakers, dimensions]; zeros for who is not active.
  /// Frames, of those there are, in which each local speaker speaks alone.
  std::vector<int> alone;

  bool speaks(std::int64_t frame, int speaker, int speakers) const {
    const std::int64_t at = frame - first_frame;
    return at >= 0 && at < LocalActivity::kFrames &&
           active[static_cast<std::size_t>(at * speakers + speaker)] != 0;
  }
};

/// Not safe to share.
class LiveAnalysis {
 public:
  /// A hop is a whole number of hundredths of a second. Frames are decided once `lookahead_s` more
  /// have been heard; windows and frames are kept for `settle_s`.
  LiveAnalysis(const Networks& networks, const dsp::Fbank& fbank, double hop_s, double lookahead_s,
               double settle_s, double history_s);

  std::size_t hop_samples() const {
    return static_cast<std::size_t>(hop_frames_) * static_cast<std::size_t>(kFeatureShift);
  }
  /// hop_samples() more, or fewer at the end: the window that segmentation is to look at, of which
  /// look() wants to know before the next.
  void hear(std::span<const float> samples, SegmentedLook& look);
  /// What segmentation finds in that window. Decides what there is to decide.
  void look(const SegmentedLook& segmented, WorkerSpace& space);
  /// The recording has ended: decides all.
  void finish(WorkerSpace& space);

  double heard_s() const { return heard_s_; }
  int speakers() const { return speakers_; }
  std::size_t dimensions() const { return dimensions_; }

  /// Of the last window: its probabilities, as LocalActivity has them, [589, speakers].
  const std::vector<std::uint8_t>& probability() const { return probability_; }
  /// The last windows, in time.
  const std::deque<LiveWindow>& windows() const { return windows_; }
  /// Frames [0, decided()) have their counts for good.
  std::int64_t decided() const { return counts_.end(); }
  /// Of the frames so far, and no older ones than may change their names; those that are not
  /// decided may change.
  int count(std::int64_t frame) const {
    return frame < decided() ? *counts_.row(frame)
                             : open_counts_[static_cast<std::size_t>(frame - decided())];
  }
  /// Frames whose counts there are.
  std::int64_t counted() const {
    return decided() + static_cast<std::int64_t>(open_counts_.size());
  }

  /// What clustering is to know, as far as it is decided: windows kLive.kept_step_s apart, and
  /// voices.
  const LiveHistory& history() const { return history_; }
  /// LiveHistory::forget().
  std::vector<bool> forget() { return history_.forget(heard_s_); }
  /// Subsegments after those, as things stand.
  const Voices& open_voices() const { return open_voices_; }
  /// All that was heard so far, the last window and what is not decided yet among it: after what is
  /// kept, and good until `run` returns.
  void with_all(const std::function<void(const Analysis&)>& run);

 private:
  std::int64_t window_start() const;
  void keep_activity(const SegmentedLook& segmented);
  void run_trunk(WorkerSpace& space);
  void pool_window(WorkerSpace& space);
  void count_frames(std::int64_t decide_to);
  void find_voices(WorkerSpace& space, bool last);
  void keep_window();
  const float* trunk_row(std::int64_t row) const;
  bool anybody(std::int64_t first_row, std::int64_t end_row) const;

  const Networks& networks_;
  const int hop_frames_;
  const double lookahead_s_;
  const double settle_s_;
  const int speakers_;
  const std::size_t dimensions_;
  const int trunk_dimensions_;

  SlidingBuffer<float> samples_;
  nets::SincResponses responses_;
  FeatureStream features_;
  double heard_s_ = 0;
  std::deque<LiveWindow> windows_;
  std::vector<std::uint8_t> probability_;

  std::vector<float> rows_;          ///< Ring of the trunk's features: [ring, trunk_dimensions].
  std::vector<std::uint8_t> there_;  ///< [ring] whether the trunk ran over it.
  std::int64_t rows_end_ = 0;
  std::int64_t rows_final_ = 0;  ///< Those before it are not run again.

  std::vector<std::uint8_t> open_counts_;
  std::int64_t grid_ = 0;  ///< Subsegments that begin before it are kept.
  Voices open_voices_;
  SlidingBuffer<std::uint8_t> counts_;  ///< Of decided frames, as far back as is asked.
  LiveHistory history_;
  std::int64_t next_kept_ = 0;  ///< Where the next window to keep begins, in hundredths.
};

}  // namespace diarist::pipeline
