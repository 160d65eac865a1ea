#include "clustering/centroid_linkage.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

#include "base/cancellation.hpp"

namespace diarist::clustering {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Rows of distances computed by one matrix product: the block and its result stay in the L2 cache
/// for a few hundred points and the product is long enough to run at full speed.
constexpr Eigen::Index kRowsPerBlock = 128;

/// Squared distances of slots i < j, row after row.
class Triangle {
 public:
  explicit Triangle(Eigen::Index n)
      : n_(n), values_(new double[static_cast<std::size_t>(n * (n - 1) / 2)]) {}

  /// row(i)[j] is the distance of slots i and j, for j > i only.
  double* row(Eigen::Index i) { return values_.get() + (i * (2 * n_ - i - 1) / 2 - i - 1); }

 private:
  Eigen::Index n_;
  std::unique_ptr<double[]> values_;
};

class Agglomeration {
 public:
  Agglomeration(const Eigen::Ref<const RowMatrix>& points, std::span<const double> weights,
                const CancellationToken& cancellation, const kernels::KernelSet& kernels)
      : n_(points.rows()),
        squared_(n_),
        weight_(weights.begin(), weights.end()),
        cluster_(static_cast<std::size_t>(n_)),
        candidate_(static_cast<std::size_t>(n_)),
        bound_(Eigen::VectorXd::Constant(n_, kInfinity)),
        cancellation_(cancellation),
        kernels_(kernels) {
    for (std::size_t i = 0; i < cluster_.size(); ++i) cluster_[i] = static_cast<int>(i);
    measure(points);
    for (Eigen::Index i = 0; i + 1 < n_; ++i) find_candidate(i);
  }

  /// Slots x < y of the nearest two clusters, and their squared distance.
  std::pair<Eigen::Index, Eigen::Index> nearest(double& squared) {
    for (;;) {
      const double least = bound_.minCoeff();
      Eigen::Index x = 0;
      while (bound_[x] != least) ++x;
      const Eigen::Index y = candidate_[static_cast<std::size_t>(x)];
      // A bound is what the distance was or less: it counts only while it is still exact.
      if (squared_.row(x)[y] == least) {
        squared = least;
        return {x, y};
      }
      find_candidate(x);
    }
  }

  /// The cluster in slot x joins the one in slot y; `made` is its number. Returns the merge.
  Merge merge(Eigen::Index x, Eigen::Index y, double squared, int made) {
    const auto sx = static_cast<std::size_t>(x);
    const auto sy = static_cast<std::size_t>(y);
    const Merge done{std::min(cluster_[sx], cluster_[sy]), std::max(cluster_[sx], cluster_[sy]),
                     std::sqrt(squared)};
    const double both = weight_[sx] + weight_[sy];
    const double wx = weight_[sx] / both;
    const double wy = weight_[sy] / both;
    const double shrink = wx * wy * squared;
    // Rounding must not take a distance below zero.
    const auto joined = [&](double dx, double dy) {
      return std::max(0.0, wx * dx + wy * dy - shrink);
    };
    weight_[sx] = 0;
    weight_[sy] = both;
    cluster_[sy] = made;
    bound_[x] = kInfinity;

    for (Eigen::Index j = 0; j < y; ++j) {
      const auto sj = static_cast<std::size_t>(j);
      if (weight_[sj] == 0) continue;
      double* row = squared_.row(j);
      const double to_x = j < x ? row[x] : squared_.row(x)[j];
      row[y] = joined(to_x, row[y]);
      if (j < x) {
        row[x] = kInfinity;
        if (candidate_[sj] == x) candidate_[sj] = y;
      }
      if (row[y] < bound_[j]) {
        bound_[j] = row[y];
        candidate_[sj] = y;
      }
    }
    double* from_x = squared_.row(x);
    double* from_y = squared_.row(y);
    for (Eigen::Index j = y + 1; j < n_; ++j) from_y[j] = joined(from_x[j], from_y[j]);
    find_candidate(y);
    return done;
  }

 private:
  void measure(const Eigen::Ref<const RowMatrix>& points) {
    const Eigen::VectorXd norms = points.rowwise().squaredNorm();
    const kernels::PackedMatrix packed(points.data(), 1, points.outerStride(),
                                       static_cast<int>(points.cols()), static_cast<int>(n_),
                                       kernels_.panel_f64);
    RowMatrix products(kRowsPerBlock, n_);
    for (Eigen::Index start = 0; start < n_; start += kRowsPerBlock) {
      stop_if_cancelled(cancellation_);
      const Eigen::Index rows = std::min(kRowsPerBlock, n_ - start);
      const Eigen::Index first = start / packed.panel() * packed.panel();
      kernels_.multiply({points.row(start).data(), points.outerStride(), 1, static_cast<int>(rows)},
                        packed, static_cast<int>(first), products.data(), n_, false);
      for (Eigen::Index r = 0; r < rows; ++r) {
        const Eigen::Index i = start + r;
        double* row = squared_.row(i);
        const double* product = products.row(r).data() - first;
        for (Eigen::Index j = i + 1; j < n_; ++j) {
          row[j] = std::max(0.0, norms[i] + norms[j] - 2.0 * product[j]);
        }
      }
    }
  }

