#include "clustering/speaker_bounds.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace diarist::clustering {

int within_bounds(int found, const ClusteringOptions& options) {
  if (options.min_speakers) found = std::max(found, *options.min_speakers);
  if (options.max_speakers) found = std::min(found, *options.max_speakers);
  return found;
}

std::optional<std::string> shortfall(const ClusteringOptions& options,
                                     const Clustering& clustering) {
  if (!options.min_speakers) return std::nullopt;
  std::vector<bool> heard(static_cast<std::size_t>(clustering.clusters), false);
  for (const int label : clustering.labels) {
    if (label >= 0) heard[static_cast<std::size_t>(label)] = true;
  }
  const auto found = static_cast<int>(std::count(heard.begin(), heard.end(), true));
  if (found >= *options.min_speakers) return std::nullopt;
  return "The recording does not give the " + std::to_string(*options.min_speakers) +
         " speakers asked for: voices that can be told apart: " + std::to_string(found) + ".";
}

}  // namespace diarist::clustering
