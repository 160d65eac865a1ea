#include "formats/cues.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

#include "formats/unicode.hpp"

namespace diarist::formats {
namespace {

/// Hyphen, en dash, em dash: before what each of two people says.
constexpr std::array<std::string_view, 3> kDashes = {"-", "\xE2\x80\x93", "\xE2\x80\x94"};
constexpr std::string_view kFullWidthColon = "\xEF\xBC\x9A";

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

/// The times of a line; nothing where it holds none.
std::optional<Cue> parse_time_line(const LineReader& lines) {
  const std::string_view line = lines.line();
  const std::size_t arrow = line.find(kArrow);
  if (arrow == std::string_view::npos) return std::nullopt;
  const auto start = parse_cue_time(trimmed(line.substr(0, arrow)));
  const std::string_view rest = trimmed(line.substr(arrow + kArrow.size()));
  // Where the cue is shown may follow its end.
  const auto end = parse_cue_time(rest.substr(0, rest.find_first_of(" \t")));
  if (!start || !end) return std::nullopt;
  return Cue{lines.number(), *start, *end, {}};
}

/// Without <i>, </font> and {\an8}.
std::string without_tags(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool tag = text.front() == '<' || text.starts_with("{\\");
    const std::size_t end = tag ? text.find(text.front() == '<' ? '>' : '}') : std::string::npos;
    if (end == std::string_view::npos) {
      plain += text.front();
      text.remove_prefix(1);
    } else {
      text.remove_prefix(end + 1);
    }
  }
  return plain;
}

/// Takes what says that somebody else speaks from a line's start: "- ", ">> ". Whether it was a
/// dash.
bool take_change_of_speaker(std::string_view& line) {
  const std::size_t dash = leading_dash(line);
  const std::size_t mark = dash ? dash : std::min(line.find_first_not_of('>'), line.size());
  line = trimmed(line.substr(mark));
  return dash > 0;
}

/// The names in voice tags, <v Ann> or <v.loud Ann>, as they are spelled.
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

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

struct Reference {
  std::string_view spelled;
  std::string_view means;
};

/// Character references that writers of WebVTT use.
constexpr std::array<Reference, 8> kReferences = {{{"&amp;", "&"},
                                                   {"&lt;", "<"},
                                                   {"&gt;", ">"},
                                                   {"&quot;", "\""},
                                                   {"&apos;", "'"},
                                                   {"&nbsp;", "\xC2\xA0"},
                                                   {"&lrm;", "\xE2\x80\x8E"},
                                                   {"&rlm;", "\xE2\x80\x8F"}}};

/// What "&#39;" or "&#x27;" at the start of `text` means, and its length; 0 where there is none.
std::pair<std::string, std::size_t> numeric_reference(std::string_view text) {
  const std::size_t end = text.find(';');
  if (!text.starts_with("&#") || end == std::string_view::npos) return {};
  const bool hexadecimal = text.substr(2, 1) == "x" || text.substr(2, 1) == "X";
  const std::string_view digits = text.substr(2, end - 2).substr(hexadecimal ? 1 : 0);
  std::uint32_t value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), last, value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || stop != last) return {};
  return {utf8(value), end + 1};
}

}  // namespace

std::string cue_time(std::int64_t ms, char point) {
  return digits(ms / 3600000, 2) + ":" + digits(ms / 60000 % 60, 2) + ":" +
         digits(ms / 1000 % 60, 2) + point + digits(ms % 1000, 3);
}

std::optional<double> parse_cue_time(std::string_view text) {
  constexpr int kMostHours = 277778;  // As far as readers take seconds, which is 10^9.
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

std::string escaped_cue(std::string_view text) {
  std::string written;
  for (const char c : text) {
    switch (c) {
      case '&':
        written += "&amp;";
        break;
      case '<':
        written += "&lt;";
        break;
      case '>':
        written += "&gt;";
        break;
      default:
        written += c;
    }
  }
  return written;
}

std::string unescaped_cue(std::string_view text) {
  std::string read;
  while (!text.empty()) {
    auto [means, length] = numeric_reference(text);
    for (const Reference& reference : kReferences) {
      if (!text.starts_with(reference.spelled)) continue;
      length = reference.spelled.size();
      means = reference.means;
    }
    if (length == 0) {
      length = 1;
      means = text.substr(0, 1);
    }
    read += means;
    text.remove_prefix(length);
  }
  return read;
}

void CueReader::read_text(Cue& cue) {
  while (lines_.next() && !trimmed(lines_.line()).empty()) {
    next_ = parse_time_line(lines_);
    if (next_) return;
    if (!cue.text.empty()) cue.text += '\n';
    cue.text += trimmed(lines_.line());
  }
}

std::optional<Cue> CueReader::next() {
  std::optional<Cue> cue = std::exchange(next_, std::nullopt);
  std::size_t above = 0;  // Lines of the block before its times: a number or a name.
  while (!cue && lines_.next()) {
    cue = parse_time_line(lines_);
    if (!cue && lines_.line().find(kArrow) != std::string_view::npos) {
      lines_.refuse("is " + quoted(lines_.line()) +
                    ", expected times such as 00:01:02,500 --> 00:01:04,000");
    }
    above = trimmed(lines_.line()).empty() ? 0 : above + 1;
    if (!cue && only_cues_ && above > 1) {
      lines_.refuse("is " + quoted(lines_.line()) +
                    ", expected a cue's number and then times such as 00:01:02,500 --> "
                    "00:01:04,000");
    }
  }
  if (cue) read_text(*cue);
  return cue;
}

std::vector<std::string> cue_speakers(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string_view name : voice_tags(text)) add_once(names, name);
  if (!names.empty()) return names;
  const std::string plain = without_tags(text);
  LineReader lines(plain, "");
  bool dialogue = true;
  for (bool first = true; dialogue && lines.next(); first = false) {
    std::string_view line = trimmed(lines.line());
    const bool dash = take_change_of_speaker(line);
    if (first) dialogue = dash;
    if (!first && !dash) continue;
    const auto name = name_before_colon(line);
    if (!name && first) return {};
    if (name) add_once(names, *name);
  }
  return names;
}

std::optional<std::string_view> name_before_colon(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    const std::size_t colon = leading_colon(line.substr(at));
    if (colon == 0) continue;
    std::string_view name = trimmed(line.substr(0, at));
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
      name = trimmed(name.substr(1, name.size() - 2));
    }
    if (name.empty()) return std::nullopt;
    return name;
  }
  return std::nullopt;
}

std::size_t leading_dash(std::string_view text) {
  for (const std::string_view dash : kDashes) {
    if (text.starts_with(dash)) return dash.size();
  }
  return 0;
}

std::size_t leading_colon(std::string_view text) {
  if (text.starts_with(kFullWidthColon)) return kFullWidthColon.size();
  const bool ends_word = text.size() == 1 || text[1] == ' ' || text[1] == '\t';
  return text.front() == ':' && ends_word ? 1 : 0;
}

}  // namespace diarist::formats
