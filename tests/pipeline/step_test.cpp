// Windows at other steps than the reference's.
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "pipeline/preset.hpp"
#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

constexpr int kRate = 16000;

TEST(Step, HundredthsFromHalfASecondToAWindow) {
  for (const double step : {0.5, 0.51, 1.0, 1.15, 2.0, 2.5, 3.33, 9.99, 10.0}) {
    EXPECT_TRUE(pipeline::is_step(step)) << step;
    EXPECT_NEAR(pipeline::step_frames(step) * 0.01, step, 1e-9);
  }
  for (const double step : {0.0, -1.0, 0.49, 0.505, 1.0001, 10.01, 1e300,
                            std::numeric_limits<double>::infinity(), std::nan("")}) {
    EXPECT_FALSE(pipeline::is_step(step)) << step;
  }
}

TEST(Step, EvidenceWeighsAsInTheReferenceAtItsStep) {
  EXPECT_EQ(pipeline::evidence_weight(1.0), ClusteringOptions().fa);
  // What does best on the tuning meetings.
  EXPECT_NEAR(pipeline::evidence_weight(2.0), 0.11, 0.005);
  EXPECT_NEAR(pipeline::evidence_weight(3.0), 0.14, 0.005);
  EXPECT_NEAR(pipeline::evidence_weight(5.0), 0.2, 0.005);
}

TEST(Step, OptionsOverrideThePresetsOwn) {
  EXPECT_EQ(pipeline::parameters(BehaviorOptions{.preset = Preset::exact}).step_s, 1.0);
  EXPECT_EQ(pipeline::parameters(BehaviorOptions{.step_s = 2.5}).step_s, 2.5);
}

TEST(Step, ABadOneIsRefused) {
  const std::vector<float> samples(kRate, 0.0F);
  const Diarizer diarizer(Model::builtin(), {.threads = 1});
  try {
    diarizer.diarize(samples, kRate, {.step_s = 0.333});
    ADD_FAILURE() << "took the step";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_EQ(error.subject(), "step_s = 0.333");
  }
}

std::string json_of(const Diarization& diarization) {
  std::ostringstream out;
  write(out, diarization, FileFormat::json);
  return out.str();
}

TEST(Step, TurnsStayWhereTheyAreAndDoNotDependOnThreads) {
  const std::vector<float> samples =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  const Diarizer one(Model::builtin(), {.threads = 1});
  const Diarizer three(Model::builtin(), {.threads = 3});
  const Annotation usual = to_annotation(three.diarize(samples, kRate));
  // A step that is no whole number of the trunk's frames, nor of segmentation's; and the longest,
  // which leaves a few frames between windows.
  for (const double step : {2.57, 10.0}) {
    const Diarization found = three.diarize(samples, kRate, {.step_s = step});
    EXPECT_EQ(found.statistics.step_s, step);
    EXPECT_EQ(json_of(found), json_of(one.diarize(samples, kRate, {.step_s = step}))) << step;
    const Score error = score(usual, to_annotation(found));
    EXPECT_LT((error.miss_s + error.false_alarm_s) / error.total_s, 0.1) << step;
  }
}

// Two people, and half a minute between them in which nobody speaks.
TEST(Skipping, TheTrunkRunsOnlyWhereSomebodySpeaksWhateverTheThreads) {
  const std::vector<float> sample =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  std::vector<float> samples(sample.begin() + 8 * kRate, sample.begin() + 12 * kRate);
  samples.resize(34 * kRate, 0.0F);
  samples.insert(samples.end(), sample.begin() + 20 * kRate, sample.begin() + 24 * kRate);
  std::string first;
  for (const int threads : {1, 3}) {
    const Diarization found =
        Diarizer(Model::builtin(), {.threads = threads}).diarize(samples, kRate);
    EXPECT_GT(found.statistics.trunk_skipped, 0.7);
    EXPECT_LT(found.statistics.trunk_skipped, 1);
    EXPECT_FALSE(found.turns.empty());
    for (const Turn& turn : found.turns) EXPECT_TRUE(turn.end_s < 5 || turn.start_s > 33);
    if (threads == 1) first = json_of(found);
    EXPECT_EQ(json_of(found), first) << threads << " threads";
  }
}

}  // namespace
}  // namespace diarist
