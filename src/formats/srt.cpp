// SubRip: numbered cues, each with a turn's times and its speaker's name before a colon, so that
// what is said can be typed behind it.
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "formats/cues.hpp"
#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/ticks.hpp"
#include "formats/turn_list.hpp"

namespace diarist::formats {
namespace {

void write_srt(std::ostream& out, const Diarization& diarization) {
  std::size_t number = 0;
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = ticks_of(turn, diarization.duration_s, kCueDecimals);
    out << std::to_string(++number) + "\n" + cue_time(start, ',') + " " + std::string(kArrow) +
               " " + cue_time(end, ',') + "\n" +
               subtitle_name(speaker_name(diarization, turn.speaker)) + ":\n\n";
  }
}

std::vector<Diarization> read_srt(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  CueReader cues(lines, true);
  TurnList turns(name);
  while (const auto cue = cues.next()) {
    const std::vector<std::string> names = cue_speakers(cue->text);
    if (names.empty()) {
      refuse_line(name, cue->line, "has a cue that names no speaker, expected 'Name: text'",
                  "subtitles without speakers are no turns");
    }
    for (const std::string& speaker : names) {
      turns.add(cue->line, {cue->start_s, cue->end_s, speaker});
    }
  }
  return turns.take();
}

bool recognizes_srt(std::string_view text) {
  LineReader lines(text.substr(0, text.find('\0')), "");
  // A number, or the times at once.
  if (!lines.next_filled()) return false;
  if (lines.line().find_first_not_of("0123456789 \t") == std::string_view::npos) lines.next();
  return lines.line().find(kArrow) != std::string_view::npos;
}

}  // namespace

extern const FormatRow kSrt;
const FormatRow kSrt = {
    .format = FileFormat::srt,
    .name = "srt",
    .endings = {"srt"},
    .header = "",
    .write = write_srt,
    .read = read_srt,
    .recognizes = recognizes_srt,
    .holds = {.decimals = kCueDecimals, .name = subtitle_name},
};

}  // namespace diarist::formats
