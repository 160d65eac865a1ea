#include "kernels/contraction_i16.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::kRounding;
using testing::random_values;

constexpr float kUntouched = 1234.5F;

struct Shape {
  int rows = 1;
  int columns = 1;
  int depth = 2;
  int row_stride = 2;
  Activation activation = Activation::none;
};

/// Random codes over the whole range, and what a kernel makes of them.
class Problem {
 public:
  Problem(const Shape& shape, bool with_bias)
      : shape_(shape),
        matrix_(random_values(static_cast<std::size_t>(shape.columns) * shape.depth, 1)) {
    if (with_bias) bias_ = random_values(static_cast<std::size_t>(shape.columns), 2);
    // An odd depth is rounded up: one more code is read, and multiplied by zero.
    for (const float value :
         random_values(static_cast<std::size_t>(shape.rows - 1) * shape.row_stride +
                           static_cast<std::size_t>(shape.depth) + 1,
                       3)) {
      codes_.push_back(static_cast<std::int16_t>(std::clamp(value * 2000, -4096.0F, 4096.0F)));
    }
  }

  PackedWeightsI16 packed(int panel) const {
    return PackedWeightsI16(matrix_, shape_.columns, shape_.depth, bias_, panel, kUnitRange);
  }

  // Rows leave gaps of 3, which nobody may touch.
  int output_row() const { return shape_.columns + 3; }

  ContractionI16 contraction(const PackedWeightsI16& weights, std::vector<float>& output) const {
    output.assign(static_cast<std::size_t>(shape_.rows) * output_row(), kUntouched);
    ContractionI16 c;
    c.input = codes_.data();
    c.row_stride = shape_.row_stride;
    c.weights = &weights;
    c.output = output.data();
    c.output_row_stride = output_row();
    c.rows = shape_.rows;
    c.activation = shape_.activation;
    return c;
  }

  std::vector<float> solve(const KernelSet& kernels) const {
    const PackedWeightsI16 weights = packed(kernels.panel);
    std::vector<float> output;
    kernels.contract_i16(contraction(weights, output));
    return output;
  }

  /// In f64, from the weights before they became codes.
  double exact(int row, int column) const {
    double sum = bias_.empty() ? 0 : static_cast<double>(bias_[static_cast<std::size_t>(column)]);
    for (int k = 0; k < shape_.depth; ++k) {
      sum += static_cast<double>(matrix_[static_cast<std::size_t>(column * shape_.depth + k)]) *
             codes_[static_cast<std::size_t>(row * shape_.row_stride + k)] / 4096;
    }
    return sum;
  }

 private:
  Shape shape_;
  std::vector<float> matrix_;
  std::vector<float> bias_;
  std::vector<std::int16_t> codes_;
};

class ContractI16 : public testing::EachInstructionSet {};

// Without a bias each output is the integer sum, rounded and scaled once: every instruction set has
// the same bits, or has another sum.
TEST_P(ContractI16, SumsAreTheTwinsBitForBit) {
  for (int rows = 1; rows <= 12; ++rows) {
    for (const int columns : {1, 7, 60, 128}) {
      for (const int depth : {1, 2, 9, 128, 401}) {
        for (const Activation activation :
             {Activation::none, Activation::relu, Activation::leaky_relu}) {
          const Problem problem({rows, columns, depth, depth, activation}, false);
          ASSERT_EQ(problem.solve(kernels_), problem.solve(twin_))
              << rows << " rows, " << columns << " columns, depth " << depth;
        }
      }
    }
  }
}

TEST_P(ContractI16, OverlappingRows) {
  const Problem problem({23, 60, 400, 80}, false);
  EXPECT_EQ(problem.solve(kernels_), problem.solve(twin_));
}

TEST_P(ContractI16, InputsOfManyBlocks) {
  const Problem problem({93, 60, 30, 3200}, false);  // 20 rows to a block of 128 KB
  EXPECT_EQ(problem.solve(kernels_), problem.solve(twin_));
}

