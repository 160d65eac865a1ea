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

/// Throws Error{invalid_argument} for a score that is no number.
void check(const IdentificationOptions& options);

/// One state of the store. Throws Error{wrong_model} where its embeddings are of another space.
std::vector<KnownVoice> comparable_voices(const SpeakerStore& store, const VoiceSpace& space);

/// Names speakers as name_speakers() has found, `named`.
void give_names(Diarization& diarization, const std::vector<KnownVoice>& known,
                const ScoreTable& table, const std::vector<int>& named);

/// All of it: identify() with voices that were read before.
void name_by(Diarization& diarization, const std::vector<KnownVoice>& known, const Model& model,
             const VoiceSpace& space, double min_score);

}  // namespace diarist::voices
