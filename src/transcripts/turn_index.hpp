// Who speaks within any stretch of time. In whole microseconds, so that equal is equal; the order
// of turns and speakers does not matter, names do.
//
// Immutable; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"

namespace diarist::transcripts {

/// Microseconds.
using Time = std::int64_t;
Time time_of(double seconds);
double seconds_of(Time time);

struct TimeSpan {
  Time start = 0;
  Time end = 0;
  Time length() const { return end - start; }
};

/// What one speaker has to do with a stretch.
struct Presence {
  std::size_t speaker = 0;
  Time overlap = 0;       ///< Of his turns with the stretch; 0 where he is only near.
  Time began = 0;         ///< The start of the first of these turns.
  double confidence = 0;  ///< Of these turns, the mean by overlap; 1 where they say none.
};

/// What is within or near a stretch.
struct Surroundings {
  std::vector<Presence> present;  ///< By the speakers' names, each once.
  Time silence = 0;               ///< Of the stretch, without a turn.
  Time distance = 0;              ///< To the turns in `present`, where they are only near.
};

class TurnIndex {
 public:
  /// The turns of one channel, or of all for 0.
  TurnIndex(const Diarization& diarization, int channel);

  const std::string& name(std::size_t speaker) const { return names_[speaker]; }
  const std::vector<std::string>& names() const { return names_; }

  /// Who speaks in the stretch; `present` is empty in silence.
  Surroundings within(TimeSpan stretch) const;
  /// Whose turns are nearest to a stretch that lies in silence: one, or several as near. Empty
  /// where there are no turns at all.
  Surroundings nearest(TimeSpan stretch) const;
  /// The parts of the stretch in which anybody speaks.
  std::vector<TimeSpan> speech(TimeSpan stretch) const;

 private:
  struct Span {
    Time start;
    Time end;
    std::size_t speaker;
    double confidence;
  };

  static bool starts_before(const Span& a, const Span& b);
  static bool ends_before(const Span& a, const Span& b);
  /// A speaker's turns that overlap are one.
  void add(std::vector<Span> turns);
  Presence presence_of(const Span& span) const;

  std::vector<std::string> names_;  ///< In ascending order, each once.
  std::vector<Span> by_start_;      ///< By start, end, speaker.
  std::vector<Time> latest_end_;    ///< Of by_start_ up to each.
  std::vector<Span> by_end_;        ///< The same by end, start, speaker.
  std::vector<TimeSpan> speech_;    ///< Of all together, in order, none touching the next.
};

}  // namespace diarist::transcripts
