#include "pipeline/turn_confidence.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "pipeline/set_frame.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kFrames = LocalActivity::kFrames;
constexpr double kStep_s = 1.0;

double calibrated(double raw) {
  return 1 / (1 + std::exp(-(kConfidence.offset + kConfidence.slope * std::log(raw / (1 - raw)))));
}

/// Two windows; local speaker 0 of the first and 2 of the second talk with a probability of 0.8,
/// others with 0.2.
struct Scene {
  Scene() {
    activity.windows = 2;
    activity.active.assign(2UL * kFrames * 3, 0);
    activity.probability.assign(activity.active.size(), 51);
    for (std::size_t f = 0; f < kFrames; ++f) {
      activity.probability[f * 3] = 204;
      activity.probability[(kFrames + f) * 3 + 2] = 204;
    }
    frames = FrameSpeakers(static_cast<std::size_t>(frame_count(2, kStep_s)), 3);
    for (std::size_t f = 0; f < frames.size(); ++f) frames[f][0] = 0;
  }

  std::vector<float> confidence(const std::vector<FrameTurn>& turns,
                                const std::vector<float>& relabelled = {}) const {
    return turn_confidence(turns, {activity, labels, certainty, frames, relabelled, kStep_s});
  }

  LocalActivity activity;
  std::vector<int> labels{0, -2, -2, -2, -2, 0};
  std::vector<float> certainty{1.0F, 0, 0, 0, 0, 0.5F};
  FrameSpeakers frames;
};

TEST(TurnConfidence, IsSpeechTimesCertaintyOverAllCoveringWindows) {
  const Scene scene;
  const auto sure = scene.confidence({{0, 59, 0, 0, 0}, {100, 200, 0, 0, 0}, {100, 200, 0, 0, 1}});
  ASSERT_EQ(sure.size(), 3U);
  EXPECT_NEAR(sure[0], calibrated(0.8), 1e-6);  // One window.
  EXPECT_NEAR(sure[1], calibrated(0.8 * (1 + 0.5) / 2), 1e-6);
  EXPECT_LT(sure[2], 0.01);  // Nobody there bears that label.
}

TEST(TurnConfidence, TakesRelabellingsWordWhereItHasOne) {
  const Scene scene;
  std::vector<float> relabelled(scene.frames.size(), -1.0F);
  for (std::size_t f = 100; f < 150; ++f) relabelled[f] = 0.9F;
  const auto sure = scene.confidence({{100, 150, 0, 0, 0}, {150, 200, 0, 0, 0}}, relabelled);
  EXPECT_NEAR(sure[0], calibrated(0.8 * 0.9), 1e-6);
  EXPECT_NEAR(sure[1], calibrated(0.8 * 0.75), 1e-6);
}

TEST(TurnConfidence, ASecondSpeakerIsAsLikelyAsThatTwoSpeak) {
  Scene scene;
  for (std::size_t f = 0; f < scene.frames.size(); ++f) {
    testing::set_frame(scene.frames, f, {1, 0, -1});
  }
  EXPECT_NEAR(scene.confidence({{0, 59, 0, 0, 0}})[0], calibrated(0.2), 1e-6);
}

TEST(TurnConfidence, StaysWithinItsBounds) {
  Scene scene;
  scene.activity.probability.assign(scene.activity.probability.size(), 255);
  scene.certainty.assign(6, 1.0F);
  EXPECT_LE(scene.confidence({{0, 59, 0, 0, 0}})[0], 1.0F);
  scene.activity.probability.assign(scene.activity.probability.size(), 0);
  EXPECT_GE(scene.confidence({{0, 59, 0, 0, 0}})[0], 0.0F);
}

TEST(TurnConfidence, RefusesWhatDoesNotFit) {
  Scene scene;
  EXPECT_THROW(scene.confidence({{0, 100000, 0, 0, 0}}), Error);
  EXPECT_THROW(scene.confidence({{0, 59, 0, 0, 0}}, {1.0F}), Error);
  scene.labels.pop_back();
  EXPECT_THROW(scene.confidence({{0, 59, 0, 0, 0}}), Error);
}

}  // namespace
}  // namespace diarist::pipeline
