#include "nets/sincnet.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nets/built_in_nets.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/instruction_sets.hpp"

namespace diarist::nets {
namespace {

constexpr int kWindow = SegmentationShape::kWindowSamples;
constexpr int kFrames = SegmentationShape::frames();
constexpr int kChannels = testing::kSegmentation.conv_channels;

std::vector<float> run(const SincNet& net, SincNet::Workspace& workspace, const float* samples,
                       int windows, int step) {
  std::vector<float> out(static_cast<std::size_t>(kFrames) * windows * kChannels);
  net.run(samples, windows, step, workspace, out.data());
  return out;
}

class SincNetTest : public testing::EachInstructionSet {};

TEST_P(SincNetTest, IsNearTheTwin) {
  const std::vector<float> samples = testing::restless_noise(kWindow);
  const SincNet net(testing::built_in_pack(), SegmentationShape{}, kernels_);
  const SincNet twin(testing::built_in_pack(), SegmentationShape{}, twin_);
  SincNet::Workspace workspace(SegmentationShape{});
  const auto found = run(net, workspace, samples.data(), 1, 10);
  const auto expected = run(twin, workspace, samples.data(), 1, 10);
  // Three convolutions and normalisations, each about 8 roundings of its size.
  const double error = testing::relative_error(found, expected);
  EXPECT_LT(error, 3 * 2 * 8 * testing::kRounding);
  RecordProperty("relative_error", std::to_string(error * 1e9) + "e-9");
}

DIARIST_FOR_EACH_INSTRUCTION_SET(SincNetTest);

/// Steps: overlap by nine tenths, by three quarters, by ten samples, not at all, and with a gap.
class SharedSinc : public ::testing::TestWithParam<int> {};

// Raw responses are computed once for all windows that share them: bit for bit what each window
// alone would have got.
TEST_P(SharedSinc, EveryWindowIsAsIfAlone) {
  const int step = GetParam();
  constexpr int kWindows = 12;  // the ring of raw responses is torn inside groups as well
  const std::vector<float> samples = testing::restless_noise(
      static_cast<std::size_t>(kWindows - 1) * static_cast<std::size_t>(step) + kWindow);
  const SincNet net(testing::built_in_pack(), SegmentationShape{},
                    kernels::kernel_set(best_instruction_set()));
  SincNet::Workspace workspace(SegmentationShape{});
  const std::vector<float> together = run(net, workspace, samples.data(), kWindows, step);
  for (int w = 0; w < kWindows; ++w) {
    const std::vector<float> alone =
        run(net, workspace, samples.data() + static_cast<std::ptrdiff_t>(w) * step, 1, step);
    int different = 0;
    for (std::size_t t = 0; t < kFrames; ++t) {
      for (std::size_t c = 0; c < kChannels; ++c) {
        const std::size_t row = t * kWindows + static_cast<std::size_t>(w);
        if (together[row * kChannels + c] != alone[t * kChannels + c]) ++different;
      }
    }
    EXPECT_EQ(different, 0) << "window " << w;
  }
}

INSTANTIATE_TEST_SUITE_P(Steps, SharedSinc,
                         ::testing::Values(16000, 40000, kWindow - 10, kWindow, kWindow + 12340));

/// Hops: short, of no whole number of responses, long, and such that windows share nothing.
class KeptResponses : public ::testing::TestWithParam<int> {};

// A recording that goes on: each window, of whose responses the window before left what it had,
// is bit for bit what it is alone; also while it holds zeros, and beside another recording.
TEST_P(KeptResponses, EveryWindowIsAsIfAlone) {
  const int hop = GetParam();
  const SincNet net(testing::built_in_pack(), SegmentationShape{},
                    kernels::kernel_set(best_instruction_set()));
  SincNet::Workspace workspace(SegmentationShape{});
  const std::vector<float> recording = testing::restless_noise(3 * kWindow);
  const std::vector<float> other = testing::restless_noise(2 * kWindow);
  SincResponses kept{SegmentationShape{}};
  SincResponses kept_of_other{SegmentationShape{}};
  std::vector<float> samples(kWindow);
  std::vector<float> out(static_cast<std::size_t>(kFrames) * 2 * kChannels);
  int heard_of_other = 0;
  // The last hop is a short one, as at a recording's end.
  constexpr int kEnd = 2 * kWindow + 4321;
  int heard = 0;
  for (int look = 0; heard < kEnd; ++look) {
    heard = std::min(heard + hop, kEnd);
    const auto window = [&](const std::vector<float>& all, int end, std::vector<float>& own,
                            SincResponses& responses) {
      const int first = (std::max(0, end - kWindow) + 159) / 160 * 160;
      own.assign(kWindow, 0.0F);
      std::copy(all.begin() + first, all.begin() + end, own.begin());
      return SincNet::Window{own.data(), first, end - first, &responses};
    };
    std::vector<SincNet::Window> windows{window(recording, heard, samples, kept)};
    std::vector<float> samples_of_other;
    if (look % 2 == 1) {
      heard_of_other = std::min(heard_of_other + hop + 77, 2 * kWindow);
      windows.insert(windows.begin(),
                     window(other, heard_of_other, samples_of_other, kept_of_other));
    }
    net.run(windows, workspace, out.data());
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const std::vector<float> alone = run(net, workspace, windows[w].samples, 1, 160);
      int different = 0;
      for (std::size_t t = 0; t < kFrames; ++t) {
        for (std::size_t c = 0; c < kChannels; ++c) {
          const std::size_t row = t * windows.size() + w;
          if (out[row * kChannels + c] != alone[t * kChannels + c]) ++different;
        }
      }
      ASSERT_EQ(different, 0) << "window " << w << " of " << windows.size() << ", " << heard;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Hops, KeptResponses, ::testing::Values(4000, 16007, 31000, kWindow + 30));

TEST(SincNetLoudness, DoesNotMatter) {
  // A window's samples are normalised first.
  std::vector<float> samples = testing::restless_noise(kWindow);
  const SincNet net(testing::built_in_pack(), SegmentationShape{},
                    kernels::kernel_set(best_instruction_set()));
  SincNet::Workspace workspace(SegmentationShape{});
  const auto before = run(net, workspace, samples.data(), 1, 10);
  for (float& sample : samples) sample = 0.5F * sample + 0.2F;
  const auto after = run(net, workspace, samples.data(), 1, 10);
  EXPECT_LT(testing::relative_error(after, before), 5e-3);  // the norm's epsilon is felt
}

TEST(SincNetSilence, GivesFiniteNumbers) {
  const SincNet net(testing::built_in_pack(), SegmentationShape{},
                    kernels::kernel_set(best_instruction_set()));
  SincNet::Workspace workspace(SegmentationShape{});
  const std::vector<float> silence(kWindow, 0.0F);
  const auto out = run(net, workspace, silence.data(), 1, 10);
  EXPECT_TRUE(std::all_of(out.begin(), out.end(), [](float x) { return std::isfinite(x); }));
}

}  // namespace
}  // namespace diarist::nets
