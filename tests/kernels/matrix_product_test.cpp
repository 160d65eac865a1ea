#include "kernels/matrix_product.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "clustering/matrix.hpp"
#include "kernels/kernel_set.hpp"
#include "testing/instruction_sets.hpp"

namespace diarist::kernels {
namespace {

using clustering::RowMatrix;

RowMatrix random_matrix(Eigen::Index rows, Eigen::Index cols, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  RowMatrix matrix(rows, cols);
  for (Eigen::Index i = 0; i < matrix.size(); ++i) matrix.data()[i] = normal(random);
  return matrix;
}

/// Each of `depth` products and sums rounds once; the terms are of size 1.
double tolerance(Eigen::Index depth) {
  return 10 * static_cast<double>(depth) * std::numeric_limits<double>::epsilon();
}

class MatrixProduct : public testing::EachInstructionSet {};
DIARIST_FOR_EACH_INSTRUCTION_SET(MatrixProduct);

TEST_P(MatrixProduct, EqualsTheDefinitionForEveryRemainder) {
  for (int rows = 1; rows <= 13; ++rows) {
    for (int cols = 1; cols <= 35; cols += 1 + cols / 9) {
      const RowMatrix left = random_matrix(rows, 17, 1);
      const RowMatrix right = random_matrix(17, cols, 2);
      const PackedMatrix packed(right.data(), right.cols(), 1, 17, cols, kernels_.panel_f64);
      RowMatrix found = RowMatrix::Constant(rows, cols, std::nan(""));
      kernels_.multiply({left.data(), 17, 1, rows}, packed, 0, found.data(), cols, false);
      EXPECT_LT((found - left * right).cwiseAbs().maxCoeff(), tolerance(17)) << rows << " " << cols;
    }
  }
}

TEST_P(MatrixProduct, ReadsTransposedSidesAndAddsUp) {
  const RowMatrix left = random_matrix(40, 9, 3);    // [depth, rows]
  const RowMatrix right = random_matrix(21, 40, 4);  // [columns, depth]
  const PackedMatrix packed(right.data(), 1, 40, 40, 21, kernels_.panel_f64);
  RowMatrix found = RowMatrix::Ones(9, 21);
  kernels_.multiply({left.data(), 1, 9, 9}, packed, 0, found.data(), 21, true);
  const RowMatrix expected = RowMatrix::Ones(9, 21) + left.transpose() * right.transpose();
  EXPECT_LT((found - expected).cwiseAbs().maxCoeff(), tolerance(40));
}

TEST_P(MatrixProduct, StartsAtAPanelAndLeavesTheRestAlone) {
  const RowMatrix left = random_matrix(5, 8, 5);
  const RowMatrix right = random_matrix(8, 100, 6);
  const PackedMatrix packed(right.data(), 100, 1, 8, 100, kernels_.panel_f64);
  const int first = 2 * packed.panel();
  RowMatrix found = RowMatrix::Constant(5, 120, 7.0);
  kernels_.multiply({left.data(), 8, 1, 5}, packed, first, found.data(), 120, false);
  const RowMatrix expected = (left * right).rightCols(100 - first);
  EXPECT_LT((found.leftCols(100 - first) - expected).cwiseAbs().maxCoeff(), tolerance(8));
  EXPECT_EQ((found.rightCols(20 + first).array() - 7.0).abs().maxCoeff(), 0.0);
}

TEST_P(MatrixProduct, SumsExponentials) {
  for (std::size_t count = 0; count <= 21; ++count) {
    std::vector<double> values;
    std::vector<double> offsets;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(-3.7 * static_cast<double>(i * i % 11));
      offsets.push_back(static_cast<double>(i % 3) - 500.0 * static_cast<double>(i % 2));
      highest = std::max(highest, values[i] + offsets[i]);
    }
    std::vector<double> found = values;
    EXPECT_EQ(kernels_.add_and_find_highest(found.data(), offsets.data(), count), highest);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += std::exp(values[i] + offsets[i] - highest);
    EXPECT_NEAR(kernels_.exponentiate(found.data(), count, highest), sum, 1e-14 * sum);
    for (std::size_t i = 0; i < count; ++i) {
      const double expected = std::exp(values[i] + offsets[i] - highest);
      EXPECT_NEAR(found[i], expected, 1e-14 * expected);
    }
  }
}

TEST_P(MatrixProduct, ExponentialsOfTheHopelessAreNothing) {
  std::vector<double> values{0.0, -800.0, -1e5, -1e300, -2000.0, 0.0, -900.0, -5e4, -1e4};
  EXPECT_EQ(kernels_.exponentiate(values.data(), values.size(), 0.0), 2.0);
}

}  // namespace
}  // namespace diarist::kernels
