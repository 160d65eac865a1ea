// Turns held against a reference, as a page shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "scoring/explanation.hpp"

namespace diarist::report {

/// Whole microseconds, as everywhere in a page.
struct MicrosecondStretch {
  std::int64_t start = 0;
  std::int64_t end = 0;
};

/// Where one kind of error is, in order of time; stretches that touch are one.
using ErrorStretches = std::vector<MicrosecondStretch>;

/// Seconds of speaker time in one stretch of the recording.
struct StretchErrors {
  double total_s = 0;
  double miss_s = 0;
  double false_alarm_s = 0;
  double confusion_s = 0;
};

struct Comparison {
  scoring::Explanation explanation;
  ErrorStretches miss;
  ErrorStretches false_alarm;
  ErrorStretches confusion;
  double step_s = 0;                      ///< Length of each of by_stretch: a round number.
  std::vector<StretchErrors> by_stretch;  ///< From 0 on; at most kMostStretches.
};

inline constexpr int kMostStretches = 60;

/// Throws as score() does.
Comparison compare(const Annotation& reference, const Diarization& diarization,
                   const ScoringOptions& options);

}  // namespace diarist::report
