// Every constant of the relabelling, in one table.
#pragma once

namespace diarist::pipeline {

/// Found on simulated meetings (twelve of 6 to 8 minutes, two to nine people), and held against
/// others that nothing was chosen on: docs/accuracy.md.
struct RelabellingParameters {
  // Subsegments, in trunk frames of 0.08 s. A hop of 0.16 s and a length of 0.8 s do the same; a
  // hop of 0.48 s is 0.2 points of DER worse.
  int length_frames = 12;
  int hop_frames = 3;
  int least_frames = 2;  ///< With one frame there is no deviation to pool.

  // Centroids.
  int reliable_frames = 10;  ///< Subsegments of 0.8 s say what a voice is like;
  int least_reliable = 3;    ///< all of them do, where a speaker has fewer such.

  /// Centroids are taken again from what the pass before has decided. A second pass takes another
  /// 0.15 points of DER away; a third one changes nothing.
  int passes = 2;

  // The path through a run.
  double full_weight_s = 2;  ///< A cosine counts in proportion to its subsegment's length.
  double switch_cost = 0.1;  ///< Of going from one speaker to another within a run.
  /// Lead in cosine over the next best speaker at which the odds of a label are e to 1.
  double certainty_cosine = 0.1;
  double staying_bonus = 0.05;  ///< For the label that there was; none at all does as well.
};

inline constexpr RelabellingParameters kRelabelling{};

}  // namespace diarist::pipeline
