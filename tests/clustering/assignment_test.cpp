#include "clustering/assignment.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist {
namespace {

/// The greatest sum over all one-to-one assignments, by trying every one.
double best_sum(const std::vector<double>& scores, int rows, int cols) {
  const bool tall = rows > cols;
  const int n = tall ? cols : rows;
  const int m = tall ? rows : cols;
  std::vector<int> order(static_cast<std::size_t>(m));
  std::iota(order.begin(), order.end(), 0);
  double best = -std::numeric_limits<double>::infinity();
  do {
    double sum = 0;
    for (int i = 0; i < n; ++i) {
      const int j = order[static_cast<std::size_t>(i)];
      sum += scores[static_cast<std::size_t>(tall ? j * cols + i : i * cols + j)];
    }
    best = std::max(best, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

/// Sum of an assignment, having checked that it is one-to-one and complete.
double checked_sum(const std::vector<double>& scores, const std::vector<int>& columns, int rows,
                   int cols) {
  EXPECT_EQ(columns.size(), static_cast<std::size_t>(rows));
  std::vector<int> uses(static_cast<std::size_t>(cols), 0);
  int assigned = 0;
  double sum = 0;
  for (int r = 0; r < rows; ++r) {
    const int c = columns[static_cast<std::size_t>(r)];
    if (c == -1) continue;
    EXPECT_GE(c, 0);
    EXPECT_LT(c, cols);
    EXPECT_EQ(++uses[static_cast<std::size_t>(c)], 1);
    ++assigned;
    sum += scores[static_cast<std::size_t>(r * cols + c)];
  }
  EXPECT_EQ(assigned, std::min(rows, cols));
  return sum;
}

TEST(Assignment, EqualsBruteForceOnEveryShape) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(-3.0, 2.0);
  for (int rows = 1; rows <= 6; ++rows) {
    for (int cols = 1; cols <= 6; ++cols) {
      for (int trial = 0; trial < 40; ++trial) {
        std::vector<double> scores(static_cast<std::size_t>(rows * cols));
        for (double& s : scores) s = uniform(random);
        const double sum = checked_sum(scores, assign_max(scores, rows, cols), rows, cols);
        EXPECT_NEAR(sum, best_sum(scores, rows, cols), 1e-12) << rows << " x " << cols;
      }
    }
  }
}

TEST(Assignment, EqualsBruteForceWithManyTies) {
  std::mt19937 random(11);
  std::uniform_int_distribution<int> small(0, 2);
  for (int trial = 0; trial < 400; ++trial) {
    const int rows = 1 + trial % 5;
    const int cols = 1 + trial / 5 % 6;
    std::vector<double> scores(static_cast<std::size_t>(rows * cols));
    for (double& s : scores) s = small(random);
    const std::vector<int> columns = assign_max(scores, rows, cols);
    EXPECT_EQ(checked_sum(scores, columns, rows, cols), best_sum(scores, rows, cols));
    EXPECT_EQ(assign_max(scores, rows, cols), columns);
  }
}

TEST(Assignment, AllEqualScoresGiveTheDiagonal) {
  EXPECT_EQ(assign_max(std::vector<double>(12, 0.5), 3, 4), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(assign_max(std::vector<double>(12, 0.5), 4, 3), (std::vector<int>{0, 1, 2, -1}));
}

TEST(Assignment, LeavesOverTheRowThatCostsLeast) {
  EXPECT_EQ(assign_max(std::vector<double>{1, 5, 3}, 3, 1), (std::vector<int>{-1, 0, -1}));
}

TEST(Assignment, IsQuickOnAFewHundred) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  constexpr int kSize = 300;
  std::vector<double> scores(kSize * kSize);
  for (double& s : scores) s = uniform(random);
  // An expected optimum of random uniform scores: n - (about 1.6) in all (Aldous 2001).
  EXPECT_GT(checked_sum(scores, assign_max(scores, kSize, kSize), kSize, kSize), kSize - 2.5);
}

TEST(Assignment, TakesNothing) {
  EXPECT_TRUE(assign_max({}, 0, 0).empty());
  EXPECT_TRUE(assign_max({}, 0, 5).empty());
  EXPECT_EQ(assign_max({}, 2, 0), (std::vector<int>{-1, -1}));
}

TEST(Assignment, RefusesWhatItCannotCompare) {
  EXPECT_THROW(assign_max(std::vector<double>{1, 2, 3}, 2, 2), Error);
  EXPECT_THROW(assign_max(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}, 1, 2),
               Error);
  EXPECT_THROW(assign_max({}, -1, 0), Error);
}

}  // namespace
}  // namespace diarist
