#include "clustering/kmeans.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::clustering {
namespace {

/// Point i belongs to blob i % blobs.
RowMatrix blobs(int n, int count, double spread, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  RowMatrix points(n, 8);
  for (int i = 0; i < n; ++i) {
    for (int d = 0; d < 8; ++d) points(i, d) = spread * normal(random) + (d == i % count ? 1 : 0);
  }
  return points;
}

std::set<int> used(const std::vector<int>& labels) { return {labels.begin(), labels.end()}; }

TEST(Kmeans, FindsBlobs) {
  for (const int count : {1, 2, 5, 8}) {
    const std::vector<int> labels = kmeans(blobs(400, count, 0.05, 1), count, {});
    ASSERT_EQ(used(labels).size(), static_cast<std::size_t>(count));
    for (std::size_t i = static_cast<std::size_t>(count); i < labels.size(); ++i) {
      EXPECT_EQ(labels[i], labels[i - static_cast<std::size_t>(count)]);
    }
  }
}

TEST(Kmeans, NoPointLiesNearerToAnotherCentre) {
  const RowMatrix points = blobs(500, 4, 0.6, 2);
  KmeansOptions options;
  options.tolerance = 0;
  const std::vector<int> labels = kmeans(points, 6, {}, options);
  RowMatrix centres = RowMatrix::Zero(6, 8);
  Eigen::VectorXd count = Eigen::VectorXd::Zero(6);
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    centres.row(labels[static_cast<std::size_t>(i)]) += points.row(i);
    count[labels[static_cast<std::size_t>(i)]] += 1;
  }
  centres.array().colwise() /= count.array();
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    const Eigen::VectorXd distance = (centres.rowwise() - points.row(i)).rowwise().norm();
    EXPECT_LE(distance[labels[static_cast<std::size_t>(i)]], distance.minCoeff() + 1e-9);
  }
}

TEST(Kmeans, EveryClusterIsUsedEvenWhereBlobsAreFewer) {
  // Three places, two of them crowded, and one point apart: four clusters of four distinct points.
  RowMatrix points(60, 2);
  for (int i = 0; i < 60; ++i) points.row(i) << (i % 2), (i % 2);
  points.row(10) << 5, 5;
  points.row(20) << 5, 5.001;
  EXPECT_EQ(used(kmeans(points, 4, {})).size(), 4U);
  EXPECT_EQ(used(kmeans(blobs(7, 1, 0.1, 3), 7, {})).size(), 7U);
}

TEST(Kmeans, IsTheSameEveryTime) {
  const RowMatrix points = blobs(300, 5, 0.5, 4);
  EXPECT_EQ(kmeans(points, 7, {}), kmeans(points, 7, {}));
}

TEST(Kmeans, StopsWhenCancelled) {
  CancellationToken cancellation;
  cancellation.cancel();
  EXPECT_THROW(kmeans(blobs(20, 2, 0.1, 5), 2, cancellation), Error);
}

}  // namespace
}  // namespace diarist::clustering
