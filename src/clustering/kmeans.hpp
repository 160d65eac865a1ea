// Exactly `clusters` clusters, for callers who know how many speakers there are.
//
// In: points [n, dimensions] of which at least `clusters` differ. Out: [n] labels, 0 .. clusters -
// 1, each of them used. Deterministic: the generator is our own and seeded the same each time.
// Throws Error{cancelled}.
//
// Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007), the best of a few starts.
// An empty cluster takes the point that is furthest from its own centre.
#pragma once

#include <cstdint>
#include <vector>

#include "diarist/run.hpp"

#include "clustering/matrix.hpp"

namespace diarist::clustering {

struct KmeansOptions {
  int starts = 3;           ///< The reference's n_init.
  std::uint64_t seed = 42;  ///< The reference's random_state (of another generator).
  int max_iterations = 300;
  /// Stop when the centres move less, squared and relative to the points' variance per dimension.
  double tolerance = 1e-4;
};

std::vector<int> kmeans(const RowMatrix& points, int clusters,
                        const CancellationToken& cancellation, const KmeansOptions& options = {});

}  // namespace diarist::clustering
