#include "clustering/centroid_linkage.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::clustering {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

RowMatrix random_points(int n, int dimensions, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  RowMatrix points(n, dimensions);
  for (Eigen::Index i = 0; i < points.size(); ++i) points.data()[i] = normal(random);
  return points;
}

/// Centroid linkage from its definition: all distances between all centroids, at every merge.
std::vector<Merge> by_definition(const RowMatrix& points, const std::vector<double>& weights) {
  const int n = static_cast<int>(points.rows());
  std::map<int, std::pair<Eigen::RowVectorXd, double>> clusters;
  for (int i = 0; i < n; ++i) {
    clusters[i] = {points.row(i), weights[static_cast<std::size_t>(i)]};
  }
  std::vector<Merge> merges;
  for (int made = n; clusters.size() > 1; ++made) {
    Merge best{0, 0, kNoLimit};
    for (const auto& [a, left] : clusters) {
      for (const auto& [b, right] : clusters) {
        const double distance = (left.first - right.first).norm();
        if (a < b && distance < best.distance) best = {a, b, distance};
      }
    }
    const auto left = clusters[best.left];
    const auto right = clusters[best.right];
    const double both = left.second + right.second;
    clusters.erase(best.left);
    clusters.erase(best.right);
    clusters[made] = {(left.second * left.first + right.second * right.first) / both, both};
    merges.push_back(best);
  }
  return merges;
}

void expect_equal(const std::vector<Merge>& found, const std::vector<Merge>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_EQ(found[k].left, expected[k].left) << k;
    EXPECT_EQ(found[k].right, expected[k].right) << k;
    EXPECT_NEAR(found[k].distance, expected[k].distance, 1e-9) << k;
  }
}

TEST(CentroidLinkage, EqualsItsDefinition) {
  bool inverted = false;
  for (unsigned seed = 0; seed < 30; ++seed) {
    const int n = 2 + static_cast<int>(seed) * 2;
    const RowMatrix points = random_points(n, 2 + static_cast<int>(seed) % 4, seed);
    const std::vector<double> ones(static_cast<std::size_t>(n), 1.0);
    const std::vector<Merge> found = centroid_linkage(points, ones, kNoLimit, {});
    expect_equal(found, by_definition(points, ones));
    for (std::size_t k = 1; k < found.size(); ++k) {
      inverted = inverted || found[k].distance < found[k - 1].distance;
    }
  }
  // The case that makes centroid linkage hard must have been among them.
  EXPECT_TRUE(inverted);
}

TEST(CentroidLinkage, EqualsItsDefinitionWithWeights) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    const RowMatrix points = random_points(40, 3, 100 + seed);
    std::vector<double> weights;
    for (int i = 0; i < 40; ++i) weights.push_back(1.0 + i * 7 % 5);
    expect_equal(centroid_linkage(points, weights, kNoLimit, {}), by_definition(points, weights));
  }
}

TEST(CentroidLinkage, CrossesItsBlocksOfRows) {
  const RowMatrix points = random_points(300, 5, 3);
  const std::vector<double> ones(300, 1.0);
  expect_equal(centroid_linkage(points, ones, kNoLimit, {}), by_definition(points, ones));
}

TEST(CentroidLinkage, StopsAtItsLimitWithTheFlatClustersOfTheWholeTree) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    const RowMatrix points = random_points(120, 3, 40 + seed);
    const std::vector<double> ones(120, 1.0);
    for (const double limit : {0.2, 0.5, 0.8, 1.2}) {
      const std::vector<int> stopped =
          merged_groups(centroid_linkage(points, ones, limit, {}), 120);
      const std::vector<int> flat =
          flat_clusters(centroid_linkage(points, ones, kNoLimit, {}), 120, limit);
      std::map<int, int> forward;
      std::map<int, int> backward;
      for (std::size_t i = 0; i < flat.size(); ++i) {
        EXPECT_EQ(forward.try_emplace(flat[i], stopped[i]).first->second, stopped[i]);
        EXPECT_EQ(backward.try_emplace(stopped[i], flat[i]).first->second, flat[i]);
      }
    }
  }
}

TEST(CentroidLinkage, MergesEqualPointsFirst) {
  RowMatrix points(5, 2);
  points << 0, 0, 9, 9, 0, 0, 9, 9, 0, 0;
  const std::vector<double> ones(5, 1.0);
  const std::vector<Merge> merges = centroid_linkage(points, ones, 1.0, {});
  EXPECT_EQ(merges.size(), 3U);
  EXPECT_EQ(merged_groups(merges, 5), (std::vector<int>{0, 1, 0, 1, 0}));
}

TEST(CentroidLinkage, TakesOneAndNoPoint) {
  const std::vector<double> one{1.0};
  EXPECT_TRUE(centroid_linkage(random_points(1, 3, 1), one, kNoLimit, {}).empty());
  EXPECT_EQ(flat_clusters({}, 1, 0.5), std::vector<int>{0});
  EXPECT_TRUE(centroid_linkage(RowMatrix(0, 3), {}, kNoLimit, {}).empty());
  EXPECT_TRUE(flat_clusters({}, 0, 0.5).empty());
}

TEST(CentroidLinkage, StopsWhenCancelled) {
  CancellationToken cancellation;
  cancellation.cancel();
  const std::vector<double> ones(10, 1.0);
  try {
    centroid_linkage(random_points(10, 3, 1), ones, kNoLimit, cancellation);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
}

// Labels that SciPy 1.17's fcluster gave, less one, for these trees.
TEST(FlatClusters, AreNumberedFromTheRootSubtreesBeforePoints) {
  // ((0 1) (2 3)) with 4 joined last: 5 = {0, 1}, 6 = {2, 3}, 7 = {5, 6}, 8 = {4, 7}.
  const std::vector<Merge> merges{{0, 1, 1.0}, {2, 3, 2.0}, {5, 6, 3.0}, {4, 7, 4.0}};
  EXPECT_EQ(flat_clusters(merges, 5, 0.5), (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(flat_clusters(merges, 5, 1.0), (std::vector<int>{0, 0, 1, 2, 3}));
  EXPECT_EQ(flat_clusters(merges, 5, 2.5), (std::vector<int>{0, 0, 1, 1, 2}));
  EXPECT_EQ(flat_clusters(merges, 5, 3.0), (std::vector<int>{0, 0, 0, 0, 1}));
  EXPECT_EQ(flat_clusters(merges, 5, 4.0), (std::vector<int>{0, 0, 0, 0, 0}));
}

TEST(FlatClusters, AnInversionIsAsHighAsItsHighestPart) {
  // The second merge lies below the first, but holds it.
  const std::vector<Merge> merges{{0, 1, 2.0}, {2, 3, 1.5}};
  EXPECT_EQ(flat_clusters(merges, 3, 1.7), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(flat_clusters(merges, 3, 2.0), (std::vector<int>{0, 0, 0}));
}

}  // namespace
}  // namespace diarist::clustering
