#include "clustering/average_linkage.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "clustering/plda.hpp"

namespace diarist::clustering {
namespace {

RowMatrix random_units(int points, int dimensions, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  RowMatrix units(points, dimensions);
  for (double& value : units.reshaped()) value = normal(random);
  normalise_rows(units);
  return units;
}

/// By the definition: at every step, the pair of clusters with the least mean distance.
std::vector<Merge> by_definition(const RowMatrix& units) {
  const auto points = static_cast<int>(units.rows());
  struct Cluster {
    int number;
    std::vector<int> members;
  };
  std::vector<Cluster> clusters;
  for (int i = 0; i < points; ++i) clusters.push_back({i, {i}});
  std::vector<Merge> merges;
  while (clusters.size() > 1) {
    double least = std::numeric_limits<double>::infinity();
    std::size_t a = 0;
    std::size_t b = 0;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (std::size_t j = i + 1; j < clusters.size(); ++j) {
        double sum = 0;
        for (const int p : clusters[i].members) {
          for (const int q : clusters[j].members) sum += 1 - units.row(p).dot(units.row(q));
        }
        sum /= static_cast<double>(clusters[i].members.size() * clusters[j].members.size());
        if (sum < least) {
          least = sum;
          a = i;
          b = j;
        }
      }
    }
    const auto [low, high] = std::minmax(clusters[a].number, clusters[b].number);
    merges.push_back({low, high, least});
    clusters[a].members.insert(clusters[a].members.end(), clusters[b].members.begin(),
                               clusters[b].members.end());
    clusters[a].number = points + static_cast<int>(merges.size()) - 1;
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
  }
  return merges;
}

TEST(AverageLinkage, EqualsItsDefinition) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const RowMatrix units = random_units(2 + static_cast<int>(seed) * 2, 8, seed);
    const auto expected = by_definition(units);
    const auto found = average_linkage(units, {});
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) {
      EXPECT_NEAR(found[k].distance, expected[k].distance, 1e-12);
      EXPECT_EQ(found[k].left, expected[k].left) << "merge " << k;
      EXPECT_EQ(found[k].right, expected[k].right) << "merge " << k;
    }
  }
}

TEST(AverageLinkage, HasRisingDistances) {
  const auto merges = average_linkage(random_units(200, 16, 1), {});
  EXPECT_TRUE(std::ranges::is_sorted(merges, {}, &Merge::distance));
}

TEST(AverageLinkage, TakesEqualPointsOnePointAndNone) {
  const RowMatrix equal = random_units(1, 8, 2).replicate(5, 1);
  for (const Merge& merge : average_linkage(equal, {})) EXPECT_NEAR(merge.distance, 0, 1e-12);
  EXPECT_TRUE(average_linkage(random_units(1, 8, 3), {}).empty());
  EXPECT_TRUE(average_linkage(RowMatrix(0, 8), {}).empty());
}

TEST(AverageLinkage, StopsWhenCancelled) {
  CancellationToken cancellation;
  cancellation.cancel();
  EXPECT_THROW(average_linkage(random_units(10, 8, 4), cancellation), Error);
}

}  // namespace
}  // namespace diarist::clustering