TEST_P(ContractI16, IsNearTheProductOfTheWeights) {
  const Shape shape{7, 60, 256, 256};
  const Problem problem(shape, true);
  const std::vector<float> found = problem.solve(kernels_);
  for (int row = 0; row < shape.rows; ++row) {
    for (int column = 0; column < shape.columns; ++column) {
      // Weights of size 1 become about 2,000 steps: each is wrong by up to half a step, 0.29 as a
      // root of mean squares, times activations of 0.5 by the root of the depth.
      const double typical = 0.29 / 2000 * 0.5 * 16;
      EXPECT_NEAR(found[static_cast<std::size_t>(row * problem.output_row() + column)],
                  problem.exact(row, column), 6 * typical);
    }
  }
}

TEST_P(ContractI16, SameBitsInEveryGrouping) {
  const Shape shape{17, 60, 100, 40, Activation::leaky_relu};
  const Problem problem(shape, true);
  const std::vector<float> whole = problem.solve(kernels_);
  const PackedWeightsI16 weights = problem.packed(kernels_.panel);
  for (const int group : {1, 2, 3, 4, 5, 6, 11, 16}) {
    std::vector<float> output;
    const ContractionI16 all = problem.contraction(weights, output);
    for (int first = 0; first < shape.rows; first += group) {
      ContractionI16 c = all;
      c.input += first * c.row_stride;
      c.output += first * c.output_row_stride;
      c.rows = std::min(group, shape.rows - first);
      kernels_.contract_i16(c);
    }
    EXPECT_EQ(output, whole) << "in groups of " << group;
  }
}

// The worst that can be: every product is the largest there is, all of one sign.
TEST_P(ContractI16, NoSumOverflows) {
  for (const int depth : {2, 128, 256, 400}) {
    for (const float sign : {1.0F, -1.0F}) {
      const int columns = 20;
      std::vector<float> matrix(static_cast<std::size_t>(columns * depth), 0.37F * sign);
      const PackedWeightsI16 weights(matrix, columns, depth, {}, kernels_.panel, kUnitRange);
      const std::vector<std::int16_t> codes(static_cast<std::size_t>(depth),
                                            static_cast<std::int16_t>(kUnitRange.largest));
      std::vector<float> output(columns);
      ContractionI16 c;
      c.input = codes.data();
      c.row_stride = depth;
      c.weights = &weights;
      c.output = output.data();
      c.output_row_stride = columns;
      c.rows = 1;
      kernels_.contract_i16(c);
      for (const float found : output) {
        EXPECT_NEAR(found, 0.37 * static_cast<double>(sign) * depth, 0.37 * depth * 1e-3) << depth;
      }
    }
  }
}

TEST_P(ContractI16, ColumnsOfZerosGiveTheBias) {
  const std::vector<float> zeros(8, 0.0F);
  const std::vector<float> bias{1.5F, -2.0F};
  const PackedWeightsI16 weights(zeros, 2, 4, bias, kernels_.panel, kUnitRange);
  const std::vector<std::int16_t> codes(4, 4096);
  std::vector<float> output(2);
  ContractionI16 c;
  c.input = codes.data();
  c.weights = &weights;
  c.output = output.data();
  c.rows = 1;
  kernels_.contract_i16(c);
  EXPECT_EQ(output, bias);
}

DIARIST_FOR_EACH_INSTRUCTION_SET(ContractI16);

class LstmStep : public testing::EachInstructionSet {
 protected:
  static constexpr int kCells = 128;
  static constexpr std::ptrdiff_t kStride = 2 * kCells + 1;

  struct Result {
    std::vector<float> cell;
    std::vector<std::int16_t> output;
    bool operator==(const Result&) const = default;
  };

