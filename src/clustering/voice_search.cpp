#include "clustering/voice_search.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "clustering/average_linkage.hpp"
#include "clustering/plda.hpp"

namespace diarist::clustering {
namespace {

/// Speakers as sums over their members.
struct Groups {
  std::vector<int> labels;   ///< [n]
  std::vector<int> members;  ///< [speakers]
  RowMatrix centroids;       ///< [speakers, dimensions], unit vectors.
};

/// Centroids of a partition; a group without members keeps what `before` says, where that is given.
Groups group(const RowMatrix& units, std::span<const double> weights, std::vector<int> labels,
             int count, const RowMatrix* before = nullptr) {
  Groups groups{std::move(labels), std::vector<int>(static_cast<std::size_t>(count), 0),
                RowMatrix::Zero(count, units.cols())};
  for (Eigen::Index i = 0; i < units.rows(); ++i) {
    const int label = groups.labels[static_cast<std::size_t>(i)];
    groups.centroids.row(label) += weights[static_cast<std::size_t>(i)] * units.row(i);
    ++groups.members[static_cast<std::size_t>(label)];
  }
  for (Eigen::Index k = 0; before != nullptr && k < count; ++k) {
    if (groups.members[static_cast<std::size_t>(k)] == 0) groups.centroids.row(k) = before->row(k);
  }
  normalise_rows(groups.centroids);
  return groups;
}

std::vector<int> nearest(const RowMatrix& units, const RowMatrix& centroids) {
  const RowMatrix cosines = units * centroids.transpose();
  std::vector<int> labels(static_cast<std::size_t>(units.rows()));
  for (Eigen::Index i = 0; i < units.rows(); ++i) {
    Eigen::Index best = 0;
    cosines.row(i).maxCoeff(&best);
    labels[static_cast<std::size_t>(i)] = static_cast<int>(best);
  }
  return labels;
}

/// Every member to the nearest centroid, and the centroids anew.
Groups regroup(const RowMatrix& units, std::span<const double> weights,
               const RowMatrix& centroids) {
  return group(units, weights, nearest(units, centroids), static_cast<int>(centroids.rows()),
               &centroids);
}

struct Pair {
  Eigen::Index first = 0;
  Eigen::Index second = 0;
  double cost = std::numeric_limits<double>::infinity();
};

/// The two speakers for whom cost(cosine, members of one, of the other) is least.
template <typename Cost>
Pair cheapest(const RowMatrix& centroids, const std::vector<int>& members, Cost cost) {
  Pair best;
  for (Eigen::Index i = 0; i < centroids.rows(); ++i) {
    for (Eigen::Index j = i + 1; j < centroids.rows(); ++j) {
      const double here = cost(centroids.row(i).dot(centroids.row(j)),
                               std::max(1, members[static_cast<std::size_t>(i)]),
                               std::max(1, members[static_cast<std::size_t>(j)]));
      if (here < best.cost) best = {i, j, here};
    }
  }
  return best;
}

/// Merges two speakers into the first of them.
void merge(const Pair& pair, RowMatrix& centroids, std::vector<int>& members) {
  auto& of_first = members[static_cast<std::size_t>(pair.first)];
  const int of_second = members[static_cast<std::size_t>(pair.second)];
  centroids.row(pair.first) = std::max(1, of_first) * centroids.row(pair.first) +
                              std::max(1, of_second) * centroids.row(pair.second);
  centroids.row(pair.first).normalize();
  of_first += of_second;
  members.erase(members.begin() + pair.second);
  const Eigen::Index after = centroids.rows() - pair.second - 1;
  centroids.middleRows(pair.second, after) = centroids.bottomRows(after).eval();
  centroids.conservativeResize(centroids.rows() - 1, Eigen::NoChange);
}

/// Those with enough members, the largest first; the largest alone where none has.
Groups without_the_small(Groups groups, int least) {
  std::vector<Eigen::Index> kept(groups.members.size());
  std::iota(kept.begin(), kept.end(), Eigen::Index{0});
  const auto size = [&](Eigen::Index k) { return groups.members[static_cast<std::size_t>(k)]; };
  std::ranges::stable_sort(kept, std::ranges::greater{}, size);
  while (kept.size() > 1 && size(kept.back()) < least) kept.pop_back();
  Groups large;
  large.centroids = groups.centroids(kept, Eigen::all);
  for (const Eigen::Index k : kept) large.members.push_back(size(k));
  return large;
}

struct Split {
  double distance = 0;
  int speaker = 0;
  RowMatrix parts;  ///< [2, dimensions]
};

/// The highest merge of a speaker's tree that joins two parts worth the name.
std::optional<Split> best_split(const RowMatrix& units, std::span<const double> weights,
                                const std::vector<int>& labels, int speaker,
                                const VoiceSearchOptions& options,
                                const CancellationToken& cancellation) {
  std::vector<Eigen::Index> members;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == speaker) members.push_back(static_cast<Eigen::Index>(i));
  }
  const auto most = static_cast<std::size_t>(options.most_linked);
  if (members.size() > most) {
    std::vector<Eigen::Index> some(most);
    for (std::size_t i = 0; i < most; ++i) some[i] = members[i * members.size() / most];
    members = std::move(some);
  }
  const auto points = static_cast<int>(members.size());
  if (points < 2 * options.least_split_members) return std::nullopt;
  const std::vector<Merge> merges = average_linkage(units(members, Eigen::all), cancellation);
  std::vector<int> size(static_cast<std::size_t>(points), 1);
  for (const Merge& merge : merges) {
    size.push_back(size[static_cast<std::size_t>(merge.left)] +
                   size[static_cast<std::size_t>(merge.right)]);
  }
  for (std::size_t k = merges.size(); k-- > 0;) {
    const Merge& top = merges[k];
    if (top.distance < options.split_distance) return std::nullopt;
    if (std::min(size[static_cast<std::size_t>(top.left)],
                 size[static_cast<std::size_t>(top.right)]) < options.least_split_members) {
      continue;
    }
    Split split{top.distance, speaker, RowMatrix::Zero(2, units.cols())};
    for (const int side : {0, 1}) {
      std::vector<int> open{side == 0 ? top.left : top.right};
      while (!open.empty()) {
        const int cluster = open.back();
        open.pop_back();
        if (cluster < points) {
          const Eigen::Index i = members[static_cast<std::size_t>(cluster)];
          split.parts.row(side) += weights[static_cast<std::size_t>(i)] * units.row(i);
        } else {
          const Merge& inner = merges[static_cast<std::size_t>(cluster - points)];
          open.push_back(inner.left);
          open.push_back(inner.right);
        }
      }
    }
    normalise_rows(split.parts);
    return split;
  }
  return std::nullopt;
}

}  // namespace

