// CTM, the time marks of NIST's recognition scoring (sclite), a speaker's name in the word's place:
//   recording channel start duration name [confidence]
#include <cmath>
#include <ostream>
#include <string>

#include "formats/format_registry.hpp"
#include "formats/number.hpp"
#include "formats/recording_name.hpp"
#include "formats/ticks.hpp"

namespace diarist::formats {
namespace {

constexpr int kDecimals = 6;

void write_ctm(std::ostream& out, const Diarization& diarization) {
  const std::string recording = first_column_name(diarization.recording);
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = ticks_of(turn, diarization.duration_s, kDecimals);
    out << recording + " " + std::to_string(turn.channel) + " " + seconds_text(start, kDecimals) +
               " " + seconds_text(end - start, kDecimals) + " " +
               column_name(speaker_name(diarization, turn.speaker));
    if (!std::isnan(turn.confidence)) {
      out << " " + fixed(static_cast<double>(turn.confidence), kConfidenceDecimals);
    }
    out << "\n";
  }
}

}  // namespace

extern const FormatRow kCtm;
const FormatRow kCtm = {
    .format = FileFormat::ctm,
    .name = "ctm",
    .endings = {"ctm"},
    .header = "",
    .write = write_ctm,
    .holds = {.several = true,
              .recording = true,
              .channel = true,
              .confidence = true,
              .decimals = kDecimals,
              .name = first_column_name},
};

}  // namespace diarist::formats
