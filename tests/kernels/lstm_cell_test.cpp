#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/kernel_set.hpp"
#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::kRounding;
using testing::random_values;

// Promised in lstm_gates-inl.hpp, for sigmoid and hyperbolic tangent.
constexpr double kFunctionError = 3e-7;

// Gates that are surely open, and shut.
constexpr float kOpen = 100;
constexpr float kShut = -100;

class LstmCell : public testing::EachInstructionSet {
 protected:
  struct Step {
    std::vector<float> cell;
    std::vector<float> output;
  };

  /// One cell for each of `count` (a multiple of 16) places; gates as functions of the place.
  template <class Input, class Forget, class Candidate, class Expose>
  Step step(std::size_t count, const Input& input, const Forget& forget, const Candidate& candidate,
            const Expose& expose, float cell) const {
    Step result{std::vector<float>(count, cell), std::vector<float>(count)};
    std::vector<float> gates(4 * count);
    for (std::size_t i = 0; i < count; ++i) {
      gates[i] = input(i);
      gates[count + i] = forget(i);
      gates[2 * count + i] = candidate(i);
      gates[3 * count + i] = expose(i);
    }
    kernels_.lstm_cell(gates.data(), result.cell.data(), result.output.data(),
                       static_cast<std::ptrdiff_t>(count), 1, static_cast<int>(count));
    return result;
  }

  /// From -48 to 48, dense, and around zero at every size.
  static std::vector<float> sweep() {
    std::vector<float> values;
    for (int i = -48 * 256; i < 48 * 256; ++i) values.push_back(static_cast<float>(i) / 256);
    for (int exponent = -149; exponent < 6; ++exponent) {
      for (const float mantissa : {1.0F, 1.1F, 1.37F, 1.9F}) {
        values.push_back(std::ldexp(mantissa, exponent));
        values.push_back(-std::ldexp(mantissa, exponent));
      }
    }
    values.resize((values.size() + 15) / 16 * 16, 0.0F);
    return values;
  }
};

const auto kAlways = [](float gate) { return [gate](std::size_t) { return gate; }; };

TEST_P(LstmCell, SigmoidIsAsExactAsPromised) {
  const std::vector<float> x = sweep();
  const auto swept = [&](std::size_t i) { return x[i]; };
  // An open candidate and an empty cell: the new cell is the input gate's sigmoid alone.
  const Step input = step(x.size(), swept, kAlways(kShut), kAlways(kOpen), kAlways(kOpen), 0);
  // A cell of one and a candidate of none: the forget gate's.
  const Step forget = step(x.size(), kAlways(kOpen), swept, kAlways(0), kAlways(kOpen), 1);
  // A full cell: the output is the output gate's.
  const Step expose = step(x.size(), kAlways(kShut), kAlways(kOpen), kAlways(0), swept, 50);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = 1 / (1 + std::exp(-static_cast<double>(x[i])));
    for (const float found : {input.cell[i], forget.cell[i], expose.output[i]}) {
      ASSERT_NEAR(found, expected, kFunctionError) << "at " << x[i];
      worst = std::max(worst, std::abs(static_cast<double>(found) - expected));
    }
  }
  RecordProperty("largest_error", std::to_string(worst));
}

TEST_P(LstmCell, TangentIsAsExactAsPromised) {
  const std::vector<float> x = sweep();
  const auto swept = [&](std::size_t i) { return x[i]; };
  const Step candidate = step(x.size(), kAlways(kOpen), kAlways(kShut), swept, kAlways(kOpen), 0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::tanh(static_cast<double>(x[i]));
    ASSERT_NEAR(candidate.cell[i], expected, kFunctionError) << "at " << x[i];
    ASSERT_NEAR(candidate.output[i], std::tanh(static_cast<double>(candidate.cell[i])),
                kFunctionError)
        << "at " << x[i];
  }
}

