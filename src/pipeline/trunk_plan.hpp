// Where the shared trunk has to run: only where some window's mask may look, block by block.
//
// Times are in trunk frames, eight feature frames each, from the recording's start; a block begins
// on one, so that the trunk's frames fall where they would in one piece. What comes out depends on
// the windows alone, not on when they were handed in or how far it was settled at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/sliding_buffer.hpp"

namespace diarist::pipeline {

struct TrunkPlanParameters {
  int most_frames;   ///< In a block.
  int least_gap;     ///< Frames that nobody needs: fewer are run with what lies around them.
  std::int64_t cut;  ///< No block reaches over a multiple of this.
  int speakers;      ///< Local speakers of a window.
};

/// Not safe to share.
class TrunkPlan {
 public:
  /// Frames before `first`, a multiple of the cut, are somebody else's.
  explicit TrunkPlan(TrunkPlanParameters parameters, std::int64_t first = 0);

  struct Run {
    std::int64_t first;
    std::int64_t end;
    bool operator==(const Run&) const = default;
  };

  /// Notes where anybody is active in a window that starts at feature frame `start`. `active`:
  /// [589, speakers]. Frames from `trunk_end` on are not there. Windows in any order, but see
  /// settle().
  void add_window(const std::uint8_t* active, std::int64_t start, std::int64_t trunk_end);

  /// Nothing before `frame` will be added any more: gives out what is certain now, in order. Never
  /// longer than most_frames, never touching one another but where one had to be cut.
  std::vector<Run> settle(std::int64_t frame);
  /// Nothing at all will be added any more.
  std::vector<Run> finish();

  /// All that is needed before this frame has been given out.
  std::int64_t given_out() const { return open_ ? run_.first : scanned_; }

 private:
  void close(std::vector<Run>& out);

  TrunkPlanParameters parameters_;
  SlidingBuffer<std::uint8_t> needed_;  ///< Flags, from scanned_ on.
  std::int64_t scanned_;
  bool open_ = false;
  Run run_{};  ///< While open: what it would be if it ended now.
};

}  // namespace diarist::pipeline
