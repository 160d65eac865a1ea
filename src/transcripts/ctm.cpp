// CTM, the time-marked words of NIST's evaluations, in the eight columns of the Rich Transcription
// ones, which sclite and its validator read:
//   recording channel start duration word confidence type speaker
// The first five are there always; the speaker goes into the last.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/lines.hpp"
#include "formats/number.hpp"
#include "formats/recording_name.hpp"
#include "formats/turn_list.hpp"
#include "formats/unicode.hpp"
#include "transcripts/characters.hpp"
#include "transcripts/loose_words.hpp"
#include "transcripts/original.hpp"
#include "transcripts/transcript_registry.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

using formats::LineReader;

constexpr std::size_t kLeastColumns = 5;
constexpr std::size_t kSpeakerColumn = 7;
/// What stands for columns that a file does not have: the recognizer said no confidence, and the
/// validator takes numbers only; "lex" is a word like any other.
constexpr std::string_view kNoConfidence = "1.0";
constexpr std::string_view kType = "lex";
constexpr std::string_view kNobody = "unknown";
/// In the place of times where alternatives begin and end.
constexpr std::string_view kNoTime = "*";
constexpr double kMostSeconds = 1e9;
constexpr int kDecimals = 3;

struct SourceLine {
  std::string text;
  std::vector<std::string> columns;  ///< Of a word; none in what is kept as it is.
};

std::vector<std::string> columns_of(std::string_view line) {
  std::vector<std::string> columns;
  constexpr std::string_view kBlanks = " \t";
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    columns.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlanks, end);
  }
  return columns;
}

std::string speaker_column(const std::string& speaker) {
  return speaker.empty() ? std::string(kNobody) : formats::column_name(speaker);
}

class CtmOriginal : public Original {
 public:
  CtmOriginal(std::vector<SourceLine> lines, std::vector<std::vector<std::size_t>> places)
      : lines_(std::move(lines)), places_(std::move(places)) {}

  std::string written(const Transcript& transcript) const override {
    std::vector<const std::string*> speakers;  // Of each word, in the order of the file.
    for (const TranscriptSegment& segment : transcript.segments) {
      if (segment.origin >= places_.size()) refuse_origin(transcript);
      for (const TranscriptWord& word : segment.words) {
        const std::vector<std::size_t>& places = places_[segment.origin];
        if (word.origin >= places.size()) refuse_origin(transcript);
        speakers.resize(std::max(speakers.size(), places[word.origin] + 1));
        speakers[places[word.origin]] = &word.speaker;
      }
    }
    std::string text;
    std::size_t next = 0;
    for (const SourceLine& line : lines_) {
      if (line.columns.empty()) {
        text += line.text + "\n";
        continue;
      }
      const std::size_t word = next++;
      if (word >= speakers.size() || !speakers[word]) continue;  // Left out of the transcript.
      std::vector<std::string> columns = line.columns;
      if (columns.size() < kSpeakerColumn - 1) columns.emplace_back(kNoConfidence);
      if (columns.size() < kSpeakerColumn) columns.emplace_back(kType);
      columns.resize(std::max(columns.size(), kSpeakerColumn + 1));
      columns[kSpeakerColumn] = speaker_column(*speakers[word]);
      for (std::size_t i = 0; i < columns.size(); ++i) text += (i ? " " : "") + columns[i];
      text += "\n";
    }
    return text;
  }

 private:
  std::vector<SourceLine> lines_;
  std::vector<std::vector<std::size_t>> places_;  ///< In the file's words, of each segment's.
};

double seconds_in(const LineReader& lines, const std::string& column, const char* what) {
  const auto seconds = formats::parse_non_negative(column);
  if (!seconds || *seconds > kMostSeconds) {
    lines.refuse("has " + formats::quoted(column) + " as " + what +
                 ", expected seconds, a number from 0");
  }
  return *seconds;
}

