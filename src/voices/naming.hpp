// Which speaker of a recording is which known voice.
#pragma once

#include <optional>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/identification.hpp"
#include "diarist/model.hpp"
#include "diarist/speaker_store.hpp"

namespace diarist::voices {

/// Scores of speakers and voices: row-major [speakers, voices]; a speaker without a centroid has
/// none.
struct ScoreTable {
  std::vector<std::optional<std::vector<double>>> of_speaker;
};

/// Throws Error{invalid_argument} for a centroid that is none of the model.
ScoreTable score_table(const Diarization& diarization, const std::vector<KnownVoice>& voices,
                       const Model& model, const VoiceSpace& space);

/// For each speaker the voice that it is, or -1: one-to-one, with the greatest sum of what the
/// scores are above `min_score`.
std::vector<int> name_speakers(const ScoreTable& table, std::size_t voices, double min_score);

}  // namespace diarist::voices
