// What voices sound like, for the caller who asked: the embeddings that a run made, with who was
// found to speak there.
#pragma once

#include <span>
#include <vector>

#include "diarist/diarization.hpp"

#include "pipeline/analysis_stream.hpp"
#include "pipeline/reconstruction.hpp"

namespace diarist::pipeline {

/// What is known of a stream once its frames are decided.
struct DecidedStream {
  const Analysis& analysis;
  const FrameSpeakers& frames;      ///< Who is active, by cluster.
  std::span<const int> labels;      ///< [windows, speakers]: clusters of local speakers.
  std::span<const int> speaker_of;  ///< By cluster; below 0, or none, for nobody's.
  double step_s;                    ///< Between windows.
  double duration_s;                ///< Of the recording.
};

/// Subsegments where the analysis has them, by who speaks at their middle; local speakers of
/// windows otherwise. At most `most`, evenly spaced, in time. Pure.
std::vector<Voice> kept_voices(const DecidedStream& stream, int most);

/// Leaves `most` of them, evenly spaced. In place, in order.
void thin_out(std::vector<Voice>& voices, int most);

}  // namespace diarist::pipeline
