// Agglomerative clustering with average linkage (UPGMA) by cosine: the two clusters whose members
// are most alike on average are merged until one is left.
//
// In: unit vectors [n, dimensions]. Out: all n - 1 merges, lowest distance (1 - mean cosine) first,
// numbered as centroid_linkage.hpp says. Deterministic. Memory is one matrix of n x n doubles: the
// caller bounds n. The nearest-neighbour chain of Murtagh (1983), which average linkage permits as
// no merge brings clusters nearer to one another.
#pragma once

#include <vector>

#include "diarist/run.hpp"

#include "clustering/centroid_linkage.hpp"
#include "clustering/matrix.hpp"

namespace diarist::clustering {

/// Throws Error{cancelled}.
std::vector<Merge> average_linkage(const Eigen::Ref<const RowMatrix>& units,
                                   const CancellationToken& cancellation);

}  // namespace diarist::clustering
