#include "transcripts/characters.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "formats/unicode.hpp"

namespace diarist::transcripts {
namespace {

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// In hiragana; katakana has each 0x60 further on.
constexpr std::array<char32_t, 12> kSmallKana = {0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063,
                                                 0x3083, 0x3085, 0x3087, 0x308E, 0x3095, 0x3096};
constexpr std::array<char32_t, 12> kOpening = {0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0x3014,
                                               0x3016, 0x3018, 0x301A, 0x301D, 0xFF08, 0xFF3B};

template <class List>
bool holds(const List& list, char32_t c) {
  return std::find(list.begin(), list.end(), c) != list.end();
}

}  // namespace

Character next_character(std::string_view& rest) {
  constexpr std::array<unsigned, 5> kLead = {0, 0x7F, 0x1F, 0x0F, 0x07};
  const std::size_t length = formats::sequence_length(rest);
  if (length == 0) {
    const Character broken{0xFFFD, rest.substr(0, 1)};
    rest.remove_prefix(1);
    return broken;
  }
  Character character{static_cast<unsigned char>(rest.front()) & kLead[length],
                      rest.substr(0, length)};
  for (std::size_t i = 1; i < length; ++i) {
    character.code = character.code << 6U | (static_cast<unsigned char>(rest[i]) & 0x3FU);
  }
  rest.remove_prefix(length);
  return character;
}

bool is_blank(char32_t c) {
  return c == ' ' || within(c, '\t', '\r') || c == 0x85 || c == 0x1680 ||
         (within(c, 0x2000, 0x200B) && c != 0x2007) || c == 0x2028 || c == 0x2029 || c == 0x205F ||
         c == 0x3000;
}

bool is_unspaced(char32_t c) {
  return within(c, 0x3040, 0x30FF) || within(c, 0x31F0, 0x31FF) || within(c, 0x3400, 0x4DBF) ||
         within(c, 0x4E00, 0x9FFF) || within(c, 0xF900, 0xFAFF) || within(c, 0x20000, 0x3134F);
}

bool joins_previous(char32_t c) {
  const char32_t hiragana = within(c, 0x30A0, 0x30FF) ? c - 0x60 : c;
  return holds(kSmallKana, hiragana) || within(c, 0x3099, 0x309E) || within(c, 0x30FB, 0x30FE) ||
         within(c, 0x31F0, 0x31FF);
}

bool opens(char32_t c) { return holds(kOpening, c); }

bool is_letter(char32_t c) {
  if (c < 0x80) return within(c | 0x20U, 'a', 'z') || within(c, '0', '9');
  if (is_blank(c)) return false;
  return !within(c, 0x80, 0xA9) && !within(c, 0xAB, 0xB4) && !within(c, 0xB6, 0xB9) &&
         !within(c, 0xBB, 0xBF) && c != 0xD7 && c != 0xF7 &&  // Latin-1's punctuation
         !within(c, 0x0300, 0x036F) &&                        // combining marks
         c != 0x060C && c != 0x061B && c != 0x061F &&         // Arabic comma, semicolon, question
         !within(c, 0x2000, 0x206F) &&                        // general punctuation
         !within(c, 0x3001, 0x3003) && !within(c, 0x3008, 0x3020) &&  // of Chinese and Japanese
         !within(c, 0xFE00, 0xFE0F) &&                                // variation selectors
         !within(c, 0xFF01, 0xFF0F) && !within(c, 0xFF1A, 0xFF20) && c != 0xFFFD;
}

}  // namespace diarist::transcripts
