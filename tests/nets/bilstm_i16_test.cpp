#include "nets/bilstm_i16.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nets/bilstm.hpp"
#include "nets/built_in_nets.hpp"
#include "nets/segmentation_shape.hpp"
#include "nets/sincnet.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/instruction_sets.hpp"

namespace diarist::nets {
namespace {

constexpr int kInputs = testing::kSegmentation.conv_channels;
constexpr int kOutputs = 2 * testing::kSegmentation.lstm_hidden;

template <class Net>
Net built_in(const kernels::KernelSet& kernels) {
  return Net(testing::built_in_pack(), "segmentation.lstm.", testing::kSegmentation.lstm_layers,
             kInputs, testing::kSegmentation.lstm_hidden, kernels);
}

std::vector<float> run(const BiLstmI16& net, const std::vector<float>& input, int frames,
                       int batch) {
  BiLstmI16::Workspace workspace(net, frames, batch);
  const std::int16_t* codes = net.run(input.data(), frames, batch, workspace);
  std::vector<float> out;
  for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(frames) * batch * kOutputs; ++i) {
    out.push_back(static_cast<float>(codes[i]) / kernels::kUnitRange.per_unit);
  }
  return out;
}

/// What SincNet makes of noise, sequences from different places.
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

class BiLstmI16Test : public testing::EachInstructionSet {
 protected:
  const BiLstmI16 net_ = built_in<BiLstmI16>(kernels_);
};

TEST_P(BiLstmI16Test, IsNearTheNetInFloatingPoint) {
  const BiLstm reference = built_in<BiLstm>(twin_);
  for (const auto& [frames, batch] : {std::pair{1, 1}, {8, 3}, {9, 1}, {50, 2}}) {
    const auto input = input_of(frames, batch);
    BiLstm::Workspace workspace(reference, frames, batch);
    const float* out = reference.run(input.data(), frames, batch, workspace);
    const std::vector<float> expected(out,
                                      out + static_cast<std::ptrdiff_t>(frames) * batch * kOutputs);
    const double error = testing::relative_error(run(net_, input, frames, batch), expected);
    // Codes are wrong by 0.29 / 4096 of outputs that are about 0.2 in size, and four layers see it.
    EXPECT_LT(error, 4 * 2 * 0.29 / 4096 / 0.2) << frames << " frames of " << batch;
    RecordProperty("relative_error_" + std::to_string(frames), std::to_string(error * 1e6) + "e-6");
  }
}

TEST_P(BiLstmI16Test, SameBitsInEveryBatch) {
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

DIARIST_FOR_EACH_INSTRUCTION_SET(BiLstmI16Test);

}  // namespace
}  // namespace diarist::nets
