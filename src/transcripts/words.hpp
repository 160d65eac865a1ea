// Texts and their words. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

/// The words of a text, each with the white space before it, the last one also with that behind
/// it: joined they are the text. Chinese and Japanese part before each character that may begin a
/// line. None in a text without anything but white space.
std::vector<std::string> words_of(std::string_view text);

/// The same, where a file lists the words: pieces of `text` in which they lie, one each. Nothing
/// where the text holds a letter that is in none of them, or they are not in it in this order.
std::optional<std::vector<std::string>> pieces_of(std::string_view text,
                                                  const std::vector<std::string>& words);

/// Whether a word begins with `next`, where it stands right behind `before`.
bool begins_word(std::string_view before, std::string_view next);

/// How much there is to say: letters and digits, at least one.
std::size_t letters_in(std::string_view word);

/// Whether somebody may have stopped between two words: the first one ends a sentence, or the next
/// one begins a line with a dash, as subtitles mark a change of speakers.
bool is_sentence_boundary(std::string_view word, std::string_view next);

/// Without white space at the ends, on one line: every run of white space and control characters
/// is one blank.
std::string in_one_line(std::string_view text);

/// The words of the segment's text, without times.
void add_words_of_text(TranscriptSegment& segment);

/// Words that the file has no times for: spread between their neighbours, or over the segment, in
/// proportion to their letters.
void estimate_times(TranscriptSegment& segment);

}  // namespace diarist::transcripts
