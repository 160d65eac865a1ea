// What the caller wants to know of the number of speakers, against what there is.
#pragma once

#include <optional>
#include <string>

#include "diarist/clustering.hpp"

namespace diarist::clustering {

/// The number of clusters nearest to `found` that min_speakers and max_speakers allow.
int within_bounds(int found, const ClusteringOptions& options);

/// What to tell a caller who asked for more speakers than have any of `clustering`'s labels.
std::optional<std::string> shortfall(const ClusteringOptions& options,
                                     const Clustering& clustering);

}  // namespace diarist::clustering
