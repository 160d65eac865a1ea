// Agglomerative clustering with centroid linkage (UPGMC): the two clusters whose centroids are
// nearest (Euclidean) are merged until one is left, or until all are further apart than a limit.
//
// In: points [n, dimensions] and the weight of each (a point may itself be the centroid of `weight`
// others). Out: the merges in order, numbered as SciPy's linkage matrix numbers them: cluster i < n
// is point i, cluster n + k is what merge k made. Deterministic; ties go to the lowest slots.
//
// The generic nearest-neighbour algorithm with lazily updated candidates of Muellner (2011, 2013),
// which centroid linkage needs because a merge can bring clusters nearer (an inversion). Squared
// distances are updated by the formula of Lance and Williams, as in the reference, in one triangle
// of n * (n - 1) / 2 doubles: the caller bounds n.
#pragma once

#include <span>
#include <vector>

#include "diarist/run.hpp"

#include "clustering/matrix.hpp"
#include "kernels/kernel_set.hpp"

namespace diarist::clustering {

/// Two clusters that became one; left < right.
struct Merge {
  int left = 0;
  int right = 0;
  double distance = 0;  ///< Between the centroids, at the time of the merge.
};

/// Merges until one cluster is left, or until the nearest two are further apart than `stop_above`.
/// `weights`: [n], > 0. Throws Error{cancelled}; std::bad_alloc where the triangle does not fit.
std::vector<Merge> centroid_linkage(const Eigen::Ref<const RowMatrix>& points,
                                    std::span<const double> weights, double stop_above,
                                    const CancellationToken& cancellation,
                                    const kernels::KernelSet& kernels = kernels::fastest_kernels());

/// Flat clusters of a whole tree (n - 1 merges): the largest subtrees without a merge above
/// `threshold`. Numbered from 0 in the order in which SciPy's fcluster meets them, going down from
/// the root: left before right, subtrees before single points. Returns [n] labels.
std::vector<int> flat_clusters(std::span<const Merge> merges, int points, double threshold);

/// Connected clusters after some merges, numbered by first appearance among the points: [n] labels.
std::vector<int> merged_groups(std::span<const Merge> merges, int points);

}  // namespace diarist::clustering