  void find_candidate(Eigen::Index i) {
    bound_[i] = kInfinity;
    const Eigen::Index count = n_ - i - 1;
    if (count == 0) return;
    const double* begin = squared_.row(i) + i + 1;
    const double least = Eigen::Map<const Eigen::VectorXd>(begin, count).minCoeff();
    bound_[i] = least;
    candidate_[static_cast<std::size_t>(i)] =
        i + 1 + (std::find(begin, begin + count, least) - begin);
  }

  Eigen::Index n_;
  Triangle squared_;                     ///< Infinite towards slots that are gone.
  std::vector<double> weight_;           ///< 0 where the slot is gone.
  std::vector<int> cluster_;             ///< Number of the cluster in each slot.
  std::vector<Eigen::Index> candidate_;  ///< A slot beyond i that was nearest to i.
  Eigen::VectorXd bound_;                ///< Distance of i to slots beyond it: this or more.
  const CancellationToken& cancellation_;
  const kernels::KernelSet& kernels_;
};

}  // namespace

std::vector<Merge> centroid_linkage(const Eigen::Ref<const RowMatrix>& points,
                                    std::span<const double> weights, double stop_above,
                                    const CancellationToken& cancellation,
                                    const kernels::KernelSet& kernels) {
  std::vector<Merge> merges;
  const int n = static_cast<int>(points.rows());
  if (n < 2) return merges;
  merges.reserve(static_cast<std::size_t>(n) - 1);
  Agglomeration clusters(points, weights, cancellation, kernels);
  for (int made = n; made < 2 * n - 1; ++made) {
    stop_if_cancelled(cancellation);
    double squared = 0;
    const auto [x, y] = clusters.nearest(squared);
    if (std::sqrt(squared) > stop_above) break;
    merges.push_back(clusters.merge(x, y, squared, made));
  }
  return merges;
}

std::vector<int> flat_clusters(std::span<const Merge> merges, int points, double threshold) {
  std::vector<int> labels(static_cast<std::size_t>(points), 0);
  if (points < 2) return labels;
  // The highest merge of each subtree: with inversions, a merge may lie below one of its parts.
  std::vector<double> highest(merges.size());
  const auto height = [&](int cluster) {
    return cluster < points ? 0.0 : highest[static_cast<std::size_t>(cluster - points)];
  };
  for (std::size_t k = 0; k < merges.size(); ++k) {
    highest[k] = std::max({merges[k].distance, height(merges[k].left), height(merges[k].right)});
  }

  int next = 0;
  // Down from the root: subtrees left before right, then the single points among the two. `label`
  // is that of the flat cluster that the subtree belongs to, or -1 while above the threshold.
  struct Visit {
    int cluster;
    int label;
  };
  std::vector<Visit> stack{{points + static_cast<int>(merges.size()) - 1, -1}};
  while (!stack.empty()) {
    auto [cluster, label] = stack.back();
    stack.pop_back();
    if (label == -1 && height(cluster) <= threshold) label = next++;
    if (cluster < points) {
      labels[static_cast<std::size_t>(cluster)] = label;
      continue;
    }
    const Merge& merge = merges[static_cast<std::size_t>(cluster - points)];
    // A single point is always the left one of the two (its number is lower), but comes last.
    const bool left_is_point = merge.left < points;
    const bool right_is_point = merge.right < points;
    const bool right_first = left_is_point && !right_is_point;
    stack.push_back({right_first ? merge.left : merge.right, label});
    stack.push_back({right_first ? merge.right : merge.left, label});
  }
  return labels;
}

std::vector<int> merged_groups(std::span<const Merge> merges, int points) {
  std::vector<int> parent(static_cast<std::size_t>(points) + merges.size());
  for (std::size_t i = 0; i < parent.size(); ++i) parent[i] = static_cast<int>(i);
  for (std::size_t k = 0; k < merges.size(); ++k) {
    const int made = points + static_cast<int>(k);
    parent[static_cast<std::size_t>(merges[k].left)] = made;
    parent[static_cast<std::size_t>(merges[k].right)] = made;
  }
  // A parent has a higher number than its parts: one pass from the top settles all roots.
  for (std::size_t i = parent.size(); i-- > 0;) {
    parent[i] = parent[static_cast<std::size_t>(parent[i])];
  }
  std::vector<int> label_of_root(parent.size(), -1);
  std::vector<int> labels(static_cast<std::size_t>(points));
  int next = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    int& label = label_of_root[static_cast<std::size_t>(parent[i])];
    if (label == -1) label = next++;
    labels[i] = label;
  }
  return labels;
}

}  // namespace diarist::clustering
