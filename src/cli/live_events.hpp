// What a live stream tells to programs: a line of JSON for each event, or of RTTM for each turn
// that has settled. docs/live.md describes both.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "diarist/stream.hpp"

#include "cli/settled_turns.hpp"

namespace diarist::cli {

/// An object on one line, ending in a newline: kind, clock_s, turn, start_s, end_s, speaker, name,
/// previous_speaker, confidence, all of them always. Seconds to the microsecond, confidences to
/// four decimals; bytes of names that are not UTF-8 become U+FFFD. The same in every locale.
std::string json_line(const StreamEvent& event);

/// One SPEAKER line, as the format's writer has it.
std::string rttm_line(const LiveTurn& turn, const std::string& recording);

/// Where events go while a stream is heard. Not safe to share.
class LiveOutput {
 public:
  virtual ~LiveOutput() = default;

  /// What became known once `heard_s` were pushed; nothing, perhaps. Throws OutputError.
  virtual void take(std::span<const StreamEvent> events, double heard_s) = 0;
  /// The stream has ended, with these. Throws OutputError.
  virtual void end(std::span<const StreamEvent> events, double heard_s) = 0;
  /// Makes room for a message; what was there comes back with the next event.
  virtual void clear() {}
  /// Says what is being waited for now.
  virtual void say(std::string_view /*text*/) {}
};

/// Says nothing.
class Silence : public LiveOutput {
 public:
  void take(std::span<const StreamEvent> /*events*/, double /*heard_s*/) override {}
  void end(std::span<const StreamEvent> /*events*/, double /*heard_s*/) override {}
};

/// Writes lines to standard output, each as soon as it may be said.
class JsonLines : public LiveOutput {
 public:
  void take(std::span<const StreamEvent> events, double heard_s) override;
  void end(std::span<const StreamEvent> events, double heard_s) override;
};

/// A turn's line is written once nothing can change it, so that none is ever taken back: in the
/// order in which turns end.
class RttmLines : public LiveOutput {
 public:
  RttmLines(SettledTurns turns, std::string recording);
  void take(std::span<const StreamEvent> events, double heard_s) override;
  void end(std::span<const StreamEvent> events, double heard_s) override;

 private:
  void write(std::span<const LiveTurn> turns) const;

  SettledTurns turns_;
  std::string recording_;
};

}  // namespace diarist::cli
