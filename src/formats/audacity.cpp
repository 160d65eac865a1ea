// Audacity's label track: start, end and label in seconds, with tabs between. From version 2.2 on a
// label may have a second line, which starts with a backslash and tells its frequencies.
#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"
#include "formats/lines.hpp"
#include "formats/number.hpp"
#include "formats/ticks.hpp"
#include "formats/turn_list.hpp"

namespace diarist::formats {
namespace {

constexpr int kDecimals = 6;  // As Audacity writes them.
constexpr char kFrequencies = '\\';

void write_audacity(std::ostream& out, const Diarization& diarization) {
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = ticks_of(turn, diarization.duration_s, kDecimals);
    out << seconds_text(start, kDecimals) + "\t" + seconds_text(end, kDecimals) + "\t" +
               line_name(speaker_name(diarization, turn.speaker)) + "\n";
  }
}

std::string_view first_cell(std::string_view& rest) {
  const std::size_t tab = rest.find('\t');
  const std::string_view cell = rest.substr(0, tab);
  rest = tab == std::string_view::npos ? std::string_view() : rest.substr(tab + 1);
  return cell;
}

struct Label {
  std::optional<double> start;
  std::optional<double> end;
  std::string_view text;
};

/// Old versions write points with one time: "1.5<tab>here".
Label label_of(std::string_view line) {
  const auto tabs = std::count(line.begin(), line.end(), '\t');
  const auto start = parse_non_negative(trimmed(first_cell(line)));
  const std::string_view behind_start = line;
  const auto end = parse_non_negative(trimmed(first_cell(line)));
  if (tabs == 1 && !end) return {start, start, behind_start};
  return {start, end, line};
}

std::vector<Diarization> read_audacity(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  TurnList turns(name);
  while (lines.next_filled()) {
    if (lines.line().front() == kFrequencies) continue;
    const auto [start, end, label] = label_of(lines.line());
    if (!start || !end) {
      lines.refuse("is " + quoted(lines.line()) +
                   ", expected start and end in seconds and a label, with tabs between");
    }
    turns.add(lines.number(), {*start, *end, label});
  }
  return turns.take();
}

bool recognizes_audacity(std::string_view text) {
  LineReader lines(text.substr(0, text.find('\n')), "");
  if (text.find('\0') < text.find('\n') || !lines.next()) return false;
  std::string_view rest = lines.line();
  return parse_non_negative(trimmed(first_cell(rest))) &&
         parse_non_negative(trimmed(first_cell(rest)));
}

}  // namespace

extern const FormatRow kAudacity;
const FormatRow kAudacity = {
    .format = FileFormat::audacity,
    .name = "audacity",
    .endings = {"labels.txt"},
    .header = "",
    .write = write_audacity,
    .read = read_audacity,
    .recognizes = recognizes_audacity,
    .holds = {.decimals = kDecimals, .name = line_name},
};

}  // namespace diarist::formats
