// What SubRip and WebVTT have in common: cues with a time line, and speakers named before a colon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/lines.hpp"

namespace diarist::formats {

inline constexpr std::string_view kArrow = "-->";
/// Subtitles count milliseconds.
inline constexpr int kCueDecimals = 3;

/// "01:02:03,456", hours of at least two digits; `point` stands before the milliseconds.
std::string cue_time(std::int64_t ms, char point);

/// Seconds of "HH:MM:SS,mmm" or "MM:SS.mmm", with either point; milliseconds of one to three
/// digits.
std::optional<double> parse_cue_time(std::string_view text);

/// A text where WebVTT takes markup: '&', '<' and '>' as character references.
std::string escaped_cue(std::string_view text);
/// The inverse; also of the other references that writers of WebVTT use.
std::string unescaped_cue(std::string_view text);

/// A block of lines between blank ones that has a time line.
struct Cue {
  std::size_t line = 0;  ///< Of its times.
  double start_s = 0;
  double end_s = 0;
  std::string text;  ///< Its lines with '\n' between.
};

/// The cues of a text, one by one.
class CueReader {
 public:
  /// Where `only_cues`, a block without a time line is refused; otherwise it is passed over, as
  /// notes and styles are.
  CueReader(LineReader& lines, bool only_cues) : lines_(lines), only_cues_(only_cues) {}

  /// The next one; nothing at the end. Between two cues there may be no blank line. Throws
  /// Error{malformed} for a time line that is none.
  std::optional<Cue> next();

 private:
  void read_text(Cue& cue);

  LineReader& lines_;
  bool only_cues_;
  std::optional<Cue> next_;  ///< Its times ended the text of the one before.
};

/// Who speaks in a cue, each once: those whom voice tags name, as they are spelled; failing that,
/// "Ann" of "Ann: and so on", "[Ann]: and so on", "- Ann: and so on" or "Ann:" in the first line
/// and, where it begins with a dash, in others that do. Other tags are passed over.
std::vector<std::string> cue_speakers(std::string_view text);

/// "Ann" of "Ann: and so on", "[Ann]: and so on" or "Ann:"; nothing where a line has no name.
std::optional<std::string_view> name_before_colon(std::string_view line);

/// Bytes of the dash or the colon (also a full-width one) that `text` starts with, or 0.
std::size_t leading_dash(std::string_view text);
std::size_t leading_colon(std::string_view text);

}  // namespace diarist::formats
