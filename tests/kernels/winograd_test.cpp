#include "kernels/winograd.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/codes.hpp"
#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::random_values;

struct Shape {
  int lines;
  int bins;
  int depth;
  int columns;
};

// Whole tiles, tiles with rests on both sides, more tiles than one pass of the inner loop takes,
// maps smaller than a tile, and enough of them for several fillings of the workspace.
constexpr Shape kShapes[] = {
    {8, 8, 32, 32},  {5, 10, 32, 64},   {1, 1, 64, 32},    {2, 3, 32, 32},
    {9, 40, 64, 32}, {13, 10, 128, 32}, {23, 10, 256, 32},
};

enum class Residual { none, codes, floats };

/// A map of random codes and weights, and what a kernel makes of them.
class Problem {
 public:
  Problem(const Shape& shape, Residual residual)
      : shape_(shape),
        residual_kind_(residual),
        weights_(random_values(static_cast<std::size_t>(shape.columns) * 9 * shape.depth, 1)),
        offset_(random_values(static_cast<std::size_t>(shape.columns), 2)),
        codes_(input_size()),
        residual_codes_(output_size()),
        residual_(random_values(output_size(), 4)) {
    const auto random = random_values(input_size(), 3);
    for (int line = 0; line < shape.lines; ++line) {
      for (int bin = 0; bin < shape.bins; ++bin) {
        for (int c = 0; c < shape.depth; ++c) {
          const std::size_t at = input_at(line + 1, bin + 1) + static_cast<std::size_t>(c);
          // Half of them zero, as after a ReLU, and the highest code among the rest.
          codes_[at] = static_cast<std::uint8_t>(std::clamp(300.0F * random[at], 0.0F, 255.0F));
        }
      }
    }
    for (std::size_t i = 0; i < residual_codes_.size(); ++i) {
      residual_codes_[i] = static_cast<std::uint8_t>(i * 37 % 256);
    }
  }

  std::size_t output_size() const {
    return static_cast<std::size_t>(shape_.lines) * shape_.bins * shape_.columns;
  }

  template <class Output>
  std::vector<Output> solve(const KernelSet& kernels, WinogradArithmetic arithmetic) const {
    const WinogradWeights packed(weights_, shape_.columns, shape_.depth, kernels.winograd_panel,
                                 arithmetic);
    const std::vector<float> floats(codes_.begin(), codes_.end());
    AlignedBuffer<char> workspace(kWinogradWorkspaceBytes);
    // A few outputs beyond the last, which nobody may touch.
    std::vector<Output> output(output_size() + 64, Output{77});
    std::vector<float> scale(packed.scale(), packed.scale() + shape_.columns);
    for (float& each : scale) each *= kOutputScale;
    const std::vector<float> residual_scale(static_cast<std::size_t>(shape_.columns), kResidual);
    WinogradConvolution c;
    c.input = arithmetic == WinogradArithmetic::f32 ? static_cast<const void*>(floats.data())
                                                    : codes_.data();
    c.input_line_stride = line_stride();
    c.weights = &packed;
    c.scale = scale.data();
    c.offset = offset_.data();
    if (residual_kind_ != Residual::none) {
      c.residual_scale = residual_scale.data();
      if (residual_kind_ == Residual::codes) c.residual_codes = residual_codes_.data();
      if (residual_kind_ == Residual::floats) c.residual = residual_.data();
    }
    c.residual_line_stride = c.output_line_stride =
        static_cast<std::ptrdiff_t>(shape_.bins) * shape_.columns;
    if constexpr (std::is_same_v<Output, float>) {
      c.output = output.data();
    } else {
      c.output_codes = output.data();
    }
    c.lines = shape_.lines;
    c.bins = shape_.bins;
    c.workspace = workspace.data();
    kernels.winograd(c);
    EXPECT_TRUE(std::all_of(output.end() - 64, output.end(), [](Output x) { return x == 77; }));
    output.resize(output_size());
    return output;
  }

