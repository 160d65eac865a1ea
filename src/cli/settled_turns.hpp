// Turns of a live stream as its events tell them, and when each can no longer change.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "diarist/stream.hpp"

namespace diarist::cli {

/// A turn as its last event has it.
struct LiveTurn {
  std::int64_t turn = 0;
  double start_s = 0;
  double end_s = 0;
  int speaker = 0;
  std::string name;
  float confidence = 0;
};

/// Takes events in their order. What settled() has given is for good: a stream revises names for
/// `settle_s` only, and a turn's end may move only while a pause after it may be closed.
/// Not safe to share.
class SettledTurns {
 public:
  /// Of StreamOptions; `merge_gap_s` 0 for the preset's own.
  SettledTurns(double settle_s, double merge_gap_s);

  void take(const StreamEvent& event);

  /// Those that no event will change any more once `heard_s` of the stream were pushed, each once.
  /// They come in the order of their ends, from one call to the next too, however often it is
  /// asked.
  std::vector<LiveTurn> settled(double heard_s);
  /// The stream has ended: the others.
  std::vector<LiveTurn> rest();

 private:
  std::vector<LiveTurn> ended_by(double latest_end_s);

  double wait_s_;
  std::map<std::int64_t, LiveTurn> open_;
  std::vector<std::string> names_;  ///< [speakers] as they are called now.
};

}  // namespace diarist::cli
