// CSV: a header, then a line for each turn. Quoting is RFC 4180's; lines end in a plain newline, as
// spreadsheets and command lines both take it.
#include <ostream>
#include <string>

#include "formats/format_registry.hpp"
#include "formats/number.hpp"

namespace diarist::formats {
namespace {

std::string cell(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

void write_csv(std::ostream& out, const Diarization& diarization) {
  out << "recording,channel,start_s,end_s,speaker,confidence\n";
  const std::string recording = cell(diarization.recording);
  for (const Turn& turn : diarization.turns) {
    out << recording + "," + std::to_string(turn.channel) + "," +
               fixed(turn.start_s, kSecondsDecimals) + "," + fixed(turn.end_s, kSecondsDecimals) +
               "," + cell(speaker_name(diarization, turn.speaker)) + "," +
               fixed(static_cast<double>(turn.confidence), kConfidenceDecimals) + "\n";
  }
}

}  // namespace diarist::formats