TEST_P(LstmCell, LargeGatesSaturate) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float largest = std::numeric_limits<float>::max();
  for (const float size : {41.0F, 90.0F, 1e4F, largest, infinity}) {
    const Step open = step(16, kAlways(size), kAlways(size), kAlways(size), kAlways(size), 3);
    const Step shut = step(16, kAlways(-size), kAlways(-size), kAlways(-size), kAlways(-size), 3);
    for (std::size_t i = 0; i < 16; ++i) {
      EXPECT_NEAR(open.cell[i], 4, 1e-6) << size;
      EXPECT_NEAR(open.output[i], std::tanh(4.0), 4e-7) << size;
      EXPECT_NEAR(shut.cell[i], 0, 1e-8) << size;  // 3 times a sigmoid that is clamped at -20
      EXPECT_NEAR(shut.output[i], 0, 1e-16) << size;
    }
  }
  // A cell may grow by one a frame for ever.
  for (const float cell : {1e3F, 1e30F, -1e30F}) {
    const Step step16 = step(16, kAlways(kOpen), kAlways(kOpen), kAlways(0), kAlways(kOpen), cell);
    EXPECT_EQ(step16.cell[0], cell);
    EXPECT_EQ(step16.output[0], std::copysign(1.0F, cell));
  }
}

TEST_P(LstmCell, EqualsItsTwin) {
  for (const int hidden : {16, 128}) {
    for (const int batch : {1, 3, 20}) {
      const std::ptrdiff_t stride = 2 * hidden + 1;
      const auto cells = static_cast<std::size_t>(batch) * hidden;
      std::vector<float> gates = random_values(4 * cells, 1);
      for (float& gate : gates) gate *= 4;
      const std::vector<float> before = random_values(cells, 2);
      const auto run = [&](const KernelSet& kernels) {
        Step result{before, std::vector<float>(static_cast<std::size_t>(batch * stride), -7.0F)};
        kernels.lstm_cell(gates.data(), result.cell.data(), result.output.data(), stride, batch,
                          hidden);
        return result;
      };
      const Step found = run(kernels_);
      const Step expected = run(twin_);
      for (std::size_t i = 0; i < cells; ++i) {
        // forget * cell + input * candidate: three functions, three roundings; then two more
        // functions of what differs that much.
        const double size = std::abs(static_cast<double>(before[i]));
        const double of_cell = 2 * (kFunctionError * (size + 2) + 3 * kRounding * (size + 1));
        ASSERT_NEAR(found.cell[i], expected.cell[i], of_cell);
        const std::size_t at = i / hidden * static_cast<std::size_t>(stride) + i % hidden;
        ASSERT_NEAR(found.output[at], expected.output[at], of_cell + 4 * kFunctionError);
      }
      for (std::size_t i = 0; i < found.output.size(); ++i) {
        if (i % static_cast<std::size_t>(stride) >= static_cast<std::size_t>(hidden)) {
          ASSERT_EQ(found.output[i], -7.0F) << "wrote between rows";
        }
      }
    }
  }
}

// A sequence's cell does not depend on what shares the batch.
TEST_P(LstmCell, SameBitsInEveryBatch) {
  const int hidden = 128;
  const int batch = 7;
  const std::vector<float> gates = random_values(4 * hidden * batch, 3);
  const std::vector<float> before = random_values(hidden * batch, 4);
  std::vector<float> cell = before;
  std::vector<float> output(hidden * batch);
  kernels_.lstm_cell(gates.data(), cell.data(), output.data(), hidden, batch, hidden);
  for (int b = 0; b < batch; ++b) {
    std::vector<float> own(before.begin() + b * hidden, before.begin() + (b + 1) * hidden);
    std::vector<float> out(hidden);
    kernels_.lstm_cell(gates.data() + static_cast<std::ptrdiff_t>(b) * 4 * hidden, own.data(),
                       out.data(), hidden, 1, hidden);
    EXPECT_TRUE(std::equal(own.begin(), own.end(), cell.begin() + b * hidden));
    EXPECT_TRUE(std::equal(out.begin(), out.end(), output.begin() + b * hidden));
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(LstmCell);

}  // namespace
}  // namespace diarist::kernels
