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

/// A block of lines between blank ones that has a time line.
struct Cue {
  std::size_t line = 0;  ///< Of its times.
  double start_s = 0;
  double end_s = 0;
  std::string text;  ///< Its lines with '\n' between.
};

/// The next block; nothing at the end. Throws Error{malformed} for a time line that is none, and,
/// where `only_cues`, for blocks without one; otherwise those are passed over.
std::optional<Cue> next_cue(LineReader& lines, bool only_cues);

/// "Ann" of "Ann: and so on", "[Ann]: and so on" or "Ann:"; nothing where there is no name.
std::optional<std::string_view> name_before_colon(std::string_view text);

/// The names in voice tags, <v Ann> or <v.loud Ann>, as they are spelled, before the tag's end.
std::vector<std::string_view> voice_tags(std::string_view text);

}  // namespace diarist::formats
