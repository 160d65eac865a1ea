// A table for people: the turns, then how long each speaker spoke.
#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "formats/format_registry.hpp"
#include "formats/number.hpp"
#include "formats/recording_name.hpp"

namespace diarist::formats {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string count_of(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void write_text(std::ostream& out, const Diarization& diarization) {
  out << printable(diarization.recording) + ", " + clock_time(diarization.duration_s) + ", " +
             count_of(diarization.speakers.size(), "speaker") + "\n";

  const bool several_channels = std::any_of(diarization.turns.begin(), diarization.turns.end(),
                                            [](const Turn& turn) { return turn.channel != 1; });
  std::vector<std::size_t> turns_of(diarization.speakers.size());
  if (!diarization.turns.empty()) out << "\n";
  for (const Turn& turn : diarization.turns) {
    if (turn.speaker >= 0 && static_cast<std::size_t>(turn.speaker) < turns_of.size()) {
      ++turns_of[static_cast<std::size_t>(turn.speaker)];
    }
    out << clock_time(turn.start_s) + " - " + clock_time(turn.end_s) + "  " +
               printable(speaker_name(diarization, turn.speaker)) +
               (several_channels ? "  channel " + std::to_string(turn.channel) : "") + "\n";
  }

  std::size_t name_width = 0;
  for (const Speaker& speaker : diarization.speakers) {
    name_width = std::max(name_width, speaker.name.size());
  }
  if (!diarization.speakers.empty()) out << "\n";
  for (std::size_t i = 0; i < diarization.speakers.size(); ++i) {
    const Speaker& speaker = diarization.speakers[i];
    const double share =
        diarization.duration_s > 0 ? 100 * speaker.total_s / diarization.duration_s : 0;
    out << padded(printable(speaker.name), name_width) + "  " + clock_time(speaker.total_s) +
               right_aligned(fixed(share, 1), 7) + " %  " + count_of(turns_of[i], "turn") + "\n";
  }

  if (!diarization.notices.empty()) out << "\n";
  for (const std::string& notice : diarization.notices) {
    out << "note: " + printable(notice) + "\n";
  }
}

}  // namespace

extern const FormatRow kTxt;
const FormatRow kTxt = {
    .format = FileFormat::txt,
    .name = "txt",
    .endings = {"txt"},
    .header = "",
    .write = write_text,
    .holds = {.several = true,
              .recording = true,
              .channel = true,
              .duration = true,
              .decimals = 1,
              .name = printable},
};

}  // namespace diarist::formats
