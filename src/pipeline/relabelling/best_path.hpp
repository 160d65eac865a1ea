// The best way through a run of seconds, when going from one speaker to another costs something.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace diarist::pipeline {

/// Viterbi's algorithm. `emission`: [steps, speakers], steps >= 1: how well each step suits each
/// speaker. Returns [steps], the speakers with the greatest sum, less `switch_cost` for each
/// change; where several do, who stays, then the lowest. Pure.
std::vector<std::size_t> best_path(std::span<const double> emission, std::size_t speakers,
                                   double switch_cost);

}  // namespace diarist::pipeline
