#include "transcripts/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "transcripts/characters.hpp"

namespace diarist::transcripts {
namespace {

bool is_alphanumeric(char32_t c) {
  return (c >= '0' && c <= '9') || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'z');
}

/// Whether a word begins with `c` behind `before`; neither is blank.
bool breaks_between(char32_t before, char32_t c) {
  if (opens(before)) return false;
  if (opens(c)) return true;
  if (is_unspaced(c)) return !joins_previous(c);
  return is_unspaced(before) && is_alphanumeric(c);
}

bool holds_letter(std::string_view text) {
  while (!text.empty()) {
    if (is_letter(next_character(text).code)) return true;
  }
  return false;
}

std::string_view trimmed_of_blanks(std::string_view text) {
  std::string_view rest = text;
  const char* first = nullptr;
  const char* last = nullptr;
  while (!rest.empty()) {
    const Character c = next_character(rest);
    if (is_blank(c.code)) continue;
    if (!first) first = c.bytes.data();
    last = c.bytes.data() + c.bytes.size();
  }
  return first ? std::string_view(first, static_cast<std::size_t>(last - first))
               : std::string_view();
}

constexpr std::array<char32_t, 12> kStops = {'.',    '?',    '!',    0x2026, 0x3002, 0xFF01,
                                             0xFF0E, 0xFF1F, 0x061F, 0x06D4, 0x0964, 0x203D};
constexpr std::array<char32_t, 13> kClosing = {
    '"', '\'', ')', ']', 0xBB, 0x2019, 0x201D, 0x203A, 0x300D, 0x300F, 0xFF09, 0x3011, 0x201C};
constexpr std::array<char32_t, 4> kDashes = {'-', 0x2010, 0x2013, 0x2014};

template <class List>
bool holds(const List& list, char32_t c) {
  return std::find(list.begin(), list.end(), c) != list.end();
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  char32_t before = ' ';
  bool filled = false;  // Does `word` hold more than white space?
  for (std::string_view rest = text; !rest.empty();) {
    const Character c = next_character(rest);
    const bool begins = is_blank(c.code)
                            ? filled && !is_blank(before)
                            : filled && !is_blank(before) && breaks_between(before, c.code);
    if (begins) {
      words.push_back(std::move(word));
      word.clear();
      filled = false;
    }
    word += c.bytes;
    filled = filled || !is_blank(c.code);
    before = c.code;
  }
  if (filled) {
    words.push_back(std::move(word));
  } else if (!words.empty()) {
    words.back() += word;
  }
  return words;
}

std::optional<std::vector<std::string>> pieces_of(std::string_view text,
                                                  const std::vector<std::string>& words) {
  std::vector<std::string> pieces;
  pieces.reserve(words.size());
  std::size_t cursor = 0;
  for (const std::string& word : words) {
    const std::string_view wanted = trimmed_of_blanks(word);
    const std::size_t found = text.find(wanted, cursor);
    if (found == std::string_view::npos) return std::nullopt;
    std::string_view between = text.substr(cursor, found - cursor);
    if (holds_letter(between)) return std::nullopt;
    // Punctuation that touches the word before belongs to it.
    std::string_view rest = between;
    while (!pieces.empty() && !rest.empty()) {
      std::string_view ahead = rest;
      const Character c = next_character(ahead);
      if (is_blank(c.code) || opens(c.code)) break;
      pieces.back() += c.bytes;
      rest = ahead;
    }
    pieces.emplace_back(std::string(rest) + std::string(wanted));
    cursor = found + wanted.size();
  }
  const std::string_view behind = text.substr(cursor);
  if (pieces.empty() || holds_letter(behind)) return std::nullopt;
  pieces.back() += behind;
  return pieces;
}

bool begins_word(std::string_view before, std::string_view next) {
  if (before.empty() || next.empty()) return false;
  std::size_t last = before.size() - 1;  // Where the last character starts.
  while (last > 0 && before.size() - last < 4 && (before[last] & 0xC0) == 0x80) --last;
  std::string_view tail = before.substr(last);
  const char32_t ending = next_character(tail).code;
  const char32_t beginning = next_character(next).code;
  // A character that another token goes on with is none as yet.
  if (!tail.empty() || is_blank(ending)) return false;
  return is_blank(beginning) || breaks_between(ending, beginning);
}

std::size_t letters_in(std::string_view word) {
  std::size_t letters = 0;
  while (!word.empty()) {
    if (is_letter(next_character(word).code)) ++letters;
  }
  return std::max<std::size_t>(letters, 1);
}

bool is_sentence_boundary(std::string_view word, std::string_view next) {
  bool stops = false;
  for (std::string_view rest = word; !rest.empty();) {
    const char32_t c = next_character(rest).code;
    if (is_blank(c) || (stops && holds(kClosing, c))) continue;
    stops = holds(kStops, c);
  }
  if (stops) return true;
  bool new_line = false;
  for (std::string_view rest = next; !rest.empty();) {
    const char32_t c = next_character(rest).code;
    if (!is_blank(c)) return new_line && holds(kDashes, c);
    new_line = new_line || c == '\n';
  }
  return false;
}

std::string in_one_line(std::string_view text) {
  std::string line;
  bool blank = false;
  while (!text.empty()) {
    const Character c = next_character(text);
    if (is_blank(c.code) || c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0)) {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c.code == 0xFFFD ? std::string_view("\xEF\xBF\xBD") : c.bytes;
  }
  return line;
}

void add_words_of_text(TranscriptSegment& segment) {
  for (std::string& text : words_of(segment.text)) {
    TranscriptWord& word = segment.words.emplace_back();
    word.text = std::move(text);
    word.timed = false;
    word.origin = segment.words.size() - 1;
  }
}

void estimate_times(TranscriptSegment& segment) {
  std::vector<TranscriptWord>& words = segment.words;
  for (std::size_t first = 0; first < words.size();) {
    if (words[first].timed) {
      ++first;
      continue;
    }
    std::size_t end = first;
    std::size_t letters = 0;
    while (end < words.size() && !words[end].timed) letters += letters_in(words[end++].text);
    const double from_s = first > 0 ? words[first - 1].end_s : segment.start_s;
    const double to_s = std::max(from_s, end < words.size() ? words[end].start_s : segment.end_s);
    std::size_t said = 0;
    for (std::size_t i = first; i < end; ++i) {
      const auto place = [&] {
        return from_s + (to_s - from_s) * static_cast<double>(said) / static_cast<double>(letters);
      };
      words[i].start_s = place();
      said += letters_in(words[i].text);
      words[i].end_s = i + 1 == end ? to_s : place();
    }
    first = end;
  }
}

}  // namespace diarist::transcripts
