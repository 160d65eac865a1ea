// How long speakers speak, alone and together: what maps and Jaccard errors are made from.
//
// Ryant et al. 2019, "The Second DIHARD Diarization Challenge", for the Jaccard error rate.
#pragma once

#include <cstddef>
#include <vector>

#include "scoring/sweep.hpp"

namespace diarist::scoring {

/// Seconds, summed over pieces. [reference speakers], [hypothesis speakers] and, row-major,
/// [reference speakers, hypothesis speakers].
class Contingency {
 public:
  Contingency(int reference_speakers, int hypothesis_speakers);
  void add(const Piece& piece);

  /// The one-to-one map with the most time in common: for each reference speaker a hypothesis
  /// speaker, or -1. Pairs that never speak at once stay apart. `count_turns` weighs time in which
  /// a speaker overlaps with himself by his turns.
  std::vector<int> most_common_time(bool count_turns) const;

  /// The one-to-one map with the least sum of Jaccard errors.
  std::vector<int> least_jaccard_error() const;

  /// Sum over the reference speakers who speak at all of 1 - |both| / |either|; 1 for one without
  /// a partner.
  double jaccard_error_sum(const std::vector<int>& map) const;

  int reference_speakers() const;  ///< Those who speak at all.
  int hypothesis_speakers() const;

 private:
  std::size_t cell(int reference, int hypothesis) const;
  double jaccard_index(int reference, int hypothesis) const;
  std::vector<int> best_map(const std::vector<double>& gain) const;

  int rows_;
  int cols_;
  std::vector<double> reference_s_;
  std::vector<double> hypothesis_s_;
  std::vector<double> both_s_;
  std::vector<double> both_turns_s_;  ///< As both_s_, weighed by both sides' turns.
};

}  // namespace diarist::scoring
