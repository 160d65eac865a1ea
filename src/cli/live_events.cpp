#include "cli/live_events.hpp"

#include <cmath>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "diarist/formats.hpp"

#include "cli/output_files.hpp"

namespace diarist::cli {
namespace {

double rounded(double value, double parts) { return std::round(value * parts) / parts; }
double microseconds(double seconds) { return rounded(seconds, 1e6); }

}  // namespace

std::string json_line(const StreamEvent& event) {
  using Json = nlohmann::ordered_json;
  Json line;
  line["kind"] = to_string(event.kind);
  line["clock_s"] = microseconds(event.clock_s);
  line["turn"] = event.turn;
  line["start_s"] = microseconds(event.start_s);
  line["end_s"] = microseconds(event.end_s);
  line["speaker"] = event.speaker;
  line["name"] = event.name;
  line["previous_speaker"] = event.previous_speaker;
  line["confidence"] = rounded(static_cast<double>(event.confidence), 1e4);
  if (event.kind == StreamEvent::Kind::speaker_identified) {
    line["score"] = rounded(event.score, 1e4);
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string rttm_line(const LiveTurn& turn, const std::string& recording) {
  Diarization one;
  one.recording = recording;
  one.duration_s = turn.end_s;
  one.speakers.push_back({turn.name, turn.end_s - turn.start_s, {}, 1});
  one.turns.push_back({turn.start_s, turn.end_s, 0, turn.confidence, 1});
  std::ostringstream text;
  diarist::write(text, one, FileFormat::rttm);
  return std::move(text).str();
}

void JsonLines::take(std::span<const StreamEvent> events, double /*heard_s*/) {
  std::string text;
  for (const StreamEvent& event : events) text += json_line(event);
  write_standard_output(text);
}

void JsonLines::end(std::span<const StreamEvent> events, double heard_s) { take(events, heard_s); }

RttmLines::RttmLines(SettledTurns turns, std::string recording)
    : turns_(std::move(turns)), recording_(std::move(recording)) {}

void RttmLines::take(std::span<const StreamEvent> events, double heard_s) {
  for (const StreamEvent& event : events) turns_.take(event);
  write(turns_.settled(heard_s));
}

void RttmLines::end(std::span<const StreamEvent> events, double /*heard_s*/) {
  for (const StreamEvent& event : events) turns_.take(event);
  write(turns_.rest());
}

void RttmLines::write(std::span<const LiveTurn> turns) const {
  std::string text;
  for (const LiveTurn& turn : turns) text += rttm_line(turn, recording_);
  write_standard_output(text);
}

}  // namespace diarist::cli
