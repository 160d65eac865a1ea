// What a run tells its caller on the way: how far it is, and where somebody speaks.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "diarist/run.hpp"

#include "base/clock.hpp"
#include "pipeline/analysis_stream.hpp"

namespace diarist::pipeline {

/// Calls the caller's hooks, but not all the time. Used by the thread that called in; hooks and
/// streams outlive it.
class RunReports {
 public:
  /// `total_s`: 0 where it is not known. `channels`: of each stream.
  RunReports(const RunHooks& hooks, double total_s,
             const std::vector<std::unique_ptr<AnalysisStream>>& streams,
             std::vector<int> channels);

  /// How far it is and what is new, unless that was told just now.
  void report_if_due();
  /// The recording ends there, though its last window may go on.
  void ends_at(double duration_s) { end_s_ = duration_s; }
  /// RunHooks::speech of what was settled since the last time.
  void report_speech();

 private:
  void report_progress();

  const RunHooks& hooks_;
  const double total_s_;
  const std::vector<std::unique_ptr<AnalysisStream>>& streams_;
  const std::vector<int> channels_;
  std::vector<std::int64_t> told_;  ///< Frames of each stream.
  double end_s_ = std::numeric_limits<double>::infinity();
  Stopwatch since_last_;
};

}  // namespace diarist::pipeline
