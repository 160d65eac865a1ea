#include "nets/segmentation.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "nets/built_in_nets.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/instruction_sets.hpp"

namespace diarist::nets {
namespace {

constexpr int kWindow = SegmentationShape::kWindowSamples;
constexpr int kFrames = SegmentationShape::frames();
constexpr std::size_t kCells = static_cast<std::size_t>(kFrames) * testing::kSegmentation.speakers;

class SegmentationTest : public testing::EachInstructionSet {};

TEST_P(SegmentationTest, ScoresAreNearTheTwins) {
  const Segmentation net(testing::built_in_pack(), kernels_);
  const Segmentation twin(testing::built_in_pack(), twin_);
  const auto samples = testing::restless_noise(kWindow);
  const auto scores = [&](const Segmentation& each) {
    Segmentation::Workspace workspace(each);
    const float* out = each.scores(samples.data(), 1, 10, workspace);
    return std::vector<float>(out, out + static_cast<std::ptrdiff_t>(kFrames) * 7);
  };
  // SincNet's and the LSTM's errors (see there), and what the LSTM makes of the former.
  const double error = testing::relative_error(scores(net), scores(twin));
  EXPECT_LT(error, 2e-5);
  RecordProperty("relative_error", std::to_string(error * 1e9) + "e-9");
}

DIARIST_FOR_EACH_INSTRUCTION_SET(SegmentationTest);

struct Activity {
  std::vector<std::uint8_t> active;
  std::vector<std::uint8_t> probability;
  bool operator==(const Activity&) const = default;
};

class SegmentationBatch : public ::testing::TestWithParam<std::tuple<int, Precision>> {
 protected:
  static Activity run(const Segmentation& net, Segmentation::Workspace& workspace,
                      const float* samples, int windows, int step) {
    Activity out{std::vector<std::uint8_t>(static_cast<std::size_t>(windows) * kCells, 9),
                 std::vector<std::uint8_t>(static_cast<std::size_t>(windows) * kCells, 9)};
    net.run(samples, windows, step, workspace, out.active.data(), out.probability.data());
    return out;
  }
};

TEST_P(SegmentationBatch, EveryWindowIsAsIfAlone) {
  const auto [step, precision] = GetParam();
  constexpr int kWindows = 7;
  const auto samples = testing::restless_noise(
      static_cast<std::size_t>(kWindows - 1) * static_cast<std::size_t>(step) + kWindow);
  const Segmentation net(testing::built_in_pack(), kernels::kernel_set(best_instruction_set()),
                         precision);
  Segmentation::Workspace workspace(net);
  const float* scores = net.scores(samples.data(), kWindows, step, workspace);
  const std::vector<float> together(scores, scores + static_cast<std::ptrdiff_t>(kFrames) * 7 * 7);
  const Activity all = run(net, workspace, samples.data(), kWindows, step);
  for (int w = 0; w < kWindows; ++w) {
    const float* own = samples.data() + static_cast<std::ptrdiff_t>(w) * step;
    scores = net.scores(own, 1, step, workspace);
    for (int t = 0; t < kFrames; ++t) {
      ASSERT_TRUE(
          std::equal(scores + t * 7, scores + t * 7 + 7, together.begin() + (t * kWindows + w) * 7))
          << "window " << w << ", frame " << t;
    }
    const Activity alone = run(net, workspace, own, 1, step);
    EXPECT_TRUE(std::equal(alone.active.begin(), alone.active.end(),
                           all.active.begin() + static_cast<std::ptrdiff_t>(w * kCells)));
    EXPECT_TRUE(std::equal(alone.probability.begin(), alone.probability.end(),
                           all.probability.begin() + static_cast<std::ptrdiff_t>(w * kCells)));
  }
}

INSTANTIATE_TEST_SUITE_P(Steps, SegmentationBatch,
                         ::testing::Combine(::testing::Values(16000, 40000, kWindow,
                                                              kWindow + 5000),
                                            ::testing::Values(Precision::f32, Precision::int8)));

}  // namespace
}  // namespace diarist::nets
