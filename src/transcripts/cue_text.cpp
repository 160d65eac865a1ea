#include "transcripts/cue_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "formats/cues.hpp"
#include "formats/unicode.hpp"
#include "transcripts/words.hpp"

namespace diarist::transcripts {
namespace {

/// What SubRip's players know; anything else between '<' and '>' is text.
constexpr std::array<std::string_view, 6> kSrtTags = {"b", "i", "u", "s", "font", "c"};
constexpr std::string_view kVoice = "v";
/// The longest of WebVTT's character references.
constexpr std::size_t kLongestReference = 6;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

struct Tag {
  std::string_view spelled;  ///< From '<' to '>'.
  std::string_view name;     ///< "b", "v"; empty of a time.
  bool closes = false;
  std::optional<double> time_s;
};

/// The tag at the start of a text that begins with '<', or none.
std::optional<Tag> tag_at(std::string_view text, CueSyntax syntax) {
  const std::size_t end = text.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  Tag tag;
  tag.spelled = text.substr(0, end + 1);
  std::string_view inside = text.substr(1, end - 1);
  if (syntax == CueSyntax::vtt) tag.time_s = formats::parse_cue_time(inside);
  if (tag.time_s) return tag;
  tag.closes = inside.starts_with('/');
  if (tag.closes) inside.remove_prefix(1);
  std::size_t length = 0;
  while (length < inside.size() && is_letter_or_digit(inside[length])) ++length;
  tag.name = inside.substr(0, length);
  if (syntax == CueSyntax::vtt) return tag;
  const bool ends = length == inside.size() || inside[length] == ' ' || inside[length] == '.';
  const bool known =
      tag.name == kVoice || std::find(kSrtTags.begin(), kSrtTags.end(), tag.name) != kSrtTags.end();
  if (!ends || !known) return std::nullopt;
  return tag;
}

/// A character reference of WebVTT at the start of a text that begins with '&': its length, or 1.
std::size_t reference_length(std::string_view text, CueSyntax syntax) {
  if (syntax != CueSyntax::vtt) return 1;
  const std::size_t end = text.substr(0, kLongestReference).find(';');
  if (end == std::string_view::npos) return 1;
  const std::string_view spelled = text.substr(0, end + 1);
  return formats::unescaped_cue(spelled) == spelled ? 1 : spelled.size();
}

/// A character as shown and as spelled, or a tag, which shows nothing.
struct Unit {
  std::string shown;
  std::string_view raw;
  bool closes = false;
  std::optional<double> time_s;
};

std::vector<Unit> units_of(std::string_view payload, CueSyntax syntax) {
  std::vector<Unit> units;
  while (!payload.empty()) {
    Unit unit;
    if (payload.front() == '<') {
      if (const auto tag = tag_at(payload, syntax)) {
        payload.remove_prefix(tag->spelled.size());
        if (tag->name == kVoice) continue;
        unit.raw = tag->spelled;
        unit.closes = tag->closes;
        unit.time_s = tag->time_s;
        units.push_back(std::move(unit));
        continue;
      }
    }
    std::size_t length = std::max<std::size_t>(formats::sequence_length(payload), 1);
    if (payload.front() == '&') length = reference_length(payload, syntax);
    unit.raw = payload.substr(0, length);
    unit.shown = length > 1 && payload.front() == '&' ? formats::unescaped_cue(unit.raw)
                                                      : formats::valid_utf8(unit.raw);
    payload.remove_prefix(length);
    units.push_back(std::move(unit));
  }
  return units;
}

/// Tags that are open behind a text, in the order in which they were opened.
void follow_tags(std::string_view text, CueSyntax syntax, std::vector<Tag>& open) {
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const auto tag = tag_at(text.substr(at), syntax);
    if (!tag || tag->time_s || tag->name == kVoice || tag->name.empty()) continue;
    if (!tag->closes) {
      open.push_back(*tag);
      continue;
    }
    const auto same = std::find_if(open.rbegin(), open.rend(),
                                   [&](const Tag& each) { return each.name == tag->name; });
    if (same != open.rend()) open.erase(std::next(same).base());
  }
}

/// Without tags that close what nothing opened.
std::string without_strays(std::string_view text, CueSyntax syntax) {
  std::string kept;
  std::vector<std::string_view> open;
  while (!text.empty()) {
    std::size_t length = 1;
    bool stray = false;
    if (const auto tag = text.front() == '<' ? tag_at(text, syntax) : std::nullopt) {
      length = tag->spelled.size();
      if (!tag->closes && !tag->time_s) open.push_back(tag->name);
      if (tag->closes) {
        const auto same = std::find(open.rbegin(), open.rend(), tag->name);
        stray = same == open.rend();
        if (!stray) open.erase(std::next(same).base());
      }
    }
    if (!stray) kept += text.substr(0, length);
    text.remove_prefix(length);
  }
  return kept;
}

}  // namespace

std::vector<CueWord> cue_words(std::string_view payload, CueSyntax syntax) {
  const std::vector<Unit> units = units_of(payload, syntax);
  std::string shown;
  for (const Unit& unit : units) shown += unit.shown;

  std::vector<CueWord> words;
  std::size_t unit = 0;
  for (std::string& text : words_of(shown)) {
    CueWord& word = words.emplace_back();
    std::size_t bytes = 0;
    while (unit < units.size() && bytes < text.size()) {
      if (units[unit].time_s) word.start_s = units[unit].time_s;
      word.raw += units[unit].raw;
      bytes += units[unit++].shown.size();
    }
    // What closes right behind the word belongs to it.
    while (unit < units.size() && units[unit].closes) word.raw += units[unit++].raw;
    word.text = std::move(text);
  }
  while (!words.empty() && unit < units.size()) words.back().raw += units[unit++].raw;
  return words;
}

std::string balanced(std::string_view before, std::string_view raw, CueSyntax syntax) {
  std::vector<Tag> open;
  follow_tags(before, syntax, open);
  std::string text;
  for (const Tag& tag : open) text += tag.spelled;
  text += raw;
  text = without_strays(text, syntax);
  open.clear();
  follow_tags(text, syntax, open);
  std::string closing;
  for (std::size_t i = open.size(); i-- > 0;) closing += "</" + std::string(open[i].name) + ">";
  return text + closing;
}

std::string shown_text(std::string_view text, CueSyntax syntax) {
  const std::string line = in_one_line(text);
  if (syntax == CueSyntax::vtt) return formats::escaped_cue(line);
  std::string shown;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char next = i + 1 < line.size() ? line[i + 1] : ' ';
    if (line[i] == '<' && (is_letter_or_digit(next) || next == '/' || next == '!' || next == '?')) {
      shown += "\xE2\x80\xB9";
    } else if (std::string_view(line).substr(i).starts_with(formats::kArrow)) {
      shown += '-';  // "->"
      ++i;
      shown += '>';
      ++i;
    } else {
      shown += line[i];
      if (line[i] == '{' && next == '\\') shown += ' ';  // No style of SubStation Alpha's.
    }
  }
  return shown;
}

}  // namespace diarist::transcripts