Transcript read_ctm(std::string_view text, const std::string& name) {
  LineReader lines(text, name);
  std::vector<SourceLine> source;
  Transcript transcript;
  transcript.format = TranscriptFormat::ctm;
  std::vector<TranscriptWord> words;  // Of one recording and channel.
  std::string recording;
  std::string channel;
  const auto flush = [&] {
    for (TranscriptSegment& segment : segments_between_pauses(std::exchange(words, {}))) {
      segment.recording = recording;
      segment.channel = formats::channel_number(channel).value_or(0);
      segment.origin = transcript.segments.size();
      transcript.segments.push_back(std::move(segment));
    }
  };
  while (lines.next()) {
    SourceLine& line = source.emplace_back();
    line.text = lines.line();
    const std::string_view trimmed = formats::trimmed(lines.line());
    if (trimmed.empty() || trimmed.starts_with(";;") || trimmed.starts_with('#')) continue;
    line.columns = columns_of(trimmed);
    if (line.columns.size() < kLeastColumns) {
      lines.refuse("has " + std::to_string(line.columns.size()) +
                   " columns, expected recording, channel, start, duration and word");
    }
    if (line.columns[2] == kNoTime) {
      line.columns.clear();
      continue;
    }
    if (line.columns[0] != recording || line.columns[1] != channel) flush();
    recording = line.columns[0];
    channel = line.columns[1];
    TranscriptWord& word = words.emplace_back();
    word.start_s = seconds_in(lines, line.columns[2], "start");
    word.end_s = word.start_s + seconds_in(lines, line.columns[3], "duration");
    word.text = " " + formats::valid_utf8(line.columns[4]);
  }
  flush();
  auto places = consecutive(transcript.segments);
  transcript.original = std::make_shared<CtmOriginal>(std::move(source), std::move(places));
  return transcript;
}

/// What is said of a written word: without the punctuation around it, which recognition's scoring
/// would count as letters.
std::string spoken(std::string_view word) {
  constexpr std::u32string_view kPunctuation =
      U",.?!:;\"()\u00AB\u00BB\u201C\u201D\u201E\u2026"
      U"\u3001\u3002\uFF01\uFF0C\uFF1F";
  const std::string line = in_one_line(word);
  const char* first = nullptr;
  const char* last = nullptr;
  for (std::string_view rest = line; !rest.empty();) {
    const Character c = next_character(rest);
    if (kPunctuation.find(c.code) != std::u32string_view::npos) continue;
    if (!first) first = c.bytes.data();
    last = c.bytes.data() + c.bytes.size();
  }
  return first ? std::string(first, last) : std::string();
}

std::string write_ctm(const Transcript& transcript) {
  std::string text;
  for (const TranscriptSegment& segment : transcript.segments) {
    const std::string recording =
        formats::first_column_name(segment.recording.empty() ? transcript.name : segment.recording);
    const std::string channel = std::to_string(std::max(segment.channel, 1));
    for (const TranscriptWord& word : segment.words) {
      const std::string said = spoken(word.text);
      if (said.empty()) continue;
      text += recording + " " + channel + " " + formats::fixed(word.start_s, kDecimals) + " " +
              formats::fixed(word.end_s - word.start_s, kDecimals) + " " +
              formats::column_name(said) + " " + std::string(kNoConfidence) + " " +
              std::string(kType) + " " + speaker_column(word.speaker) + "\n";
    }
  }
  return text;
}

/// A line of five to eight columns, the third and fourth of which are numbers. RTTM's begins with
/// its type, and has a channel there.
bool recognizes_ctm(std::string_view text) {
  LineReader lines(text.substr(0, text.find('\0')), "");
  while (lines.next_filled()) {
    if (formats::trimmed(lines.line()).starts_with(';')) continue;
    const std::vector<std::string> columns = columns_of(lines.line());
    return columns.size() >= kLeastColumns && columns.size() <= kSpeakerColumn + 1 &&
           formats::parse_non_negative(columns[2]) && formats::parse_non_negative(columns[3]);
  }
  return false;
}

}  // namespace

extern const TranscriptRow kCtm;
const TranscriptRow kCtm = {.format = TranscriptFormat::ctm,
                            .name = "ctm",
                            .ending = "ctm",
                            .read = read_ctm,
                            .recognizes = recognizes_ctm,
                            .write = write_ctm};

}  // namespace diarist::transcripts