  /// Sequences [first, first + batch) of one random problem.
  static Result run(const KernelSet& kernels, int first, int batch) {
    const std::vector<float> rows = random_values(4 * kCells * kCells, 1);
    std::vector<float> matrix;
    for (int column = 0; column < 4 * kCells; ++column) {
      const auto row = rows.begin() + static_cast<std::ptrdiff_t>(
                                          gate_row(column, kCells, kernels.panel) * kCells);
      matrix.insert(matrix.end(), row, row + kCells);
    }
    for (float& weight : matrix) weight *= 0.2F;
    const PackedWeightsI16 weights(matrix, 4 * kCells, kCells, {}, kernels.panel, kUnitRange);

    Result result;
    std::vector<std::int16_t> hidden;
    std::vector<float> gates;
    for (int b = first; b < first + batch; ++b) {
      const auto seed = static_cast<unsigned>(10 + b);
      for (const float x : random_values(kCells, seed)) {
        hidden.push_back(static_cast<std::int16_t>(std::clamp(x * 2000, -4096.0F, 4096.0F)));
        result.cell.push_back(x);
      }
      const std::vector<float> own = random_values(4 * kCells, seed);
      for (int column = 0; column < 4 * kCells; ++column) {
        gates.push_back(own[static_cast<std::size_t>(gate_row(column, kCells, kernels.panel))]);
      }
    }
    result.output.assign(static_cast<std::size_t>(batch * kStride), 77);
    LstmStepI16 step;
    step.hidden = hidden.data();
    step.hidden_row_stride = kCells;
    step.weights = &weights;
    step.input_gates = gates.data();
    step.cell = result.cell.data();
    step.output = result.output.data();
    step.output_row_stride = kStride;
    step.batch = batch;
    kernels.lstm_step_i16(step);
    return result;
  }
};

TEST_P(LstmStep, EqualsItsTwin) {
  for (const int batch : {1, 3, 20, 23}) {
    const Result found = run(kernels_, 0, batch);
    const Result expected = run(twin_, 0, batch);
    for (std::size_t i = 0; i < expected.cell.size(); ++i) {
      // Three functions to 3e-7 of cells up to 5; gates of size 3 that are rounded differently.
      ASSERT_NEAR(found.cell[i], expected.cell[i], 5 * 3 * 3e-7 + 5 * 3 * 4 * kRounding);
    }
    for (std::size_t i = 0; i < expected.output.size(); ++i) {
      if (i % kStride >= kCells) {
        ASSERT_EQ(found.output[i], 77) << "wrote between rows";
      } else {
        ASSERT_NEAR(found.output[i], expected.output[i], 1);  // on either side of a half
      }
    }
  }
}

// The integer step is the product and the cell of the f32 kernels, but for the codes.
TEST_P(LstmStep, OutputsAreCodesOfTheStates) {
  const Result result = run(kernels_, 0, 5);
  int large = 0;
  for (std::size_t i = 0; i < result.cell.size(); ++i) {
    const int code = result.output[i / kCells * kStride + i % kCells];
    ASSERT_LE(std::abs(code), 4096);
    // |sigmoid * tanh(state)| is at most |tanh(state)|, and has its sign.
    const double tangent = std::tanh(static_cast<double>(result.cell[i]));
    ASSERT_LE(std::abs(code), std::abs(tangent) * 4096 + 0.51);
    ASSERT_GE(code * tangent, 0);
    large += std::abs(code) > 1000 ? 1 : 0;
  }
  EXPECT_GT(large, 100);
}

TEST_P(LstmStep, SameBitsInEveryBatch) {
  const Result all = run(kernels_, 0, 23);
  for (int b = 0; b < 23; ++b) {
    const Result own = run(kernels_, b, 1);
    EXPECT_TRUE(std::equal(own.cell.begin(), own.cell.end(), all.cell.begin() + b * kCells));
    EXPECT_TRUE(std::equal(own.output.begin(), own.output.end(), all.output.begin() + b * kStride));
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(LstmStep);

}  // namespace
}  // namespace diarist::kernels
