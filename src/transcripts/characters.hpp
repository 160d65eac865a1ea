// A text character by character, and what kinds of characters there are for words. Pure functions.
#pragma once

#include <string_view>

namespace diarist::transcripts {

struct Character {
  char32_t code = 0;       ///< U+FFFD for a byte that is no UTF-8.
  std::string_view bytes;  ///< As they stand in the text.
};

/// Takes the first character off a text that is not empty.
Character next_character(std::string_view& rest);

/// White space that parts words: not the no-break spaces, but the zero-width space, which marks the
/// ends of words in Thai and Khmer.
bool is_blank(char32_t c);
/// Of a script that is written without blanks and may break before most characters: Chinese
/// characters and kana.
bool is_unspaced(char32_t c);
/// Of those, what belongs to the one before: small kana, the mark of a long vowel and the like.
bool joins_previous(char32_t c);
/// A bracket or quotation mark of Chinese or Japanese that opens.
bool opens(char32_t c);
/// A letter or digit, as far as it takes time to say: neither blank, nor punctuation, nor a
/// combining mark.
bool is_letter(char32_t c);

}  // namespace diarist::transcripts
