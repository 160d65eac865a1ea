// What a model makes of recordings: embeddings, local activity and turns, to hold two models
// against one another.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/quantization.hpp"
#include "diarist/segmenter.hpp"

namespace diarist::modeltools::quantize {

/// Of stretches of 5 s.
struct Embeddings {
  std::size_t dimensions = 1;  ///< Of each.
  std::vector<float> rows;     ///< [stretches, dimensions]

  std::size_t count() const { return rows.size() / dimensions; }
};

struct Heard {
  Embeddings embeddings;
  LocalActivity activity;
  Diarization diarization;
};

struct Hearing {
  std::vector<Heard> recordings;  ///< As given.
  double load_s = 0;              ///< Until the networks were ready.
  double run_s = 0;               ///< Diarizing all recordings, once warm.
};

/// Embeddings and activity in `arithmetic`; turns as `performance` says, in the preset `balanced`.
/// This and the two below throw Error{cancelled} soon after `cancellation` is set.
Hearing hear(const Model& model, std::span<const CalibrationRecording> recordings,
             const PerformanceOptions& performance, Precision arithmetic,
             const CancellationToken& cancellation);

/// The embeddings alone, of all recordings.
Embeddings embeddings_of(const Model& model, std::span<const CalibrationRecording> recordings,
                         const PerformanceOptions& performance,
                         const CancellationToken& cancellation);
/// The activity alone, of each recording.
std::vector<LocalActivity> activity_of(const Model& model,
                                       std::span<const CalibrationRecording> recordings,
                                       const PerformanceOptions& performance,
                                       const CancellationToken& cancellation);

struct CosineFigures {
  double mean = 1;
  double least = 1;
};
/// Row by row. 1 where there is none; 0 where the two have other dimensions, and nothing to do with
/// one another.
CosineFigures cosines(const Embeddings& a, const Embeddings& b);
/// Share of frames whose local speakers are the same; where windows have not the same number of
/// them, of frames in which as many are active.
double agreement(const LocalActivity& a, const LocalActivity& b);

/// Fills the comparison's recordings, `all` and times. Both heard the same recordings.
void compare_hearings(const Hearing& a, const Hearing& b,
                      std::span<const CalibrationRecording> recordings, PackComparison& comparison);

}  // namespace diarist::modeltools::quantize
