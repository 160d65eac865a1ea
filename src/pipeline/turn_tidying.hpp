// Turns as people would write them down: without gaps too short to hear and flickers too short to
// be words.
#pragma once

#include <vector>

#include "pipeline/reconstruction.hpp"

namespace diarist::pipeline {

struct TidyingParameters {
  /// Pauses of a speaker up to this long are part of the turn.
  double merge_gap_s = 0;
  /// Turns shorter than this, once pauses are closed, are left out.
  double min_turn_s = 0;
};

/// Gaps first, so that what only looks like flickers survives. Keeps the order by (start, end,
/// cluster). Pure.
std::vector<FrameTurn> tidy(std::vector<FrameTurn> turns, const TidyingParameters& parameters);

}  // namespace diarist::pipeline
