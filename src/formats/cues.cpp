#include "formats/cues.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace diarist::formats {
namespace {

std::string digits(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

/// All of `text` as a whole number below `limit`, or nothing.
std::optional<int> whole(std::string_view text, int limit) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < 0 || value >= limit) return std::nullopt;
  return value;
}

/// "HH:MM:SS,mmm" or "MM:SS.mmm", with either point; milliseconds of one to three digits.
std::optional<double> parse_time(std::string_view text) {
  constexpr int kMostHours = 250000;  // As far as readers take seconds.
  const std::size_t point = text.find_first_of(",.");
  if (point == std::string_view::npos) return std::nullopt;
  const std::string_view fraction = text.substr(point + 1);
  if (fraction.empty() || fraction.size() > 3) return std::nullopt;
  auto ms = whole(fraction, 1000);
  for (std::size_t i = fraction.size(); ms && i < 3; ++i) *ms *= 10;

  std::array<int, 3> clock{};  // Hours, minutes, seconds.
  std::string_view rest = text.substr(0, point);
  for (std::size_t part = 3; part-- > 0;) {
    const std::size_t colon = rest.rfind(':');
    const std::string_view number = colon == std::string_view::npos ? rest : rest.substr(colon + 1);
    const auto value = whole(number, part == 0 ? kMostHours : 60);
    if (!value) return std::nullopt;
    clock[part] = *value;
    if (colon == std::string_view::npos) {
      if (part == 2 || !ms) return std::nullopt;  // Seconds alone are no clock.
      const std::int64_t seconds = (clock[0] * std::int64_t{60} + clock[1]) * 60 + clock[2];
      return static_cast<double>(seconds * 1000 + *ms) / 1000;
    }
    rest = rest.substr(0, colon);
  }
  return std::nullopt;
}

Cue cue_of_time_line(const LineReader& lines) {
  const std::string_view line = lines.line();
  const std::size_t arrow = line.find(kArrow);
  const auto start = parse_time(trimmed(line.substr(0, arrow)));
  std::string_view rest = trimmed(line.substr(arrow + kArrow.size()));
  // Where the cue is shown may follow its end.
  const auto end = parse_time(rest.substr(0, rest.find_first_of(" \t")));
  if (!start || !end) {
    lines.refuse("is " + quoted(line) + ", expected times such as 00:01:02,500 --> 00:01:04,000");
  }
  return {lines.number(), *start, *end, {}};
}

}  // namespace

std::string cue_time(std::int64_t ms, char point) {
  return digits(ms / 3600000, 2) + ":" + digits(ms / 60000 % 60, 2) + ":" +
         digits(ms / 1000 % 60, 2) + point + digits(ms % 1000, 3);
}

std::optional<Cue> next_cue(LineReader& lines, bool only_cues) {
  std::size_t above = 0;  // Lines of the block before its times: a number or a name.
  while (lines.next()) {
    if (lines.line().find(kArrow) != std::string_view::npos) {
      Cue cue = cue_of_time_line(lines);
      while (lines.next() && !trimmed(lines.line()).empty()) {
        if (!cue.text.empty()) cue.text += '\n';
        cue.text += trimmed(lines.line());
      }
      return cue;
    }
    above = trimmed(lines.line()).empty() ? 0 : above + 1;
    if (only_cues && above > 1) {
      lines.refuse("is " + quoted(lines.line()) +
                   ", expected a cue's number and then times such as 00:01:02,500 --> "
                   "00:01:04,000");
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> name_before_colon(std::string_view text) {
  const std::string_view line = trimmed(text.substr(0, text.find('\n')));
  for (std::size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1)) {
    const bool ends_word = at + 1 == line.size() || line[at + 1] == ' ' || line[at + 1] == '\t';
    if (!ends_word) continue;
    std::string_view name = trimmed(line.substr(0, at));
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
      name = trimmed(name.substr(1, name.size() - 2));
    }
    if (name.empty()) return std::nullopt;
    return name;
  }
  return std::nullopt;
}

std::vector<std::string_view> voice_tags(std::string_view text) {
  std::vector<std::string_view> names;
  for (std::size_t at = text.find("<v"); at != std::string_view::npos;
       at = text.find("<v", at + 2)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view tag = text.substr(at + 2, end - at - 2);
    const std::size_t blank = tag.find_first_of(" \t\n");
    // "<v>" names nobody, and "<video>" is no voice.
    if (blank == std::string_view::npos || (blank > 0 && tag.front() != '.')) continue;
    const std::string_view name = trimmed(tag.substr(blank + 1));
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

}  // namespace diarist::formats
