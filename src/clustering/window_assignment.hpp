// Local speakers of each window to clusters: at most one local speaker per cluster and window.
//
// In: embeddings [windows, speakers, dimensions], which local speakers are active, centroids
// [clusters, dimensions]. Out: for each local speaker its cluster and how sure that is. Within a
// window the sum of cosines is maximised; inactive local speakers take no part, and where more are
// active than there are clusters the worst fits stay out. Follows pyannote.audio 4's constrained
// assignment.
#pragma once

#include <span>
#include <vector>

#include "diarist/clustering.hpp"
#include "diarist/run.hpp"

#include "clustering/matrix.hpp"

namespace diarist::clustering {

struct WindowLabels {
  std::vector<int> labels;       ///< [windows * speakers]: cluster or kUnassigned.
  std::vector<float> certainty;  ///< [windows * speakers]: 0 to 1; 0 where unassigned.
};

/// `active`: [windows * speakers]. Throws Error{cancelled}.
WindowLabels assign_windows(std::span<const float> embeddings, const std::vector<bool>& active,
                            int speakers_per_window, const RowMatrix& centroids,
                            const CancellationToken& cancellation);

/// The same with the centroids, as the whole of a clustering: with one cluster, all are certain.
Clustering clustering_of(std::span<const float> embeddings, const std::vector<bool>& active,
                         int speakers_per_window, const RowMatrix& centroids,
                         const CancellationToken& cancellation);

}  // namespace diarist::clustering