RowMatrix find_voices(const RowMatrix& units, std::span<const double> weights,
                      const VoiceSearchOptions& options, const CancellationToken& cancellation) {
  const std::vector<Merge> merges = average_linkage(units, cancellation);
  const auto below =
      std::ranges::upper_bound(merges, options.linkage_distance, {}, &Merge::distance) -
      merges.begin();
  const auto points = static_cast<int>(units.rows());
  std::vector<int> labels =
      merged_groups(std::span(merges).first(static_cast<std::size_t>(below)), points);
  Groups groups =
      without_the_small(group(units, weights, std::move(labels), points - static_cast<int>(below)),
                        options.least_members);
  for (;;) {
    const Pair pair = cheapest(groups.centroids, groups.members,
                               [](double cosine, int, int) { return 1 - cosine; });
    if (!(pair.cost <= 1 - options.merge_cosine)) break;
    merge(pair, groups.centroids, groups.members);
  }
  return without_the_small(regroup(units, weights, groups.centroids), options.least_members)
      .centroids;
}

RowMatrix reach_count(const RowMatrix& units, std::span<const double> weights, RowMatrix centroids,
                      int wanted, const VoiceSearchOptions& options,
                      const CancellationToken& cancellation) {
  normalise_rows(centroids);
  if (centroids.rows() == wanted || units.rows() == 0) return centroids;
  Groups groups = regroup(units, weights, centroids);
  while (groups.centroids.rows() < wanted) {
    std::optional<Split> best;
    for (int k = 0; k < groups.centroids.rows(); ++k) {
      std::optional<Split> split =
          best_split(units, weights, groups.labels, k, options, cancellation);
      if (split && (!best || split->distance > best->distance)) best = std::move(split);
    }
    if (!best) break;
    RowMatrix more(groups.centroids.rows() + 1, groups.centroids.cols());
    more << groups.centroids, best->parts.row(1);
    more.row(best->speaker) = best->parts.row(0);
    groups = regroup(units, weights, more);
  }
  // Ward's criterion: to lose somebody who hardly speaks costs least.
  const auto ward = [](double cosine, double one, double other) {
    return (1 - cosine) * one * other / (one + other);
  };
  while (groups.centroids.rows() > wanted) {
    merge(cheapest(groups.centroids, groups.members, ward), groups.centroids, groups.members);
  }
  return groups.centroids;
}

}  // namespace diarist::clustering
