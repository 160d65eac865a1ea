// SubRip and WebVTT. A cue is a segment; where it is divided, its parts are cues of their own. What
// the file has beside cues (notes, styles, names and settings of cues) comes through.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/cues.hpp"
#include "formats/held_name.hpp"
#include "formats/lines.hpp"
#include "transcripts/cue_text.hpp"
#include "transcripts/original.hpp"
#include "transcripts/splitting.hpp"
#include "transcripts/transcript_registry.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

using formats::LineReader;
using formats::trimmed;

constexpr std::string_view kMagic = "WEBVTT";

/// A cue as the file has it.
struct SourceCue {
  std::string above;  ///< Lines between the last cue and this one's name or number.
  std::string name;   ///< The line before the times; in SubRip the number.
  std::string start, end;
  std::string settings;  ///< What follows the times in their line.
  std::string payload;   ///< Lines with '\n' between.
  std::vector<CueWord> words;
};

struct SourceFile {
  CueSyntax syntax = CueSyntax::srt;
  std::vector<SourceCue> cues;
  std::string below;  ///< Behind the last cue.
  bool carriage_returns = false;
  bool ends_with_blank_line = false;
};

std::int64_t ms_of(double seconds) { return std::llround(seconds * 1000); }

/// What a cue shows, with its speaker in front.
std::string with_speaker(const std::string& speaker, const std::string& payload, CueSyntax syntax) {
  if (speaker.empty()) return payload;
  if (syntax == CueSyntax::srt) {
    return formats::subtitle_name(speaker) + (payload.empty() ? ":" : ": ") + payload;
  }
  return "<v " + formats::escaped_cue(formats::voice_name(speaker)) + ">" + payload + "</v>";
}

