// Principal components, held against what they are by definition.
#include "clustering/projection.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::clustering {
namespace {

/// `count` points of 6 dimensions that differ by 3, 2 and a little along three orthogonal ones.
std::vector<float> cloud(int count) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, 1);
  std::vector<float> points;
  for (int i = 0; i < count; ++i) {
    const double a = 3 * normal(random);
    const double b = 2 * normal(random);
    const double c = 0.1 * normal(random);
    const double r = std::sqrt(0.5);
    for (const double value : {r * a + 5, -r * a, b - 1, c, 0.0, 1.0}) {
      points.push_back(static_cast<float>(value));
    }
  }
  return points;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto mean = [](const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  double product = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += (a[i] - mean_a) * (b[i] - mean_b);
    squares_a += (a[i] - mean_a) * (a[i] - mean_a);
    squares_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return product / std::sqrt(squares_a * squares_b);
}

TEST(Projection, AlongWhatDiffersMost) {
  constexpr int kCount = 400;
  const std::vector<float> points = cloud(kCount);
  const Projection plane = principal_plane(points, kCount);
  ASSERT_EQ(plane.points.size(), 2U * kCount);
  double across = 0;
  double upward = 0;
  double both = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    across += plane.points[2 * i] * plane.points[2 * i];
    upward += plane.points[2 * i + 1] * plane.points[2 * i + 1];
    both += plane.points[2 * i] * plane.points[2 * i + 1];
  }
  EXPECT_NEAR(across / kCount, 9, 1.5);
  EXPECT_NEAR(upward / kCount, 4, 0.8);
  EXPECT_NEAR(both / kCount, 0, 1e-6);  // Components are uncorrelated.
  EXPECT_NEAR(plane.shares[0], 9.0 / 13, 0.05);
  EXPECT_NEAR(plane.shares[0] + plane.shares[1], 1, 0.01);
  // What lies along them, and which way: the third dimension upwards; across, the first and the
  // second the opposite way, the larger weight of them being positive. Chance has the two turned by
  // a few degrees.
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> slanted;
  std::vector<double> third;
  for (std::size_t i = 0; i < kCount; ++i) {
    first.push_back(plane.points[2 * i]);
    second.push_back(plane.points[2 * i + 1]);
    slanted.push_back(points[6 * i] - points[6 * i + 1]);
    third.push_back(points[6 * i + 2]);
  }
  EXPECT_GT(std::fabs(correlation(first, slanted)), 0.99);
  EXPECT_GT(correlation(second, third), 0.98);
}

TEST(Projection, DistancesInThePlaneArePreservedWherePointsLieInOne) {
  const std::vector<float> points = {0, 0, 0, 3, 0, 0, 0, 4, 0, 3, 4, 0};
  const Projection plane = principal_plane(points, 4);
  const auto distance = [&](std::size_t a, std::size_t b) {
    return std::hypot(plane.points[2 * a] - plane.points[2 * b],
                      plane.points[2 * a + 1] - plane.points[2 * b + 1]);
  };
  EXPECT_NEAR(distance(0, 1), 3, 1e-9);
  EXPECT_NEAR(distance(0, 2), 4, 1e-9);
  EXPECT_NEAR(distance(0, 3), 5, 1e-9);
}

TEST(Projection, TheSameEachTimeAndUpwards) {
  const std::vector<float> points = cloud(50);
  EXPECT_EQ(principal_plane(points, 50).points, principal_plane(points, 50).points);
  // Turned around, the largest weight still points upwards: points come out turned around.
  std::vector<float> around = points;
  for (float& value : around) value = -value;
  const Projection one = principal_plane(points, 50);
  const Projection other = principal_plane(around, 50);
  for (std::size_t i = 0; i < one.points.size(); ++i) {
    EXPECT_NEAR(one.points[i], -other.points[i], 1e-4);
  }
}

TEST(Projection, AllAlikeAndWhatIsNone) {
  const Projection plane = principal_plane(std::vector<float>(12, 0.5F), 4);
  for (const double value : plane.points) EXPECT_EQ(value, 0);
  EXPECT_THROW(principal_plane(std::vector<float>(7), 3), Error);
  EXPECT_THROW(principal_plane(std::vector<float>(3), 3), Error);
  EXPECT_THROW(principal_plane({}, 0), Error);
  std::vector<float> broken(8, 0.5F);
  broken[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(principal_plane(broken, 4), Error);
}

}  // namespace
}  // namespace diarist::clustering
