// How likely a turn is to be right: that its speaker speaks where it says so.
#pragma once

#include <span>
#include <vector>

#include "diarist/segmenter.hpp"

#include "pipeline/reconstruction.hpp"

namespace diarist::pipeline {

/// From what the pipeline thinks of a turn to the share of its frames that are right: a logistic of
/// the log-odds, fitted on the tuning meetings and held against others: docs/accuracy.md.
struct ConfidenceParameters {
  double offset = 0.6;
  double slope = 1;
};

inline constexpr ConfidenceParameters kConfidence{};

/// What a turn's confidence is made of.
struct ConfidenceEvidence {
  const LocalActivity& activity;
  /// [windows, speakers]: cluster of each local speaker and how sure that is, 0 to 1.
  std::span<const int> labels;
  std::span<const float> certainty;
  /// Who speaks in each frame, as the turns were made of it.
  const FrameSpeakers& frames;
  /// [frames]: how sure relabelling is of a frame's speaker, below 0 where it said nothing; may be
  /// empty.
  std::span<const float> relabelled;
  double step_s;
};

/// [turns], 0 to 1: the mean over a turn's frames of P(so many speak, averaged over the windows
/// that see the frame) * certainty of the label, calibrated. Pure. Throws Error{invalid_argument}
/// where sizes disagree or a turn lies outside the recording.
std::vector<float> turn_confidence(std::span<const FrameTurn> turns,
                                   const ConfidenceEvidence& evidence);

}  // namespace diarist::pipeline
