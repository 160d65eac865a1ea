// A transcript as people read it: who says what, paragraph by paragraph.
#pragma once

#include <string>
#include <vector>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

struct Paragraph {
  std::string recording;  ///< Of a CTM with several; else empty.
  std::string speaker;    ///< kNobody where there is none.
  double start_s = 0;
  std::string text;  ///< On one line, not blank.
};

/// Who speaks where nobody was found.
inline constexpr const char* kNobody = "UNKNOWN";

/// Words of one speaker that follow one another, until somebody else speaks or a pause of three
/// seconds lies between two segments. Names are UTF-8 on one line.
std::vector<Paragraph> paragraphs_of(const Transcript& transcript);

/// "0:01:05", the second that has begun.
std::string clock_of(double seconds);

}  // namespace diarist::transcripts
