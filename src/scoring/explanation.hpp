// A score taken apart: where its errors are, and whose. Sums over the parts are the score.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "scoring/scored_time.hpp"
#include "scoring/timeline.hpp"

namespace diarist::scoring {

/// A stretch of scored time in which nobody starts or stops, and somebody speaks on either side.
struct ExplainedPiece {
  Stretch time;
  PieceErrors errors;
};

/// What one speaker of the reference, with the one of the hypothesis that is taken for him, has of
/// the score. Of several who are in error at once each gets his part of what is missed and of what
/// is confused; a false alarm is of the hypothesis speaker who is beyond the reference.
struct SpeakerErrors {
  std::optional<std::string> reference;   ///< None for a speaker nobody is mapped to.
  std::optional<std::string> hypothesis;  ///< None where nobody answers to the reference's.
  double total_s = 0;
  double miss_s = 0;
  double false_alarm_s = 0;
  double confusion_s = 0;
};

struct Explanation {
  Score score;  ///< The same as diarist::score() gives, but for rounding.
  /// The reference's speakers in order of first appearance, then those of the hypothesis whom
  /// nobody is mapped to.
  std::vector<SpeakerErrors> speakers;
  std::vector<ExplainedPiece> pieces;  ///< In order of time.
};

/// By the convention of pyannote, whatever options.convention says, over the extent of both sides.
/// Throws as diarist::score() does.
Explanation explain(const Annotation& reference, const Annotation& hypothesis,
                    const ScoringOptions& options);

}  // namespace diarist::scoring
