// Turns of a live recording, and what happens to them from one look to the next.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "diarist/stream.hpp"

#include "pipeline/live/live_names.hpp"
#include "pipeline/turn_tidying.hpp"

namespace diarist::pipeline {

/// Not safe to share.
class LiveTurns {
 public:
  explicit LiveTurns(TidyingParameters tidying) : tidying_(tidying) {}

  /// `frames` as they are named now; those before are what they were. `last`: there are no more.
  /// Returns what has changed, in time.
  std::vector<StreamEvent> update(const NamedFrames& frames, double clock_s, bool last);

  /// The number that events give a speaker of LiveSpeakers; below 0 for who has no turn.
  int number_of(int speaker) const;
  /// From now on a speaker has a name, or the number again.
  StreamEvent identify(const SpeakerNamer::Name& name, double clock_s);

 private:
  struct Turn {
    std::int64_t id = 0;  ///< 0 while it is too short to be told.
    int speaker = 0;
    std::int64_t first = 0;  ///< Frames.
    std::int64_t end = 0;
    float confidence = 0;
    bool ended = false;
  };

  std::vector<Turn> turns_of(const NamedFrames& frames) const;
  bool is_long_enough(const Turn& turn) const;
  StreamEvent event(StreamEvent::Kind kind, const Turn& turn, double clock_s) const;
  void give_number(int speaker, double clock_s, std::vector<StreamEvent>& events);
  std::string name_of(int number) const;

  const TidyingParameters tidying_;
  std::int64_t next_id_ = 1;
  /// Those that may still change, in time. A turn's frames may be forgotten before it is long
  /// enough, where the shortest turn is longer than names take to settle.
  std::vector<Turn> open_;
  /// By speaker: in order of appearance; below 0 who has no turn. Of everybody ever heard, 4 bytes
  /// each: at a new speaker every ten seconds a week is a quarter of a megabyte.
  std::vector<int> numbers_;
  int numbered_ = 0;
  /// By number: of who is identified, as far as that was not taken back. Known voices are one
  /// speaker each, so that there are no more names than voices.
  std::map<int, std::string> names_;
};

}  // namespace diarist::pipeline
