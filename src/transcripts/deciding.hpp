// The rules by which a segment's words get their speakers. docs/transcripts.md has them in words.
#pragma once

#include "diarist/transcript.hpp"

#include "transcripts/turn_index.hpp"

namespace diarist::transcripts {

/// Sets speaker and confidence of all words and of the segment. Words of a segment without any
/// times get new estimates: they lie where somebody speaks.
void decide(TranscriptSegment& segment, const TurnIndex& turns, double max_gap_s);

/// Whether the file has times for none of the segment's words.
bool is_untimed(const TranscriptSegment& segment);

}  // namespace diarist::transcripts