  /// The direct convolution in double precision.
  std::vector<double> definition() const {
    std::vector<double> output;
    for (int line = 0; line < shape_.lines; ++line) {
      for (int bin = 0; bin < shape_.bins; ++bin) {
        for (int column = 0; column < shape_.columns; ++column) {
          double sum = 0;
          for (int tap = 0; tap < 9; ++tap) {
            for (int k = 0; k < shape_.depth; ++k) {
              const std::size_t at =
                  (static_cast<std::size_t>(column) * 9 + static_cast<std::size_t>(tap)) *
                      static_cast<std::size_t>(shape_.depth) +
                  static_cast<std::size_t>(k);
              sum += static_cast<double>(weights_[at]) *
                     codes_[input_at(line + tap / 3, bin + tap % 3) + static_cast<std::size_t>(k)];
            }
          }
          sum = sum * static_cast<double>(kOutputScale) +
                static_cast<double>(offset_[static_cast<std::size_t>(column)]);
          const std::size_t at = output.size();
          if (residual_kind_ == Residual::codes) {
            sum += static_cast<double>(kResidual) * residual_codes_[at];
          }
          if (residual_kind_ == Residual::floats) {
            sum += static_cast<double>(kResidual) * static_cast<double>(residual_[at]);
          }
          output.push_back(std::max(sum, 0.0));
        }
      }
    }
    return output;
  }

 private:
  static constexpr float kOutputScale = 0.02F;
  static constexpr float kResidual = 0.3F;

  std::ptrdiff_t line_stride() const {
    return static_cast<std::ptrdiff_t>(whole_tiles(shape_.bins) + 2) * shape_.depth;
  }
  std::size_t input_size() const {
    return static_cast<std::size_t>(whole_tiles(shape_.lines) + 2) *
           static_cast<std::size_t>(line_stride());
  }
  std::size_t input_at(int line, int bin) const {
    return static_cast<std::size_t>(line * line_stride() +
                                    static_cast<std::ptrdiff_t>(bin) * shape_.depth);
  }

  Shape shape_;
  Residual residual_kind_;
  std::vector<float> weights_;
  std::vector<float> offset_;
  std::vector<std::uint8_t> codes_;
  std::vector<std::uint8_t> residual_codes_;
  std::vector<float> residual_;
};

double relative_error(const std::vector<float>& found, const std::vector<double>& expected) {
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += std::pow(static_cast<double>(found[i]) - expected[i], 2);
    size += expected[i] * expected[i];
  }
  return std::sqrt(difference / size);
}

class Winograd : public testing::EachInstructionSet {};

TEST_P(Winograd, InFloatsIsTheDirectConvolution) {
  for (const Shape& shape : kShapes) {
    for (const Residual residual : {Residual::none, Residual::floats}) {
      const Problem problem(shape, residual);
      const auto output = problem.solve<float>(kernels_, WinogradArithmetic::f32);
      // The transforms of F(4 x 4, 3 x 3) amplify roundings by some tens (Barabasz et al. 2020
      // measure 30).
      EXPECT_LT(relative_error(output, problem.definition()), 60 * testing::kRounding)
          << shape.lines << " x " << shape.bins << " x " << shape.depth;
    }
  }
}

TEST_P(Winograd, InIntegersLosesNoMoreThanTheWeightsLastBits) {
  for (const Shape& shape : kShapes) {
    for (const Residual residual : {Residual::none, Residual::codes, Residual::floats}) {
      const Problem problem(shape, residual);
      const auto output = problem.solve<float>(kernels_, WinogradArithmetic::integer);
      // Weights keep some ten bits at a depth of 256, where many could add up, and more below.
      EXPECT_LT(relative_error(output, problem.definition()), 0x1p-8)
          << shape.lines << " x " << shape.bins << " x " << shape.depth;
    }
  }
}

TEST_P(Winograd, GivesTheTwinsCodes) {
  for (const Shape& shape : kShapes) {
    const Problem problem(shape, Residual::codes);
    const auto found = problem.solve<std::uint8_t>(kernels_, WinogradArithmetic::integer);
    const auto twin = problem.solve<std::uint8_t>(twin_, WinogradArithmetic::integer);
    // The sums are the same; where the result lies half-way between two codes, the last rounding in
    // f32 may not be.
    std::size_t apart = 0;
    for (std::size_t i = 0; i < twin.size(); ++i) {
      ASSERT_LE(std::abs(found[i] - twin[i]), 1) << "output " << i;
      apart += found[i] != twin[i] ? 1 : 0;
    }
    EXPECT_LE(apart, twin.size() / 1000);
  }
}