/// A blank line would end the cue: one is left where a line held nothing but a voice's tag.
std::string without_blank_lines(std::string_view payload) {
  std::string filled;
  while (!payload.empty()) {
    const std::string_view line = payload.substr(0, payload.find('\n'));
    payload.remove_prefix(std::min(line.size() + 1, payload.size()));
    if (trimmed(line).empty()) continue;
    if (!filled.empty()) filled += '\n';
    filled += line;
  }
  return filled;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

class SubtitleOriginal : public Original {
 public:
  explicit SubtitleOriginal(SourceFile file) : file_(std::move(file)) {}

  std::string written(const Transcript& transcript) const override {
    const std::vector<Part> parts = parts_of(transcript, file_.cues.size());
    const bool divided =
        std::any_of(parts.begin(), parts.end(), [](const Part& part) { return !part.whole(); });
    std::string text;
    std::size_t number = 0;
    for (const Part& part : parts) {
      const SourceCue& cue = file_.cues[part.segment->origin];
      if (part.first) text += cue.above;
      ++number;
      // Names that count count anew.
      if (divided && is_number(cue.name)) {
        text += std::to_string(number) + "\n";
      } else if (part.first && !cue.name.empty()) {
        text += cue.name + "\n";
      }
      text += (part.first ? cue.start : time(part.segment->start_s)) + " --> " +
              (part.last ? cue.end : time(part.segment->end_s)) + cue.settings + "\n";
      const std::string payload =
          with_speaker(part.segment->speaker, payload_of(cue, part, transcript), file_.syntax);
      if (!payload.empty()) text += payload + "\n";
      text += "\n";
    }
    text += file_.below;
    if (!file_.ends_with_blank_line && text.ends_with("\n\n")) text.pop_back();
    return file_.carriage_returns ? with_carriage_returns(text) : text;
  }

 private:
  std::string time(double seconds) const {
    return formats::cue_time(ms_of(seconds), file_.syntax == CueSyntax::srt ? ',' : '.');
  }

  std::string payload_of(const SourceCue& cue, const Part& part,
                         const Transcript& transcript) const {
    if (cue.words.empty()) return cue.payload;
    std::size_t first = cue.words.size();
    std::size_t end = 0;
    for (const TranscriptWord& word : part.segment->words) {
      if (word.origin >= cue.words.size()) refuse_origin(transcript);
      first = std::min(first, word.origin);
      end = std::max(end, word.origin + 1);
    }
    std::string before;
    std::string raw;
    for (std::size_t i = 0; i < end; ++i) (i < first ? before : raw) += cue.words[i].raw;
    const std::size_t begin = raw.find_first_not_of(" \t\n");
    raw.erase(0, begin == std::string::npos ? raw.size() : begin);
    const bool all = first == 0 && end == cue.words.size();
    return without_blank_lines(all ? raw : balanced(before, raw, file_.syntax));
  }

  static std::string with_carriage_returns(const std::string& text) {
    std::string wide;
    for (const char c : text) {
      if (c == '\n') wide += '\r';
      wide += c;
    }
    return wide;
  }

  SourceFile file_;
};

class Reader {
 public:
  Reader(std::string_view text, const std::string& name, CueSyntax syntax) : lines_(text, name) {
    file_.syntax = syntax;
    file_.carriage_returns = text.substr(0, text.find('\n')).ends_with('\r');
    file_.ends_with_blank_line = text.ends_with("\n\n") || text.ends_with("\n\r\n");
  }

  Transcript read() {
    if (is_vtt()) read_head();
    std::string above;
    std::optional<std::string> before;  // The line before this one, in the same block.
    while (lines_.next()) {
      const std::string line(lines_.line());
      if (line.find(formats::kArrow) != std::string::npos) {
        read_cue(std::exchange(above, ""), before.value_or(""));
        before.reset();
      } else if (trimmed(line).empty()) {
        if (before) above += *before + "\n";
        if (!above.empty() || is_vtt()) above += "\n";
        before.reset();
      } else {
        if (before && !is_vtt()) refuse_stray(line);
        if (before) above += *before + "\n";
        before = line;
      }
    }
    if (before) above += *before + "\n";
    if (!is_vtt() && file_.cues.empty() && !above.empty())
      refuse_stray(above.substr(0, above.find('\n')));
    file_.below = head_ + above;
    transcript_.format = is_vtt() ? TranscriptFormat::vtt : TranscriptFormat::srt;
    transcript_.original = std::make_shared<SubtitleOriginal>(std::move(file_));
    return std::move(transcript_);
  }

 private:
  bool is_vtt() const { return file_.syntax == CueSyntax::vtt; }

  void read_head() {
    if (!lines_.next() || !lines_.line().starts_with(kMagic)) {
      formats::refuse_line(lines_.name(), 1, "is no WebVTT, expected WEBVTT in the first line");
    }
    head_ = std::string(lines_.line()) + "\n";
  }

  [[noreturn]] void refuse_stray(const std::string& line) const {
    lines_.refuse("is " + formats::quoted(line) +
                  ", expected a cue's number and then times such as 00:01:02,500 --> "
                  "00:01:04,000");
  }

  void read_cue(std::string above, std::string name) {
    SourceCue cue;
    cue.above = std::exchange(head_, "") + above;
    cue.name = std::move(name);
    const std::string line(lines_.line());
    const std::size_t line_number = lines_.number();
    const std::size_t arrow = line.find(formats::kArrow);
    cue.start = trimmed(line.substr(0, arrow));
    const std::string rest(trimmed(std::string_view(line).substr(arrow + formats::kArrow.size())));
    cue.end = rest.substr(0, rest.find_first_of(" \t"));
    cue.settings = rest.substr(cue.end.size());
    const auto start_s = formats::parse_cue_time(cue.start);
    const auto end_s = formats::parse_cue_time(cue.end);
    if (!start_s || !end_s) {
      lines_.refuse("is " + formats::quoted(line) +
                    ", expected times such as 00:01:02,500 --> 00:01:04,000");
    }
    if (*end_s < *start_s) {
      lines_.refuse("has a cue that ends before it starts, expected an end after it");
    }
    while (lines_.next() && !trimmed(lines_.line()).empty()) {
      if (lines_.line().find(formats::kArrow) != std::string_view::npos) {
        lines_.refuse("is " + formats::quoted(lines_.line()) + " within the cue of line " +
                      std::to_string(line_number) + ", expected a blank line before other times");
      }
      if (!cue.payload.empty()) cue.payload += '\n';
      cue.payload += lines_.line();
    }
    cue.words = cue_words(cue.payload, file_.syntax);

    TranscriptSegment& segment = transcript_.segments.emplace_back();
    segment.origin = file_.cues.size();
    segment.start_s = *start_s;
    segment.end_s = *end_s;
    add_words(segment, cue.words);
    file_.cues.push_back(std::move(cue));
  }

  /// Words with the times of the cue's time tags, if it has any: each lasts until the next one.
  static void add_words(TranscriptSegment& segment, const std::vector<CueWord>& words) {
    const bool timed = std::any_of(words.begin(), words.end(),
                                   [](const CueWord& word) { return word.start_s.has_value(); });
    for (std::size_t i = 0; i < words.size(); ++i) {
      TranscriptWord& word = segment.words.emplace_back();
      word.text = words[i].text;
      word.origin = i;
      segment.text += word.text;
      const auto start_s = i == 0 && !words[0].start_s ? segment.start_s : words[i].start_s;
      std::optional<double> end_s = segment.end_s;
      if (i + 1 < words.size()) end_s = words[i + 1].start_s;
      word.timed = timed && start_s && end_s && *start_s >= segment.start_s && *end_s >= *start_s &&
                   *end_s <= segment.end_s;
      if (!word.timed) continue;
      word.start_s = *start_s;
      word.end_s = *end_s;
    }
    estimate_times(segment);
  }

  LineReader lines_;
  SourceFile file_;
  Transcript transcript_;
  std::string head_;
};

/// Of any transcript: a cue for each stretch of one speaker.
std::string written(const Transcript& transcript, CueSyntax syntax) {
  std::string text = syntax == CueSyntax::vtt ? std::string(kMagic) + "\n\n" : "";
  std::size_t number = 0;
  const char point = syntax == CueSyntax::srt ? ',' : '.';
  for (const TranscriptSegment& segment : transcript.segments) {
    for (const TranscriptSegment& part : split_by_speaker(segment)) {
      const std::string shown = shown_text(part.text, syntax);
      if (shown.empty()) continue;
      if (syntax == CueSyntax::srt) text += std::to_string(++number) + "\n";
      text += formats::cue_time(ms_of(part.start_s), point) + " --> " +
              formats::cue_time(ms_of(part.end_s), point) + "\n" +
              with_speaker(part.speaker, shown, syntax) + "\n\n";
    }
  }
  if (text.ends_with("\n\n")) text.pop_back();
  return text;
}

Transcript read_srt(std::string_view text, const std::string& name) {
  return Reader(text, name, CueSyntax::srt).read();
}
Transcript read_vtt(std::string_view text, const std::string& name) {
  return Reader(text, name, CueSyntax::vtt).read();
}
std::string write_srt(const Transcript& transcript) { return written(transcript, CueSyntax::srt); }
std::string write_vtt(const Transcript& transcript) { return written(transcript, CueSyntax::vtt); }

bool recognizes_srt(std::string_view text) {
  LineReader lines(text.substr(0, text.find('\0')), "");
  if (!lines.next_filled()) return false;
  if (lines.line().find_first_not_of("0123456789 \t") == std::string_view::npos) lines.next();
  return lines.line().find(formats::kArrow) != std::string_view::npos;
}
bool recognizes_vtt(std::string_view text) { return text.starts_with(kMagic); }

}  // namespace

extern const TranscriptRow kSrt;
const TranscriptRow kSrt = {.format = TranscriptFormat::srt,
                            .name = "srt",
                            .ending = "srt",
                            .read = read_srt,
                            .recognizes = recognizes_srt,
                            .write = write_srt};
extern const TranscriptRow kVtt;
const TranscriptRow kVtt = {.format = TranscriptFormat::vtt,
                            .name = "vtt",
                            .ending = "vtt",
                            .read = read_vtt,
                            .recognizes = recognizes_vtt,
                            .write = write_vtt};

}  // namespace diarist::transcripts
