#include "linking/neighbours.hpp"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "linking/vector_sums.hpp"
#include "testing/random_values.hpp"

namespace diarist::linking {
namespace {

constexpr std::size_t kDimensions = 19;  // No multiple of what a loop takes at once.

std::vector<std::uint32_t> exact(const std::vector<float>& points, std::size_t point,
                                 std::size_t most) {
  std::vector<std::pair<double, std::uint32_t>> found;
  for (std::size_t i = 0; i < points.size() / kDimensions; ++i) {
    if (i == point) continue;
    double distance = 0;
    for (std::size_t k = 0; k < kDimensions; ++k) {
      const double d = static_cast<double>(points[i * kDimensions + k]) -
                       static_cast<double>(points[point * kDimensions + k]);
      distance += d * d;
    }
    found.emplace_back(distance, static_cast<std::uint32_t>(i));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::uint32_t> nearest;
  for (std::size_t i = 0; i < std::min(most, found.size()); ++i) nearest.push_back(found[i].second);
  return nearest;
}

/// Share of the true neighbours that are found.
double recall(std::size_t count, std::size_t most) {
  const std::vector<float> points = testing::random_values(count * kDimensions, 7);
  ThreadPool pool(2);
  const Neighbours found = nearest_neighbours(points, kDimensions, count, most, pool);
  std::size_t hits = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < count; i += std::max<std::size_t>(count / 100, 1)) {
    for (const std::uint32_t other : exact(points, i, most)) {
      const auto* row = found.points.data() + i * most;
      hits += std::find(row, row + most, other) != row + most ? 1 : 0;
      ++all;
    }
  }
  return static_cast<double>(hits) / static_cast<double>(all);
}

TEST(Neighbours, OfFewAreExact) { EXPECT_EQ(recall(200, 10), 1); }

TEST(Neighbours, OfManyAreNearlyAllFound) { EXPECT_GT(recall(4000, 10), 0.95); }

TEST(Neighbours, AreTheSameWithAnyNumberOfThreads) {
  const std::vector<float> points = testing::random_values(3000 * kDimensions, 3);
  ThreadPool one(1);
  ThreadPool four(4);
  EXPECT_EQ(nearest_neighbours(points, kDimensions, 3000, 8, one).points,
            nearest_neighbours(points, kDimensions, 3000, 8, four).points);
}

TEST(Neighbours, AreFewerWhereThereAreFewerPoints) {
  ThreadPool pool(1);
  const std::vector<float> points = testing::random_values(2 * kDimensions, 3);
  const std::vector<std::uint32_t> expected = {1, Neighbours::kNobody, 0, Neighbours::kNobody};
  EXPECT_EQ(nearest_neighbours(points, kDimensions, 2, 2, pool).points, expected);
  EXPECT_TRUE(nearest_neighbours({}, kDimensions, 0, 2, pool).points.empty());
}

/// Compared all with all, and through a graph.
TEST(Neighbours, OfAllAreSoughtAmongTheFirst) {
  constexpr std::size_t kCount = 3000;
  constexpr std::size_t kMost = 4;
  const std::vector<float> points = testing::random_values(kCount * kDimensions, 5);
  ThreadPool pool(2);
  for (const std::size_t among : {std::size_t{100}, std::size_t{2000}}) {
    const Neighbours found = nearest_neighbours(points, kDimensions, among, kMost, pool);
    ASSERT_EQ(found.points.size(), kCount * kMost);
    std::size_t hits = 0;
    std::size_t sought = 0;
    for (const std::uint32_t other : found.points) ASSERT_LT(other, among);
    std::vector<float> known(
        points.begin(), points.begin() + static_cast<std::ptrdiff_t>((among + 1) * kDimensions));
    for (std::size_t i = among; i < kCount; i += 50) {
      std::copy_n(points.begin() + static_cast<std::ptrdiff_t>(i * kDimensions), kDimensions,
                  known.end() - static_cast<std::ptrdiff_t>(kDimensions));
      hits += found.points[i * kMost] == exact(known, among, 1).front() ? 1 : 0;
      ++sought;
    }
    const Neighbours of_others = nearest_neighbours(points, kDimensions, among, kMost, pool, among);
    for (std::size_t i = 0; i < found.points.size(); ++i) {
      ASSERT_EQ(of_others.points[i], i < among * kMost ? Neighbours::kNobody : found.points[i]);
    }
    const double least = among == 100 ? 1 : 0.9;  // exact; a graph
    EXPECT_GE(static_cast<double>(hits), least * static_cast<double>(sought));
  }
}

TEST(VectorSums, EqualTheirDefinition) {
  const std::vector<float> a = testing::random_values(kDimensions, 1);
  const std::vector<float> b = testing::random_values(kDimensions, 2);
  double distance = 0;
  double product = 0;
  for (std::size_t i = 0; i < kDimensions; ++i) {
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    distance += (x - y) * (x - y);
    product += x * y;
  }
  EXPECT_NEAR(static_cast<double>(squared_distance(a.data(), b.data(), kDimensions)), distance,
              1e-4);
  EXPECT_NEAR(static_cast<double>(inner_product(a.data(), b.data(), kDimensions)), product, 1e-4);
}

}  // namespace
}  // namespace diarist::linking