// The largest transformed input there is, 68 times the highest code at the position (1, 1), in all
// channels, under weights that weigh most there: sums must not overflow.
TEST_P(Winograd, HoldsTheLargestSums) {
  constexpr int kDepth = 256;
  constexpr int kColumns = 32;
  constexpr int kSide = kWinogradInput;
  constexpr float kTaps[3] = {0.5F, 1.0F, 0.0F};
  std::vector<float> weights;
  for (int row = 0; row < kColumns * 9; ++row) {
    weights.insert(weights.end(), kDepth, kTaps[row % 9 / 3] * kTaps[row % 3]);
  }
  const WinogradWeights packed(weights, kColumns, kDepth, kernels_.winograd_panel,
                               WinogradArithmetic::integer);
  const auto lit = [](int line, int bin) {
    const bool low = line >= 1 && line <= 2 && bin >= 1 && bin <= 2;
    const bool high = line >= 3 && line <= 4 && bin >= 3 && bin <= 4;
    return low || high;
  };
  std::vector<std::uint8_t> input;
  for (int cell = 0; cell < kSide * kSide; ++cell) {
    input.insert(input.end(), kDepth, lit(cell / kSide, cell % kSide) ? 255 : 0);
  }
  const std::vector<float> offset(kColumns, 0.0F);
  std::vector<float> output(static_cast<std::size_t>(kWinogradTile) * kWinogradTile * kColumns);
  AlignedBuffer<char> workspace(kWinogradWorkspaceBytes);
  WinogradConvolution c;
  c.input = input.data();
  c.input_line_stride = static_cast<std::ptrdiff_t>(kSide) * kDepth;
  c.weights = &packed;
  c.scale = packed.scale();
  c.offset = offset.data();
  c.output = output.data();
  c.output_line_stride = static_cast<std::ptrdiff_t>(kWinogradTile) * kColumns;
  c.lines = c.bins = kWinogradTile;
  c.workspace = workspace.data();
  kernels_.winograd(c);
  for (std::size_t i = 0; i < output.size(); ++i) {
    const int cell = static_cast<int>(i) / kColumns;
    float sum = 0;
    for (int tap = 0; tap < 9; ++tap) {
      if (lit(cell / kWinogradTile + tap / 3, cell % kWinogradTile + tap % 3)) {
        sum += kTaps[tap / 3] * kTaps[tap % 3];
      }
    }
    EXPECT_NEAR(output[i], 255.0F * kDepth * sum, 255.0F * kDepth * 0.02F) << "output " << i;
  }
}

TEST_P(Winograd, CodesAreTheNearest) {
  constexpr int kCells = 5;
  constexpr int kChannels = 64;
  std::vector<float> inverse;
  for (int c = 0; c < kChannels; ++c) inverse.push_back(100.0F / static_cast<float>(c + 1));
  std::vector<float> values = random_values(kCells * kChannels, 5);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= 300 / inverse[i % kChannels];
  std::vector<std::uint8_t> codes(values.size());
  kernels_.quantize({values.data(), codes.data(), inverse.data(), kCells, kChannels});
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float expected = std::clamp(values[i] * inverse[i % kChannels], 0.0F, 255.0F);
    EXPECT_LE(std::abs(static_cast<float>(codes[i]) - expected), 0.5001F) << "value " << i;
  }
  std::vector<std::int16_t> wide(codes.size(), -1);
  kernels_.widen(codes.data(), wide.data(), static_cast<int>(codes.size()));
  EXPECT_TRUE(std::equal(codes.begin(), codes.end(), wide.begin()));
}

DIARIST_FOR_EACH_INSTRUCTION_SET(Winograd);

}  // namespace
}  // namespace diarist::kernels
