#include "clustering/window_assignment.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "diarist/segmenter.hpp"

#include "base/cancellation.hpp"
#include "clustering/assignment.hpp"
#include "clustering/plda.hpp"

namespace diarist::clustering {
namespace {

/// Gap in cosine at which the odds for the chosen cluster are e to 1. Embeddings of one speaker lie
/// 0.5 or so nearer to their own centroid than to another's (odds 150 to 1); 0.1 is the spread of
/// the cosine among the windows of one speaker.
constexpr double kCosineTemperature = 0.1;

/// Logistic of the gap between the chosen cluster and the best other one.
double certainty_of(std::span<const double> cosines, int chosen) {
  double other = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < cosines.size(); ++k) {
    if (static_cast<int>(k) != chosen) other = std::max(other, cosines[k]);
  }
  const double gap = cosines[static_cast<std::size_t>(chosen)] - other;
  return 1.0 / (1.0 + std::exp(-gap / kCosineTemperature));
}

}  // namespace

WindowLabels assign_windows(std::span<const float> embeddings, const std::vector<bool>& active,
                            int speakers_per_window, const RowMatrix& centroids,
                            const CancellationToken& cancellation) {
  const auto per_window = static_cast<std::size_t>(speakers_per_window);
  const auto clusters = static_cast<std::size_t>(centroids.rows());
  const Eigen::Index dimensions = centroids.cols();
  RowMatrix directions = centroids;
  normalise_rows(directions);

  WindowLabels result;
  result.labels.assign(active.size(), kUnassigned);
  result.certainty.assign(active.size(), 0.0F);
  std::vector<double> cosines;
  std::vector<std::size_t> speakers;
  for (std::size_t window = 0; window < active.size(); window += per_window) {
    stop_if_cancelled(cancellation);
    cosines.clear();
    speakers.clear();
    for (std::size_t i = window; i < window + per_window; ++i) {
      if (!active[i]) continue;
      Eigen::VectorXd embedding =
          Eigen::Map<const Eigen::VectorXf>(
              embeddings.data() + static_cast<std::ptrdiff_t>(i) * dimensions, dimensions)
              .cast<double>();
      const double length = embedding.norm();
      if (length > 0) embedding /= length;
      const Eigen::VectorXd row = directions * embedding;
      cosines.insert(cosines.end(), row.begin(), row.end());
      speakers.push_back(i);
    }
    const std::vector<int> columns =
        assign_max(cosines, static_cast<int>(speakers.size()), static_cast<int>(clusters));
    for (std::size_t r = 0; r < speakers.size(); ++r) {
      if (columns[r] < 0) continue;
      result.labels[speakers[r]] = columns[r];
      result.certainty[speakers[r]] = static_cast<float>(
          certainty_of(std::span(cosines).subspan(r * clusters, clusters), columns[r]));
    }
  }
  return result;
}

Clustering clustering_of(std::span<const float> embeddings, const std::vector<bool>& active,
                         int speakers_per_window, const RowMatrix& centroids,
                         const CancellationToken& cancellation) {
  WindowLabels assigned =
      assign_windows(embeddings, active, speakers_per_window, centroids, cancellation);
  Clustering result;
  result.clusters = static_cast<int>(centroids.rows());
  result.labels = std::move(assigned.labels);
  result.certainty = std::move(assigned.certainty);
  if (result.clusters == 1) {
    for (std::size_t i = 0; i < result.labels.size(); ++i) {
      if (result.labels[i] >= 0) result.certainty[i] = 1.0F;
    }
  }
  result.centroids.resize(static_cast<std::size_t>(centroids.size()));
  Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      result.centroids.data(), centroids.rows(), centroids.cols()) = centroids.cast<float>();
  return result;
}

}  // namespace diarist::clustering
