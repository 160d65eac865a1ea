// The first guess at speakers: flat clusters of L2-normalised embeddings by centroid linkage.
//
// In: unit vectors [n, dimensions]. Out: [n] labels, numbered as SciPy's linkage(X, 'centroid') and
// fcluster(t, 'distance') number them (from 0). Deterministic; safe from any thread.
//
// Up to `plain_limit` vectors this is the plain algorithm. Beyond, its memory would grow with the
// square of n, so it works in levels: consecutive vectors are merged within chunks below a lower
// threshold (a speaker's neighbours in time sound most alike, as their windows overlap), and the
// weighted centroids of what was merged stand for them on the next level, until the plain algorithm
// can take them.
#pragma once

#include <vector>

#include "diarist/run.hpp"

#include "clustering/matrix.hpp"
#include "kernels/kernel_set.hpp"

namespace diarist::clustering {

struct AhcLimits {
  /// Triangle of distances of the plain algorithm: 8192 * 8191 / 2 doubles are 268 MB.
  int plain_limit = 8192;
  /// Vectors per chunk beyond it: half an hour of one speaker, 4 MB of distances.
  int chunk = 1024;
  /// Threshold of the first level, as a share of the asked one; it rises from level to level. On
  /// real embeddings 0.3 gave the plain algorithm's partition every time, 0.5 nearly every time
  /// (the same speakers after VBx always), 1 seldom; 0.5 leaves a third of the vectors.
  double first_share = 0.5;
};

struct AhcClusters {
  std::vector<int> labels;
  int clusters = 0;
  int levels = 1;        ///< 1 is the plain algorithm.
  double threshold = 0;  ///< The one asked for, or higher where n was beyond all bounds with it.
};

/// `units` is taken over and overwritten. Throws Error{cancelled}.
AhcClusters agglomerate(RowMatrix units, double threshold, const CancellationToken& cancellation,
                        const AhcLimits& limits = {},
                        const kernels::KernelSet& kernels = kernels::fastest_kernels());

}  // namespace diarist::clustering
