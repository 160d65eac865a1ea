// The document that a transcript was read from.
#pragma once

#include <string>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

/// Each reader has its own. What it holds does not change once it was read.
class Original {
 public:
  Original() = default;
  virtual ~Original() = default;
  Original(const Original&) = delete;
  Original& operator=(const Original&) = delete;

  /// The document with the transcript's speakers, and its segments divided as the transcript's are.
  /// Segments and words are found by their origins; those that the transcript lacks are left out.
  /// Throws Error{invalid_argument} for an origin that the document does not have.
  virtual std::string written(const Transcript& transcript) const = 0;
};

/// Throws that error.
[[noreturn]] void refuse_origin(const Transcript& transcript);

/// A segment's place among those that are parts of one segment of the document.
struct Part {
  const TranscriptSegment* segment = nullptr;
  bool first = true;
  bool last = true;
  bool whole() const { return first && last; }
};

/// The transcript's segments, each with its place. Parts of one segment follow one another; other
/// segments may stand in any order. Throws Error{invalid_argument} for an origin from `count` on.
std::vector<Part> parts_of(const Transcript& transcript, std::size_t count);

}  // namespace diarist::transcripts
