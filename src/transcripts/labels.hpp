// Speakers' names that a subtitle already begins with.
#pragma once

#include <string>
#include <vector>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

/// Takes the words away in which a segment's text names a speaker: "[Anybody]: ", and "Name: " of
/// one of `names`, as subtitles are written. What follows stays; "Note: " is nobody's name.
void remove_label(TranscriptSegment& segment, const std::vector<std::string>& names);

}  // namespace diarist::transcripts
