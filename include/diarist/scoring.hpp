// How far turns are from a reference: DER and JER.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diarist/export.hpp"
#include "diarist/formats.hpp"

namespace diarist {

/// Two ways to count that both call themselves DER; docs/scoring.md has every difference.
enum class ScoringConvention {
  /// pyannote.metrics: the collar is the total width around each reference boundary, and the best
  /// mapping of speakers is found after the collar is removed.
  pyannote,
  /// NIST md-eval: the collar extends to each side of each reference boundary, and the best mapping
  /// is found on all of the scored region, before the collar is removed.
  nist,
};

/// "pyannote" or "nist".
DIARIST_EXPORT std::string_view to_string(ScoringConvention convention);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT ScoringConvention scoring_convention_from_string(std::string_view name);

/// What is counted.
struct ScoringOptions {
  ScoringConvention convention = ScoringConvention::pyannote;  ///< Whose rules count.
  double collar_s = 0;                                         ///< As the convention reads it.
  bool skip_overlap =
      false;  ///< Leave out stretches where the reference has more than one speaker.
};

/// Seconds of speaker time, and the speaker-wise error. Scores of several files add up with +=.
struct Score {
  std::string recording;       ///< Its name.
  double total_s = 0;          ///< Speaker time of the reference that is scored.
  double miss_s = 0;           ///< Reference speakers whom nobody of the hypothesis answers to.
  double false_alarm_s = 0;    ///< Hypothesis speakers beyond those of the reference.
  double confusion_s = 0;      ///< Somebody else than the one mapped to.
  double jer_sum = 0;          ///< Sum over reference speakers of their Jaccard error, each 0 to 1.
  int reference_speakers = 0;  ///< Who speak in what is scored.
  int hypothesis_speakers = 0;  ///< Likewise.

  /// Diarization error rate, 1 = 100 %; 0 where nothing was to be said and nothing was, infinity
  /// where all is false alarm.
  DIARIST_EXPORT double der() const;
  /// Jaccard error rate (Ryant et al. 2019), mean over the reference's speakers. Where it has none:
  /// 0 if the hypothesis has none either, else 1.
  DIARIST_EXPORT double jer() const;
  /// Adds seconds, errors and speakers; the name stays.
  DIARIST_EXPORT Score& operator+=(const Score& other);
};

/// Scores one recording, exactly (no frames). `scored`: the stretches to score (a UEM). Where left
/// out: by `pyannote` from the first start to the last end of either side, by `nist` of the
/// reference alone, so that what a hypothesis says before or after it goes unseen. Pure; safe from
/// any thread. Throws Error{invalid_argument} for a negative or non-finite collar, or times that
/// are not finite.
DIARIST_EXPORT Score score(const Annotation& reference, const Annotation& hypothesis,
                           const std::optional<Annotation>& scored = std::nullopt,
                           const ScoringOptions& options = {});

}  // namespace diarist
