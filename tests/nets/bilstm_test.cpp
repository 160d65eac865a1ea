#include "nets/bilstm.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nets/built_in_nets.hpp"
#include "nets/segmentation_shape.hpp"
#include "nets/sincnet.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/instruction_sets.hpp"

namespace diarist::nets {
namespace {

constexpr int kInputs = testing::kSegmentation.conv_channels;
constexpr int kOutputs = 2 * testing::kSegmentation.lstm_hidden;

BiLstm built_in(const kernels::KernelSet& kernels) {
  return BiLstm(testing::built_in_pack(), "segmentation.lstm.", testing::kSegmentation.lstm_layers,
                kInputs, testing::kSegmentation.lstm_hidden, kernels);
}

std::vector<float> run(const BiLstm& net, const std::vector<float>& input, int frames, int batch) {
  BiLstm::Workspace workspace(net, frames, batch);
  const float* out = net.run(input.data(), frames, batch, workspace);
  return std::vector<float>(out, out + static_cast<std::ptrdiff_t>(frames) * batch * kOutputs);
}

/// What SincNet makes of noise, sequences from different places. (White noise as input is nothing
/// the weights were made for: there the recurrence is chaotic, and rounding grows to per cents.)
std::vector<float> input_of(int frames, int batch) {
  static const std::vector<float> kFeatures = [] {
    const SincNet net(testing::built_in_pack(), SegmentationShape{},
                      kernels::kernel_set(best_instruction_set()));
    SincNet::Workspace workspace(SegmentationShape{});
    const auto samples = testing::restless_noise(SegmentationShape::kWindowSamples);
    std::vector<float> out(static_cast<std::size_t>(SegmentationShape::frames()) * kInputs);
    net.run(samples.data(), 1, 10, workspace, out.data());
    return out;
  }();
  std::vector<float> input;
  for (int t = 0; t < frames; ++t) {
    for (int b = 0; b < batch; ++b) {
      const auto row = kFeatures.begin() + static_cast<std::ptrdiff_t>(70 * b + t) * kInputs;
      input.insert(input.end(), row, row + kInputs);
    }
  }
  return input;
}

class BiLstmTest : public testing::EachInstructionSet {
 protected:
  const BiLstm net_ = built_in(kernels_);
};

TEST_P(BiLstmTest, IsNearTheTwin) {
  const BiLstm twin = built_in(twin_);
  for (const auto& [frames, batch] : {std::pair{1, 1}, {16, 3}, {17, 1}, {50, 2}}) {
    const auto input = input_of(frames, batch);
    const double error =
        testing::relative_error(run(net_, input, frames, batch), run(twin, input, frames, batch));
    // Four layers; a gate's functions are exact to 2e-7 of outputs that are about 0.2 in size, and
    // what one frame has wrong the next ones forget.
    EXPECT_LT(error, 4 * 2e-7 / 0.2) << frames << " frames of " << batch;
    RecordProperty("relative_error_" + std::to_string(frames), std::to_string(error * 1e9) + "e-9");
  }
}

TEST_P(BiLstmTest, SameBitsInEveryBatch) {
  const int frames = 40;
  const int batch = 7;
  const auto input = input_of(frames, batch);
  const auto together = run(net_, input, frames, batch);
  for (int b = 0; b < batch; ++b) {
    std::vector<float> own;
    std::vector<float> expected;
    for (int t = 0; t < frames; ++t) {
      const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(t) * batch + b;
      own.insert(own.end(), input.begin() + row * kInputs, input.begin() + (row + 1) * kInputs);
      expected.insert(expected.end(), together.begin() + row * kOutputs,
                      together.begin() + (row + 1) * kOutputs);
    }
    EXPECT_EQ(run(net_, own, frames, 1), expected) << "sequence " << b;
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(BiLstmTest);

/// The definition of one direction of one layer, in f64, from the same weights.
TEST(BiLstmDefinition, OneLayerInBothDirections) {
  const model::Pack& pack = testing::built_in_pack();
  constexpr int kHidden = testing::kSegmentation.lstm_hidden;
  const int frames = 20;
  const BiLstm net(pack, "segmentation.lstm.", 1, kInputs, kHidden,
                   kernels::kernel_set(best_instruction_set()));
  const auto input = input_of(frames, 1);
  const auto found = run(net, input, frames, 1);
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (int direction = 0; direction < 2; ++direction) {
    const std::string suffix = direction == 0 ? "_l0" : "_l0_reverse";
    const auto floats = [&](const std::string& name, std::vector<std::int64_t> shape) {
      return pack.floats("segmentation.lstm." + name + suffix, shape);
    };
    const auto from_input = floats("weight_ih", {4 * kHidden, kInputs});
    const auto from_hidden = floats("weight_hh", {4 * kHidden, kHidden});
    const auto bias1 = floats("bias_ih", {4 * kHidden});
    const auto bias2 = floats("bias_hh", {4 * kHidden});
    double largest = 0;
    std::vector<double> cell(kHidden);
    std::vector<double> hidden(kHidden);
    for (int i = 0; i < frames; ++i) {
      const auto t = static_cast<std::size_t>(direction == 0 ? i : frames - 1 - i);
      std::vector<double> gates(4 * kHidden);
      for (std::size_t g = 0; g < gates.size(); ++g) {
        gates[g] = static_cast<double>(bias1[g]) + static_cast<double>(bias2[g]);
        for (std::size_t k = 0; k < kInputs; ++k) {
          gates[g] += static_cast<double>(from_input[g * kInputs + k]) *
                      static_cast<double>(input[t * kInputs + k]);
        }
        for (std::size_t k = 0; k < kHidden; ++k) {
          gates[g] += static_cast<double>(from_hidden[g * kHidden + k]) * hidden[k];
        }
      }
      for (std::size_t j = 0; j < kHidden; ++j) {
        cell[j] = sigmoid(gates[kHidden + j]) * cell[j] +
                  sigmoid(gates[j]) * std::tanh(gates[2 * kHidden + j]);
        hidden[j] = sigmoid(gates[3 * kHidden + j]) * std::tanh(cell[j]);
      }
      for (std::size_t j = 0; j < kHidden; ++j) {
        largest = std::max(
            largest,
            std::abs(static_cast<double>(
                         found[t * kOutputs + static_cast<std::size_t>(direction) * kHidden + j]) -
                     hidden[j]));
      }
    }
    // A gate's sum in f32 is off by some 8 roundings of its size, 10 or so.
    EXPECT_LT(largest, 10 * 8 * testing::kRounding) << suffix;
    RecordProperty("largest_error" + suffix, std::to_string(largest * 1e9) + "e-9");
  }
}

}  // namespace
}  // namespace diarist::nets
