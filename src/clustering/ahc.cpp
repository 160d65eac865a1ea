#include "clustering/ahc.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include "clustering/centroid_linkage.hpp"

namespace diarist::clustering {
namespace {

/// By how much the threshold rises from level to level.
constexpr double kRise = 1.25;
/// At the asked threshold: a level that leaves more than this share of its points did not help, and
/// only a higher threshold will.
constexpr double kWorthwhile = 0.6;
/// Where the rise starts should the asked threshold be (nearly) zero.
constexpr double kLeastThreshold = 1e-3;

/// Vectors, or what stands for several of them.
struct Points {
  RowMatrix centroids;          ///< While they are condensed, the first `weights.size()` rows.
  std::vector<double> weights;  ///< Vectors behind each.
  std::vector<int> of_vector;   ///< [n]: the point that stands for each vector.
  int size() const { return static_cast<int>(weights.size()); }
};

/// Merges within consecutive chunks; the centroids of what is left take the points' place.
void condense(Points& points, double threshold, int chunk, const CancellationToken& cancellation,
              const kernels::KernelSet& kernels) {
  std::vector<int> condensed(static_cast<std::size_t>(points.size()));
  std::vector<double> weights;
  for (int start = 0; start < points.size(); start += chunk) {
    const int count = std::min(chunk, points.size() - start);
    const RowMatrix members = points.centroids.middleRows(start, count);
    const auto member_weights =
        std::span(points.weights)
            .subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(count));
    const std::vector<int> groups = merged_groups(
        centroid_linkage(members, member_weights, threshold, cancellation, kernels), count);
    const int first = static_cast<int>(weights.size());
    const int made = 1 + *std::max_element(groups.begin(), groups.end());
    weights.resize(weights.size() + static_cast<std::size_t>(made), 0.0);
    // In place: the row of a group never lies behind the first of its chunk's own rows.
    points.centroids.middleRows(first, made).setZero();
    for (int i = 0; i < count; ++i) {
      const int group = first + groups[static_cast<std::size_t>(i)];
      const double weight = member_weights[static_cast<std::size_t>(i)];
      const int point = start + i;
      condensed[static_cast<std::size_t>(point)] = group;
      weights[static_cast<std::size_t>(group)] += weight;
      points.centroids.row(group) += weight * members.row(i);
    }
    for (int g = first; g < first + made; ++g) {
      points.centroids.row(g) /= weights[static_cast<std::size_t>(g)];
    }
  }
  points.weights = std::move(weights);
  for (int& point : points.of_vector) point = condensed[static_cast<std::size_t>(point)];
}

}  // namespace

AhcClusters agglomerate(RowMatrix units, double threshold, const CancellationToken& cancellation,
                        const AhcLimits& limits, const kernels::KernelSet& kernels) {
  AhcClusters result;
  result.threshold = threshold;
  Points points;
  points.weights.assign(static_cast<std::size_t>(units.rows()), 1.0);
  points.of_vector.resize(points.weights.size());
  for (std::size_t i = 0; i < points.of_vector.size(); ++i) {
    points.of_vector[i] = static_cast<int>(i);
  }
  points.centroids = std::move(units);

  double level_threshold = limits.first_share * threshold;
  while (points.size() > limits.plain_limit) {
    const int before = points.size();
    condense(points, level_threshold, limits.chunk, cancellation, kernels);
    ++result.levels;
    result.threshold = std::max(result.threshold, level_threshold);
    if (level_threshold < threshold) {
      level_threshold = std::min(level_threshold * kRise, threshold);
    } else if (points.size() > kWorthwhile * before) {
      level_threshold = std::max(level_threshold * kRise, kLeastThreshold);
    }
    // What is left makes room for its own distances.
    points.centroids.conservativeResize(points.size(), Eigen::NoChange);
  }

  const std::vector<Merge> merges =
      centroid_linkage(points.centroids, points.weights, std::numeric_limits<double>::infinity(),
                       cancellation, kernels);
  const std::vector<int> flat = flat_clusters(merges, points.size(), result.threshold);
  result.labels.resize(points.of_vector.size());
  for (std::size_t i = 0; i < result.labels.size(); ++i) {
    result.labels[i] = flat[static_cast<std::size_t>(points.of_vector[i])];
    result.clusters = std::max(result.clusters, result.labels[i] + 1);
  }
  return result;
}

}  // namespace diarist::clustering
