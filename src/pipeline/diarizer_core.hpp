// What a Diarizer holds, for those who share it with its calls: live streams.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "diarist/diarization.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

#include "base/clock.hpp"
#include "pipeline/analysis_cache.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/preset.hpp"

namespace diarist::pipeline {

/// Throws Error{invalid_argument} for options that contradict one another or are out of range.
void check(const BehaviorOptions& behavior);

struct DiarizerCore {
  DiarizerCore(Model loaded, const PerformanceOptions& performance)
      : model(std::move(loaded)), engine(model, performance) {}

  /// From what the networks found to the turns: fills all of `result` but its name and the stages
  /// before. `wall` runs since the recording was begun.
  void conclude(AnalysedRecording recording, const PresetParameters& preset,
                const BehaviorOptions& behavior, const RunHooks& hooks, const Stopwatch& wall,
                Diarization& result);

  Model model;
  Engine engine;
  std::optional<std::string> model_notice;
};

}  // namespace diarist::pipeline
