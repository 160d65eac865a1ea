// RTTM, the Rich Transcription Time Marked format of NIST's RT-09 evaluation plan, appendix A:
//   SPEAKER recording channel start duration <NA> <NA> name confidence [lookahead]
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "diarist/error.hpp"

#include "formats/columns.hpp"
#include "formats/format_registry.hpp"
#include "formats/number.hpp"
#include "formats/recording_name.hpp"
#include "formats/ticks.hpp"
#include "formats/turn_list.hpp"

namespace diarist {
namespace formats {
namespace {

/// Columns of a SPEAKER line: RT-09 added the tenth, signal look-ahead time. Some tools end with
/// the name, the eighth.
constexpr std::size_t kFewestColumns = 8;
constexpr std::size_t kMostColumns = 10;
// Columns from 0.
constexpr std::size_t kType = 0;
constexpr std::size_t kRecording = 1;
constexpr std::size_t kChannel = 2;
constexpr std::size_t kStart = 3;
constexpr std::size_t kLandmark = 5;
constexpr std::size_t kName = 7;

constexpr int kDecimals = 3;

/// The types of line beside SPEAKER that RT-09 defines.
constexpr std::array<std::string_view, 13> kOtherTypes = {
    "SEGMENT",    "NOSCORE", "NO_RT_METADATA", "LEXEME", "NON-LEX",
    "NON-SPEECH", "FILLER",  "EDIT",           "IP",     "SU",
    "CB",         "A/P",     "SPKR-INFO"};

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

/// Columns of a line with its names, which may hold spaces where the columns around them say where
/// each begins.
struct SpeakerLine {
  std::string_view recording;
  std::string_view channel;
  std::string_view name;
  std::string_view confidence;
  std::size_t start_column = kStart;
};

/// What stands in the two columns between duration and name: a landmark.
bool is_none(std::string_view column) { return upper_case(column) == "<NA>"; }

bool is_landmark(const ColumnReader& line, std::size_t column) {
  return column + 2 < line.size() && is_none(line[column]) && is_none(line[column + 1]);
}

/// What stands behind the name: nothing that is known, or a number.
bool may_follow_name(std::string_view column) {
  return is_none(column) || column == "NA" || column == "-" || parse_non_negative(column);
}

/// The line of which the landmark is known: its name reaches to the last two columns or, in files
/// that have fewer, to what is no confidence.
SpeakerLine around_landmark(const ColumnReader& line, std::size_t landmark) {
  const std::size_t name = landmark + 2;
  std::size_t end = name + 1;
  const bool spaced = line.size() > name + 3 || (end < line.size() && !may_follow_name(line[end]));
  if (spaced) {
    end = line.size();
    while (end > name + 1 && line.size() - end < 2 && may_follow_name(line[end - 1])) --end;
  }
  return {line.joined(kRecording, landmark - 3), line[landmark - 3], line.joined(name, end),
          end < line.size() ? line[end] : std::string_view(), landmark - 2};
}

bool is_speaker(const ColumnReader& line) {
  const std::string type = upper_case(line[kType]);
  if (std::find(kOtherTypes.begin(), kOtherTypes.end(), type) != kOtherTypes.end()) return false;
  if (type != "SPEAKER") {
    line.refuse("starts with " + quoted(line[kType]) + ", expected SPEAKER or another RTTM type",
                "is this an RTTM file?");
  }
  return true;
}

SpeakerLine speaker_line(const ColumnReader& line) {
  for (std::size_t column = kLandmark; column < line.size(); ++column) {
    if (is_landmark(line, column)) return around_landmark(line, column);
  }
  // Without the landmark, as some tools leave it, columns are counted.
  if (line.size() >= kFewestColumns && line.size() <= kMostColumns) {
    return {line[kRecording], line[kChannel], line[kName],
            line.size() > kName + 1 ? line[kName + 1] : std::string_view()};
  }
  line.refuse("has " + std::to_string(line.size()) +
                  " columns, expected 9 or 10: SPEAKER recording channel start duration <NA> "
                  "<NA> name <NA> <NA>",
              line.size() > kMostColumns ? "is there a space in a name?" : "");
}

struct Times {
  double start_s;
  double end_s;
};

/// An asterisk behind a time says that it was guessed (RT-09).
double seconds(const ColumnReader& line, std::size_t column, std::string_view what) {
  if (line[column].ends_with('*')) {
    if (const auto guessed = parse_non_negative(line[column].substr(0, line[column].size() - 1))) {
      return *guessed;
    }
  }
  return line.seconds(column, what);
}

Times times_of(const ColumnReader& line, const SpeakerLine& speaker) {
  const double start_s = seconds(line, speaker.start_column, "the start");
  const double end_s = start_s + seconds(line, speaker.start_column + 1, "the duration");
  if (!std::isfinite(end_s)) line.refuse("ends beyond what a number can hold, expected seconds");
  return {start_s, end_s};
}

std::vector<Diarization> read(std::string_view text, const std::string& name) {
  ColumnReader line(text, name);
  TurnList turns(name);
  while (line.next()) {
    if (!is_speaker(line)) continue;
    const SpeakerLine speaker = speaker_line(line);
    const Times times = times_of(line, speaker);
    const std::string recording(speaker.recording);
    const auto channel = channel_number(speaker.channel);
    if (!channel) {
      turns.notice(recording, "channel " + quoted(speaker.channel) + " is taken for channel 1");
    }
    turns.add(
        line.line_number(), recording,
        {times.start_s, rounded(times.end_s, kSumDecimals), speaker.name,
         parse_confidence(speaker.confidence).value_or(kUnknownConfidence), channel.value_or(1)});
  }
  return turns.take();
}

bool recognizes(std::string_view text) {
  try {
    ColumnReader line(text, "");
    if (!line.next()) return false;
    is_speaker(line);  // Throws for what is no type of line.
    return true;
  } catch (const Error&) {
    return false;
  }
}

void write_rttm(std::ostream& out, const Diarization& diarization) {
  const std::string recording = column_name(diarization.recording);
  for (const Turn& turn : diarization.turns) {
    const auto [start, end] = ticks_of(turn, diarization.duration_s, kDecimals);
    out << "SPEAKER " + recording + " " + std::to_string(turn.channel) + " " +
               seconds_text(start, kDecimals) + " " + seconds_text(end - start, kDecimals) +
               " <NA> <NA> " + column_name(speaker_name(diarization, turn.speaker)) +
               " <NA> <NA>\n";
  }
}

}  // namespace

extern const FormatRow kRttm;
const FormatRow kRttm = {
    .format = FileFormat::rttm,
    .name = "rttm",
    .endings = {"rttm"},
    .header = "",
    .write = write_rttm,
    .read = read,
    .recognizes = recognizes,
    // Milliseconds, as the tools that read RTTM write them.
    .holds = {.several = true,
              .recording = true,
              .channel = true,
              .decimals = kDecimals,
              .name = column_name},
};

}  // namespace formats

std::vector<Annotation> parse_rttm(std::string_view text, const std::string& name) {
  using namespace formats;
  ColumnReader line(text, name);
  AnnotationList annotations;
  while (line.next()) {
    if (!is_speaker(line)) continue;
    const SpeakerLine speaker = speaker_line(line);
    const Times times = times_of(line, speaker);
    annotations.add(speaker.recording, {times.start_s, times.end_s, std::string(speaker.name),
                                        std::string(speaker.channel)});
  }
  return annotations.take();
}

std::vector<Annotation> read_rttm(const std::filesystem::path& file) {
  return parse_rttm(formats::read_text(file), file.string());
}

}  // namespace diarist
