// What a model makes of recordings: embeddings, local activity and turns, to hold two models
// against one another.
#pragma once

#include <span>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/quantization.hpp"
#include "diarist/segmenter.hpp"

namespace diarist::modeltools::quantize {

struct Heard {
  std::vector<float> embeddings;  ///< [stretches, 256], of 5 s each.
  LocalActivity activity;
  Diarization diarization;
};

struct Hearing {
  std::vector<Heard> recordings;  ///< As given.
  double load_s = 0;              ///< Until the networks were ready.
  double run_s = 0;               ///< Diarizing all recordings, once warm.
};

/// Embeddings and activity in `arithmetic`; turns as `performance` says, in the preset `balanced`.
Hearing hear(const Model& model, std::span<const CalibrationRecording> recordings,
             const PerformanceOptions& performance, Precision arithmetic);

/// The embeddings alone, of all recordings: [stretches, 256].
std::vector<float> embeddings_of(const Model& model,
                                 std::span<const CalibrationRecording> recordings,
                                 const PerformanceOptions& performance);
/// The activity alone, of each recording.
std::vector<LocalActivity> activity_of(const Model& model,
                                       std::span<const CalibrationRecording> recordings,
                                       const PerformanceOptions& performance);

struct CosineFigures {
  double mean = 1;
  double least = 1;
};
/// Of rows of 256, pair by pair. 1 where there is none.
CosineFigures cosines(std::span<const float> a, std::span<const float> b);
/// Share of frames whose local speakers are the same.
double agreement(const LocalActivity& a, const LocalActivity& b);

/// Fills the comparison's recordings, `all` and times. Both heard the same recordings.
void compare_hearings(const Hearing& a, const Hearing& b,
                      std::span<const CalibrationRecording> recordings, PackComparison& comparison);

}  // namespace diarist::modeltools::quantize
