#include "pipeline/diarizer_core.hpp"

#include <algorithm>
#include <vector>

#include "diarist/error.hpp"

#include "base/peak_memory.hpp"
#include "pipeline/kept_voices.hpp"
#include "pipeline/turns.hpp"

namespace diarist::pipeline {
namespace {

void check_count(const char* name, const std::optional<int>& count) {
  if (count && *count < 1) {
    throw Error(ErrorCode::invalid_argument, name + (" = " + std::to_string(*count)),
                "is not a number of speakers", "give 1 or more");
  }
}

void add(std::vector<StageTime>& totals, const std::vector<StageTime>& stages) {
  for (const StageTime& stage : stages) {
    const auto known = std::find_if(totals.begin(), totals.end(), [&](const StageTime& total) {
      return total.stage == stage.stage;
    });
    if (known == totals.end()) {
      totals.push_back(stage);
    } else {
      known->seconds += stage.seconds;
    }
  }
}

}  // namespace

void check(const BehaviorOptions& behavior) {
  parameters(behavior);  // throws
  check_count("speakers", behavior.speakers);
  check_count("min_speakers", behavior.min_speakers);
  check_count("max_speakers", behavior.max_speakers);
  if (behavior.most_voices < 0) {
    throw Error(ErrorCode::invalid_argument,
                "most_voices = " + std::to_string(behavior.most_voices), "is no number of voices",
                "give 0 for none");
  }
  if (behavior.speakers && (behavior.min_speakers || behavior.max_speakers)) {
    throw Error(ErrorCode::invalid_argument, "speakers", "excludes min_speakers and max_speakers",
                "give the number or its bounds, not both");
  }
  if (behavior.min_speakers && behavior.max_speakers &&
      *behavior.min_speakers > *behavior.max_speakers) {
    throw Error(ErrorCode::invalid_argument,
                "min_speakers = " + std::to_string(*behavior.min_speakers),
                "is more than max_speakers = " + std::to_string(*behavior.max_speakers),
                "swap the two bounds");
  }
}

void DiarizerCore::conclude(AnalysedRecording recording, const PresetParameters& preset,
                            const BehaviorOptions& behavior, const RunHooks& hooks,
                            const Stopwatch& wall, Diarization& result) {
  result.duration_s = recording.duration_s;
  std::vector<StreamResult> found;
  for (AnalysedRecording::Stream& stream : recording.streams) {
    result.statistics.trunk_skipped +=
        stream.analysis.trunk.skipped() / static_cast<double>(recording.streams.size());
    found.push_back(find_turns(model, preset, behavior, std::move(stream.analysis),
                               result.duration_s, stream.channel, hooks.cancellation,
                               engine.kernels().isa));
    add(result.statistics.stages, found.back().stages);
    if (recording.streams.size() > 1) {
      for (std::string& notice : found.back().notices) {
        notice = "channel " + std::to_string(stream.channel) + ": " + notice;
      }
    }
  }
  merge_streams(std::move(found), result);
  thin_out(result.voices, behavior.most_voices);
  if (hooks.progress) hooks.progress({result.duration_s, result.duration_s});

  result.statistics.wall_s = wall.seconds();
  result.statistics.real_time_factor = result.duration_s / result.statistics.wall_s;
  result.statistics.peak_memory_bytes = peak_memory_bytes();
  result.statistics.threads = engine.workers().threads();
  result.statistics.instruction_set = to_string(engine.kernels().isa);
  result.statistics.precision = to_string(engine.precision(preset.precision));
  result.statistics.preset = preset.name;
  result.statistics.step_s = preset.step_s;
  result.statistics.model = model.name();
}

}  // namespace diarist::pipeline
