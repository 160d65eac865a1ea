// From one analysed stream to its turns and speakers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

#include "pipeline/analysis_stream.hpp"
#include "pipeline/preset.hpp"

namespace diarist::pipeline {

/// One stream's share of the result. Turns count speakers by their place in `speakers`, which are
/// clusters that have turns, in no particular order and without names yet.
struct StreamResult {
  std::vector<Turn> turns;
  std::vector<Speaker> speakers;
  std::vector<std::string> notices;
  std::vector<StageTime> stages;
  std::vector<Voice> voices;  ///< At most BehaviorOptions::most_voices.
};

/// Clusters the embeddings, rebuilds the turns. `channel` goes into turns and speakers. Throws
/// Error{invalid_argument, cancelled}.
StreamResult find_turns(const Model& model, const PresetParameters& preset,
                        const BehaviorOptions& behavior, Analysis analysis, double duration_s,
                        int channel, const CancellationToken& cancellation,
                        std::optional<InstructionSet> isa = std::nullopt);

/// Joins streams: sorts the turns, numbers the speakers by first appearance, adds up their time and
/// fills turns, speakers, notices and voices of `diarization`.
void merge_streams(std::vector<StreamResult> streams, Diarization& diarization);

}  // namespace diarist::pipeline
