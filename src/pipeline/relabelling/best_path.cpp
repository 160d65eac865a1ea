#include "pipeline/relabelling/best_path.hpp"

#include <algorithm>

namespace diarist::pipeline {

std::vector<std::size_t> best_path(std::span<const double> emission, std::size_t speakers,
                                   double switch_cost) {
  const std::size_t steps = emission.size() / speakers;
  std::vector<double> score(emission.begin(),
                            emission.begin() + static_cast<std::ptrdiff_t>(speakers));
  std::vector<std::size_t> from(steps * speakers, 0);
  const auto highest = [&score] {
    return static_cast<std::size_t>(std::ranges::max_element(score) - score.begin());
  };
  for (std::size_t i = 1; i < steps; ++i) {
    const std::size_t best = highest();
    const double switched = score[best] - switch_cost;
    for (std::size_t k = 0; k < speakers; ++k) {
      const bool stays = score[k] >= switched;
      from[i * speakers + k] = stays ? k : best;
      score[k] = (stays ? score[k] : switched) + emission[i * speakers + k];
    }
  }
  std::vector<std::size_t> path(steps);
  std::size_t at = highest();
  for (std::size_t i = steps; i-- > 0;) {
    path[i] = at;
    at = from[i * speakers + at];
  }
  return path;
}

}  // namespace diarist::pipeline
