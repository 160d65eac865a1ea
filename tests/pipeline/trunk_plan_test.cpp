// Where the trunk runs: everywhere that a mask may look, hardly anywhere else, and in the same
// blocks however the plan is settled.
#include "pipeline/trunk_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pooling_mask.hpp"
#include "pipeline/window.hpp"
#include "testing/built_in_sizes.hpp"

namespace diarist::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stretch = TrunkPlan::Run;

constexpr int kFrames = nets::SegmentationShape::frames();
constexpr int kSpeakers = testing::kSegmentation.speakers;
constexpr std::int64_t kEndless = 1 << 30;
constexpr TrunkPlanParameters kParameters{
    .most_frames = 50, .least_gap = 12, .cut = 1000, .speakers = kSpeakers};

using Activity = std::vector<std::uint8_t>;  // [589, 3] of one window

Activity silence() { return Activity(static_cast<std::size_t>(kFrames) * kSpeakers, 0); }

void talk(Activity& activity, int speaker, int first, int end) {
  for (int f = first; f < end; ++f) activity[static_cast<std::size_t>(f * kSpeakers + speaker)] = 1;
}

std::vector<Activity> babble(int windows, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Activity> all;
  for (int w = 0; w < windows; ++w) {
    all.push_back(silence());
    if (random() % 4 == 0) continue;
    for (int i = 0; i < 3; ++i) {
      const int first = static_cast<int>(random() % kFrames);
      talk(all.back(), static_cast<int>(random() % kSpeakers), first,
           std::min<int>(kFrames, first + 1 + static_cast<int>(random() % 150)));
    }
  }
  return all;
}

/// Settled after every `together` windows.
std::vector<Stretch> plan(const std::vector<Activity>& windows, int step_frames,
                          std::size_t together) {
  TrunkPlan plan(kParameters);
  std::vector<Stretch> runs;
  const auto take = [&](const std::vector<Stretch>& more) {
    runs.insert(runs.end(), more.begin(), more.end());
    if (!runs.empty()) {
      EXPECT_GE(plan.given_out(), runs.back().end);
    }
  };
  for (std::size_t w = 0; w < windows.size(); ++w) {
    plan.add_window(windows[w].data(), static_cast<std::int64_t>(w) * step_frames, kEndless);
    if ((w + 1) % together == 0) {
      take(plan.settle(window_trunk_span(static_cast<std::int64_t>(w + 1) * step_frames).first));
    }
  }
  take(plan.finish());
  return runs;
}

TEST(TrunkPlan, NobodyNeedsNothing) {
  EXPECT_THAT(plan(std::vector<Activity>(5, silence()), 100, 2), IsEmpty());
}

TEST(TrunkPlan, OneRunWhereSomebodyTalks) {
  std::vector<Activity> one(1, silence());
  talk(one[0], 1, 200, 300);
  // Frame f is in force from f * 1000 / 589 feature frames on; the trunk's are 8 apart.
  EXPECT_THAT(plan(one, 100, 1), ElementsAre(Stretch{43, 64}));
}

TEST(TrunkPlan, ShortGapsAreRunOverAndLongRunsCut) {
  std::vector<Activity> one(1, silence());
  talk(one[0], 0, 0, 20);
  talk(one[0], 2, 40, 60);  // a gap of four trunk frames
  talk(one[0], 0, 200, kFrames);
  EXPECT_THAT(plan(one, 100, 1), ElementsAre(Stretch{0, 13}, Stretch{43, 93}, Stretch{93, 125}));
}

TEST(TrunkPlan, EndsWhereTheRecordingDoes) {
  Activity all = silence();
  talk(all, 0, 0, kFrames);
  TrunkPlan plan({.most_frames = 1000, .least_gap = 12, .cut = 1000, .speakers = kSpeakers});
  plan.add_window(all.data(), 0, 17);
  EXPECT_THAT(plan.finish(), ElementsAre(Stretch{0, 17}));
}

TEST(TrunkPlan, NoRunGoesOverACut) {
  Activity all = silence();
  talk(all, 0, 0, kFrames);
  TrunkPlan plan({.most_frames = 60, .least_gap = 12, .cut = 50, .speakers = kSpeakers});
  plan.add_window(all.data(), 0, kEndless);
  EXPECT_THAT(plan.finish(), ElementsAre(Stretch{0, 50}, Stretch{50, 100}, Stretch{100, 125}));
}

TEST(TrunkPlan, BehindACutItIsTheSameWithoutWhatLiesBefore) {
  for (const int step : {50, 100, 257}) {
    const std::vector<Activity> windows = babble(60, 9);
    TrunkPlanParameters parameters = kParameters;
    parameters.cut = 125;
    TrunkPlan whole(parameters);
    TrunkPlan part(parameters, 250);
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const auto start = static_cast<std::int64_t>(w) * step;
      whole.add_window(windows[w].data(), start, kEndless);
      if (start + 1000 > 250 * 8) part.add_window(windows[w].data(), start, kEndless);
    }
    std::vector<Stretch> expected = whole.finish();
    std::erase_if(expected, [](const Stretch& run) { return run.first < 250; });
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(part.given_out(), 250);
    EXPECT_EQ(part.finish(), expected) << step;
  }
}

TEST(TrunkPlan, DoesNotDependOnWhenItIsSettled) {
  for (const int step : {50, 100, 257, 1000}) {
    const std::vector<Activity> windows = babble(60, 7);
    const std::vector<Stretch> at_once = plan(windows, step, 1000);
    EXPECT_FALSE(at_once.empty());
    for (const std::size_t together : {1, 3, 20}) {
      EXPECT_EQ(plan(windows, step, together), at_once) << step << ", " << together;
    }
  }
}

TEST(TrunkPlan, CoversEveryMaskAndKeepsToItsBounds) {
  constexpr int kStep = 257;
  const std::vector<Activity> windows = babble(60, 8);
  const std::vector<Stretch> runs = plan(windows, kStep, 5);
  std::vector<bool> run(static_cast<std::size_t>(60 * kStep / 8 + 200), false);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    EXPECT_LT(runs[i].first, runs[i].end);
    EXPECT_LE(runs[i].end - runs[i].first, kParameters.most_frames);
    if (i > 0) {
      EXPECT_GE(runs[i].first, runs[i - 1].end);
    }
    for (std::int64_t f = runs[i].first; f < runs[i].end; ++f) {
      run[static_cast<std::size_t>(f)] = true;
    }
  }
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const std::int64_t start = static_cast<std::int64_t>(w) * kStep;
    const TrunkSpan span = window_trunk_span(start);
    const int count = static_cast<int>(span.end - span.first);
    for (int s = 0; s < kSpeakers; ++s) {
      std::vector<std::uint8_t> mask(kFrames);
      if (!pooling_mask(windows[w].data(), kSpeakers, s, mask.data())) continue;
      std::vector<float> weights(static_cast<std::size_t>(count));
      trunk_weights(mask.data(), span.first * 8 - start, count, weights.data());
      for (int i = 0; i < count; ++i) {
        EXPECT_TRUE(weights[static_cast<std::size_t>(i)] == 0 ||
                    run[static_cast<std::size_t>(span.first + i)])
            << "window " << w << ", frame " << i;
      }
    }
  }
}

}  // namespace
}  // namespace diarist::pipeline
