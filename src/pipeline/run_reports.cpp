#include "pipeline/run_reports.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "pipeline/speaker_counter.hpp"

namespace diarist::pipeline {
namespace {

// Reports are no closer together than this.
constexpr double kReportInterval_s = 0.2;

}  // namespace

RunReports::RunReports(const RunHooks& hooks, double total_s,
                       const std::vector<std::unique_ptr<AnalysisStream>>& streams,
                       std::vector<int> channels)
    : hooks_(hooks),
      total_s_(total_s),
      streams_(streams),
      channels_(std::move(channels)),
      told_(streams.size(), 0) {}

void RunReports::report_if_due() {
  if (!hooks_.progress && !hooks_.speech) return;
  if (since_last_.seconds() < kReportInterval_s) return;
  since_last_ = Stopwatch();
  report_progress();
  report_speech();
}

void RunReports::report_progress() {
  if (!hooks_.progress) return;
  double done = 0;
  for (const auto& stream : streams_) done += stream->done_s();
  done /= static_cast<double>(streams_.size());
  hooks_.progress({total_s_ > 0 ? std::min(done, total_s_) : done, total_s_});
}

void RunReports::report_speech() {
  if (!hooks_.speech) return;
  std::vector<SpeechStretch> fresh;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const std::vector<std::uint8_t> counts = streams_[i]->counts_from(told_[i]);
    const auto time_s = [&](std::size_t frame) {
      return kFirstFrameSeconds +
             static_cast<double>(told_[i] + static_cast<std::int64_t>(frame)) * kFrameStepSeconds;
    };
    for (std::size_t f = 0; f < counts.size();) {
      std::size_t end = f + 1;
      while (end < counts.size() && counts[end] == counts[f]) ++end;
      const double end_s = std::min(time_s(end), end_s_);
      if (counts[f] > 0 && time_s(f) < end_s) {
        fresh.push_back({time_s(f), end_s, counts[f], channels_[i]});
      }
      f = end;
    }
    told_[i] += static_cast<std::int64_t>(counts.size());
  }
  if (!fresh.empty()) hooks_.speech(fresh);
}

}  // namespace diarist::pipeline
