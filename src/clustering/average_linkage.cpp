#include "clustering/average_linkage.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

#include "base/cancellation.hpp"

namespace diarist::clustering {
namespace {

/// Merges of slots, each named by a point that it holds, in any order, to the numbering of a tree.
std::vector<Merge> as_tree(std::vector<Merge> merges, int points) {
  std::ranges::stable_sort(merges, {}, &Merge::distance);
  std::vector<int> parent(static_cast<std::size_t>(points));
  std::iota(parent.begin(), parent.end(), 0);
  std::vector<int> cluster = parent;  // What the root of each point stands for.
  const auto root = [&](int point) {
    while (parent[static_cast<std::size_t>(point)] != point) {
      auto& up = parent[static_cast<std::size_t>(point)];
      up = parent[static_cast<std::size_t>(up)];
      point = up;
    }
    return point;
  };
  for (std::size_t k = 0; k < merges.size(); ++k) {
    const int left = root(merges[k].left);
    const int right = root(merges[k].right);
    const auto [low, high] = std::minmax(cluster[static_cast<std::size_t>(left)],
                                         cluster[static_cast<std::size_t>(right)]);
    merges[k] = {low, high, merges[k].distance};
    parent[static_cast<std::size_t>(right)] = left;
    cluster[static_cast<std::size_t>(left)] = points + static_cast<int>(k);
  }
  return merges;
}

}  // namespace

std::vector<Merge> average_linkage(const Eigen::Ref<const RowMatrix>& units,
                                   const CancellationToken& cancellation) {
  const Eigen::Index points = units.rows();
  RowMatrix distance = RowMatrix::Ones(points, points) - units * units.transpose();
  std::vector<double> size(static_cast<std::size_t>(points), 1.0);
  std::vector<bool> alive(static_cast<std::size_t>(points), true);
  std::vector<Merge> merges;
  merges.reserve(static_cast<std::size_t>(std::max<Eigen::Index>(points, 1) - 1));
  std::vector<Eigen::Index> chain;
  Eigen::Index start = 0;
  while (static_cast<Eigen::Index>(merges.size()) + 1 < points) {
    stop_if_cancelled(cancellation);
    if (chain.empty()) {
      while (!alive[static_cast<std::size_t>(start)]) ++start;
      chain.push_back(start);
    }
    // Each link is the nearest neighbour of the one before; two that are each other's are merged.
    const Eigen::Index top = chain.back();
    Eigen::Index nearest = chain.size() > 1 ? chain[chain.size() - 2] : -1;
    double least = nearest >= 0 ? distance(top, nearest) : std::numeric_limits<double>::infinity();
    for (Eigen::Index i = 0; i < points; ++i) {
      if (!alive[static_cast<std::size_t>(i)] || i == top) continue;
      if (distance(top, i) < least) {
        least = distance(top, i);
        nearest = i;
      }
    }
    if (chain.size() < 2 || nearest != chain[chain.size() - 2]) {
      chain.push_back(nearest);
      continue;
    }
    chain.resize(chain.size() - 2);
    const Eigen::Index left = std::min(top, nearest);
    const Eigen::Index right = std::max(top, nearest);
    const double of_left = size[static_cast<std::size_t>(left)];
    const double of_right = size[static_cast<std::size_t>(right)];
    merges.push_back({static_cast<int>(left), static_cast<int>(right), least});
    distance.row(left) =
        (of_left * distance.row(left) + of_right * distance.row(right)) / (of_left + of_right);
    distance.col(left) = distance.row(left).transpose();
    size[static_cast<std::size_t>(left)] += of_right;
    alive[static_cast<std::size_t>(right)] = false;
  }
  return as_tree(std::move(merges), static_cast<int>(points));
}

}  // namespace diarist::clustering
