#include "transcripts/original.hpp"

#include "diarist/error.hpp"

namespace diarist::transcripts {

void refuse_origin(const Transcript& transcript) {
  throw Error(ErrorCode::invalid_argument, transcript.name,
              "has a segment or word that the document it was read from does not have",
              "write it in another format");
}

std::vector<Part> parts_of(const Transcript& transcript, std::size_t count) {
  std::vector<Part> parts;
  parts.reserve(transcript.segments.size());
  for (const TranscriptSegment& segment : transcript.segments) {
    if (segment.origin >= count) refuse_origin(transcript);
    Part part{&segment, true, true};
    if (!parts.empty() && parts.back().segment->origin == segment.origin) {
      parts.back().last = false;
      part.first = false;
    }
    parts.push_back(part);
  }
  return parts;
}

}  // namespace diarist::transcripts
