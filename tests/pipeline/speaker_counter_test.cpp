#include "pipeline/speaker_counter.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nets/segmentation_shape.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::size_t kFrames = nets::SegmentationShape::frames();

TEST(SpeakerCounter, HasSettledWhatNoWindowToComeCanChange) {
  for (const double step_s : {0.5, 1.0, 3.0, 10.0}) {
    std::mt19937 random(5);
    SpeakerCounter counter(step_s, 3);
    std::vector<std::uint8_t> before;
    for (int w = 0; w < 30; ++w) {
      std::vector<std::uint8_t> active(kFrames * 3);
      for (std::uint8_t& one : active) one = random() % 2 == 0 ? 1 : 0;
      counter.add(active.data());
      const auto& now = counter.counts();
      EXPECT_EQ(static_cast<std::int64_t>(now.size()), window_start_frame(w + 1, step_s));
      EXPECT_TRUE(std::equal(before.begin(), before.end(), now.begin()));
      before = now;
    }
    counter.finish();
    EXPECT_EQ(static_cast<std::int64_t>(counter.counts().size()), frame_count(30, step_s));
    const std::size_t kept = std::min<std::size_t>(
        before.size(), static_cast<std::size_t>(window_start_frame(29, step_s)) + kFrames);
    EXPECT_TRUE(std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(kept),
                           counter.counts().begin()));
    EXPECT_EQ(counter.counts().back(), 0) << "no window reaches the last frame";
  }
}

TEST(SpeakerCounter, CarriesTheLastFrameOverAGap) {
  SpeakerCounter counter(10.0, 3);
  std::vector<std::uint8_t> active(kFrames * 3, 0);
  active[(kFrames - 1) * 3] = 1;
  active[(kFrames - 1) * 3 + 1] = 1;
  counter.add(active.data());
  counter.add(active.data());
  counter.finish();
  const auto start = static_cast<std::size_t>(window_start_frame(1, 10.0));
  for (std::size_t f = kFrames - 1; f < start; ++f) EXPECT_EQ(counter.counts()[f], 2);
  EXPECT_EQ(counter.counts()[start], 0);
}

TEST(SpeakerCounter, OfNothingHasNoFrames) {
  SpeakerCounter counter(1.0, 3);
  counter.finish();
  EXPECT_THAT(counter.counts(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace diarist::pipeline
