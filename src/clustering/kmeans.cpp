#include "clustering/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/cancellation.hpp"

namespace diarist::clustering {
namespace {

/// Rows whose products with the centres stay in the cache.
constexpr Eigen::Index kRowsPerBlock = 512;

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers with every standard library.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  /// In [0, 1).
  double uniform() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }

 private:
  std::uint64_t state_;
};

struct Solution {
  std::vector<int> labels;
  double inertia = std::numeric_limits<double>::infinity();
};

/// Index of the point where the running sum of `weights` passes `share` of their total.
Eigen::Index draw(const Eigen::VectorXd& weights, double share) {
  const double aim = share * weights.sum();
  double sum = 0;
  Eigen::Index last = 0;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    sum += weights[i];
    last = i;
    if (sum > aim) break;
  }
  return last;
}

Eigen::VectorXd squared_distances(const RowMatrix& points, const Eigen::RowVectorXd& centre) {
  return (points.rowwise() - centre).rowwise().squaredNorm();
}

/// k-means++: each seed is drawn by its squared distance to those before; of a few draws, the one
/// that leaves the least (as scikit-learn does).
RowMatrix seeds(const RowMatrix& points, int clusters, Generator& generator) {
  const int draws = 2 + static_cast<int>(std::log(clusters));
  RowMatrix centres(clusters, points.cols());
  const auto first =
      static_cast<Eigen::Index>(generator.uniform() * static_cast<double>(points.rows()));
  centres.row(0) = points.row(first);
  Eigen::VectorXd nearest = squared_distances(points, centres.row(0));
  for (int k = 1; k < clusters; ++k) {
    Eigen::VectorXd best;
    double least = std::numeric_limits<double>::infinity();
    for (int d = 0; d < draws; ++d) {
      const Eigen::Index chosen = draw(nearest, generator.uniform());
      Eigen::VectorXd left = nearest.cwiseMin(squared_distances(points, points.row(chosen)));
      const double sum = left.sum();
      if (sum < least) {
        least = sum;
        best = std::move(left);
        centres.row(k) = points.row(chosen);
      }
    }
    nearest = std::move(best);
  }
  return centres;
}

class Lloyd {
 public:
  Lloyd(const RowMatrix& points, RowMatrix centres, const CancellationToken& cancellation)
      : points_(points),
        centres_(std::move(centres)),
        labels_(static_cast<std::size_t>(points.rows()), -1),
        distance_(points.rows()),
        cancellation_(cancellation) {}

  Solution run(int max_iterations, double least_move) {
    for (int i = 0; i < max_iterations; ++i) {
      if (!assign()) break;
      if (move_centres() <= least_move) {
        assign();
        break;
      }
    }
    return {labels_, distance_.sum()};
  }

 private:
  /// Each point to its nearest centre, no centre left without; whether any label changed.
  bool assign() {
    std::vector<int> count(static_cast<std::size_t>(centres_.rows()), 0);
    bool changed = false;
    const Eigen::RowVectorXd half_norms = 0.5 * centres_.rowwise().squaredNorm().transpose();
    for (Eigen::Index start = 0; start < points_.rows(); start += kRowsPerBlock) {
      stop_if_cancelled(cancellation_);
      const auto block = points_.middleRows(start, std::min(kRowsPerBlock, points_.rows() - start));
      RowMatrix affinity = block * centres_.transpose();
      affinity.rowwise() -= half_norms;
      for (Eigen::Index r = 0; r < block.rows(); ++r) {
        Eigen::Index best = 0;
        affinity.row(r).maxCoeff(&best);
        distance_[start + r] = (block.row(r) - centres_.row(best)).squaredNorm();
        int& label = labels_[static_cast<std::size_t>(start + r)];
        changed |= label != static_cast<int>(best);
        label = static_cast<int>(best);
        ++count[static_cast<std::size_t>(best)];
      }
    }
    for (std::size_t k = 0; k < count.size(); ++k) {
      if (count[k] == 0) changed |= take_furthest(static_cast<int>(k), count);
    }
    return changed;
  }

  bool take_furthest(int cluster, std::vector<int>& count) {
    Eigen::Index furthest = -1;
    for (Eigen::Index i = 0; i < points_.rows(); ++i) {
      if (count[static_cast<std::size_t>(labels_[static_cast<std::size_t>(i)])] < 2) continue;
      if (furthest == -1 || distance_[i] > distance_[furthest]) furthest = i;
    }
    if (furthest == -1) return false;
    int& label = labels_[static_cast<std::size_t>(furthest)];
    --count[static_cast<std::size_t>(label)];
    ++count[static_cast<std::size_t>(cluster)];
    label = cluster;
    distance_[furthest] = 0;
    centres_.row(cluster) = points_.row(furthest);
    return true;
  }

  /// Centres to the means of their points; the sum of squared moves.
  double move_centres() {
    RowMatrix means = RowMatrix::Zero(centres_.rows(), centres_.cols());
    Eigen::VectorXd count = Eigen::VectorXd::Zero(centres_.rows());
    for (Eigen::Index i = 0; i < points_.rows(); ++i) {
      const int label = labels_[static_cast<std::size_t>(i)];
      means.row(label) += points_.row(i);
      count[label] += 1;
    }
    means.array().colwise() /= count.array();
    const double moved = (means - centres_).squaredNorm();
    centres_ = std::move(means);
    return moved;
  }

  const RowMatrix& points_;
  RowMatrix centres_;
  std::vector<int> labels_;
  Eigen::VectorXd distance_;  ///< Squared, to the point's own centre.
  const CancellationToken& cancellation_;
};

}  // namespace

std::vector<int> kmeans(const RowMatrix& points, int clusters,
                        const CancellationToken& cancellation, const KmeansOptions& options) {
  const Eigen::RowVectorXd mean = points.colwise().mean();
  const double variance =
      squared_distances(points, mean).sum() / static_cast<double>(points.size());
  Generator generator(options.seed);
  Solution best;
  for (int start = 0; start < options.starts; ++start) {
    Lloyd lloyd(points, seeds(points, clusters, generator), cancellation);
    Solution solution = lloyd.run(options.max_iterations, options.tolerance * variance);
    if (solution.inertia < best.inertia) best = std::move(solution);
  }
  return best.labels;
}

}  // namespace diarist::clustering
