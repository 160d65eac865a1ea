#include "report/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace diarist::report {
namespace {

/// What people count in, in seconds.
constexpr std::array kSteps = {1.0,   2.0,   5.0,   10.0,   15.0,   30.0,  60.0,
                               120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0};

double step_for(double duration_s) {
  for (const double step_s : kSteps) {
    if (duration_s <= step_s * kMostStretches) return step_s;
  }
  return kSteps.back() * std::ceil(duration_s / (kSteps.back() * kMostStretches));
}

std::int64_t microseconds(double seconds) { return std::llround(seconds * 1e6); }

void add(ErrorStretches& stretches, const scoring::Stretch& time) {
  const MicrosecondStretch stretch{microseconds(time.start_s), microseconds(time.end_s)};
  if (stretch.end <= stretch.start) return;
  if (!stretches.empty() && stretches.back().end == stretch.start) {
    stretches.back().end = stretch.end;
  } else {
    stretches.push_back(stretch);
  }
}

/// Parts a piece among the stretches that it lies in; what lies behind them is of the last one.
void add(std::vector<StretchErrors>& by_stretch, double step_s,
         const scoring::ExplainedPiece& piece) {
  const std::size_t last = by_stretch.size() - 1;
  double from_s = piece.time.start_s;
  while (from_s < piece.time.end_s) {
    const auto at = std::min(last, static_cast<std::size_t>(std::floor(from_s / step_s)));
    double until_s = piece.time.end_s;
    if (at < last) until_s = std::min(until_s, static_cast<double>(at + 1) * step_s);
    const double length_s = until_s - from_s;
    StretchErrors& stretch = by_stretch[at];
    stretch.total_s += length_s * piece.errors.reference;
    stretch.miss_s += length_s * piece.errors.miss;
    stretch.false_alarm_s += length_s * piece.errors.false_alarm;
    stretch.confusion_s += length_s * piece.errors.confusion;
    from_s = until_s;
  }
}

}  // namespace

Comparison compare(const Annotation& reference, const Diarization& diarization,
                   const ScoringOptions& options) {
  Comparison comparison;
  comparison.explanation = scoring::explain(reference, to_annotation(diarization), options);
  double end_s = diarization.duration_s;
  for (const auto& piece : comparison.explanation.pieces) end_s = std::max(end_s, piece.time.end_s);
  comparison.step_s = step_for(end_s);
  comparison.by_stretch.resize(
      std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(end_s / comparison.step_s))));
  for (const scoring::ExplainedPiece& piece : comparison.explanation.pieces) {
    if (piece.errors.miss > 0) add(comparison.miss, piece.time);
    if (piece.errors.false_alarm > 0) add(comparison.false_alarm, piece.time);
    if (piece.errors.confusion > 0) add(comparison.confusion, piece.time);
    add(comparison.by_stretch, comparison.step_s, piece);
  }
  return comparison;
}

}  // namespace diarist::report
