// Words that come without segments, or beside them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

/// Segments of words that lie closer together than a second: CTM has none of its own. Origins are
/// numbered anew.
std::vector<TranscriptSegment> segments_between_pauses(std::vector<TranscriptWord> words);

/// The places of words, in order, that fill these segments one after the other.
std::vector<std::vector<std::size_t>> consecutive(const std::vector<TranscriptSegment>& segments);

/// Which of the words belong to each segment. By the letters, if words and segments have the same
/// ones; otherwise each word goes to the segment that is nearest to its middle, one without times
/// to that of the word before.
std::vector<std::vector<std::size_t>> loose_words_of(const std::vector<TranscriptSegment>& segments,
                                                     const std::vector<TranscriptWord>& words,
                                                     const std::vector<std::string>& texts);

}  // namespace diarist::transcripts
