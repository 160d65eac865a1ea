// What is scored of a recording, and what is wrong in a piece of it: the steps that a score and its
// explanation share. Pure functions, safe from any thread.
#pragma once

#include <vector>

#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "scoring/convention.hpp"
#include "scoring/sweep.hpp"
#include "scoring/timeline.hpp"

namespace diarist::scoring {

struct Sides {
  std::vector<Segment> reference;
  std::vector<Segment> hypothesis;
  std::vector<Segment> evaluated;  ///< Of the UEM; empty where there is none.
};

/// Throws Error{invalid_argument} for a negative or non-finite collar, or times that are not
/// finite.
void check(const Sides& sides, const ScoringOptions& options);

/// The stretches of the UEM, or the extent of the sides that the convention looks at.
Timeline evaluated_time(const Sides& sides, bool has_uem, const Convention& convention);

/// Without collars and overlap, where the options say so.
Timeline without_removed(Timeline evaluated, const std::vector<Segment>& reference,
                         const Convention& convention, const ScoringOptions& options);

/// How often an active speaker counts: once, or once for each of his turns.
inline int weight_of(const Active& active, bool count_turns) {
  return count_turns ? active.turns : 1;
}

/// Speakers at a time, and how many of them are in error.
struct PieceErrors {
  int reference = 0;
  int hypothesis = 0;
  int correct = 0;
  int miss = 0;
  int false_alarm = 0;
  int confusion = 0;
};

/// `map`: for each reference speaker a hypothesis speaker, or -1.
PieceErrors errors_of(const Piece& piece, const std::vector<int>& map, bool count_turns);

}  // namespace diarist::scoring
