// WebVTT: cues with a voice tag, which names the speaker, and the name once more as the text that
// players show.
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

constexpr std::string_view kMagic = "WEBVTT";

void write_vtt(std::ostream& out, const Diarization& diarization) {
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = ticks_of(turn, diarization.duration_s, kCueDecimals);
    const std::string name = escaped_cue(voice_name(speaker_name(diarization, turn.speaker)));
    out << "\n" + cue_time(start, '.') + " " + std::string(kArrow) + " " + cue_time(end, '.') +
               "\n<v " + name + ">" + name + "</v>\n";
  }
}

std::vector<Diarization> read_vtt(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  TurnList turns(name);
  const bool begins = lines.next();
  if (!begins || !lines.line().starts_with(kMagic)) {
    refuse_line(name, 1, "is no WebVTT, expected WEBVTT in the first line");
  }
  CueReader cues(lines, false);
  while (const auto cue = cues.next()) {
    const std::vector<std::string> names = cue_speakers(cue->text);
    if (names.empty()) {
      refuse_line(name, cue->line,
                  "has a cue that names no speaker, expected '<v Name>text' or 'Name: text'",
                  "subtitles without speakers are no turns");
    }
    for (const std::string& speaker : names) {
      turns.add(cue->line, {cue->start_s, cue->end_s, voice_name(unescaped_cue(speaker))});
    }
  }
  return turns.take();
}

bool recognizes_vtt(std::string_view text) { return text.starts_with(kMagic); }

}  // namespace

extern const FormatRow kVtt;
const FormatRow kVtt = {
    .format = FileFormat::vtt,
    .name = "vtt",
    .endings = {"vtt"},
    .header = "WEBVTT\n",
    .write = write_vtt,
    .read = read_vtt,
    .recognizes = recognizes_vtt,
    .holds = {.decimals = kCueDecimals, .name = voice_name},
};

}  // namespace diarist::formats
