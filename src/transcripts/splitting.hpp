// Segments divided where the speaker changes. Pure functions, safe from any thread.
#pragma once

#include <vector>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

/// What a segment's words say of it as a whole: who says most of it, by time, and how sure that is:
/// the mean over the words by their lengths, of those of other speakers 0. Of two who say as much,
/// the one who begins.
void set_speaker_of_words(TranscriptSegment& segment);

/// A segment for each run of words of one speaker, with the words' text; the segment itself where
/// there is one run. The first one starts and the last one ends as the segment does, the others
/// with their words, and none lies outside of it.
std::vector<TranscriptSegment> split_by_speaker(const TranscriptSegment& segment);

}  // namespace diarist::transcripts
