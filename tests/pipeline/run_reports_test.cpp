// What a run tells on the way of where somebody speaks.
#include <algorithm>
#include <span>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "pipeline/recording.hpp"
#include "pipeline/speaker_counter.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

constexpr int kRate = 16000;

class RunReports : public ::testing::Test {
 protected:
  struct Told {
    std::vector<SpeechStretch> speech;
    int calls = 0;
    Diarization result;
  };

  Told diarize(std::span<const float> samples, int threads, Preset preset = Preset::balanced) {
    Told told;
    const Diarizer diarizer(Model::builtin(), {.threads = threads});
    RunHooks hooks;
    hooks.speech = [&](std::span<const SpeechStretch> fresh) {
      EXPECT_FALSE(fresh.empty());
      ++told.calls;
      told.speech.insert(told.speech.end(), fresh.begin(), fresh.end());
    };
    told.result = diarizer.diarize(samples, kRate, {.preset = preset}, hooks);
    return told;
  }

  /// How many speak in each frame of the recording.
  static std::vector<int> counts(const Told& told) {
    std::vector<int> all;
    for (double s = pipeline::kFirstFrameSeconds; s < told.result.duration_s;
         s += pipeline::kFrameStepSeconds) {
      const double centre = s + pipeline::kFrameStepSeconds / 2;
      const auto at = std::ranges::find_if(told.speech, [&](const SpeechStretch& each) {
        return each.start_s <= centre && centre < each.end_s;
      });
      all.push_back(at == told.speech.end() ? 0 : at->speakers);
    }
    return all;
  }

  static std::vector<float> sample_times(int copies) {
    const std::vector<float> sample =
        testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
    std::vector<float> all;
    for (int i = 0; i < copies; ++i) all.insert(all.end(), sample.begin(), sample.end());
    return all;
  }
};

TEST_F(RunReports, SpeechComesInTimeAndIsWhereTheTurnsAre) {
  // A report is due after 0.2 s; this takes half a second or more on one thread.
  const Told told = diarize(sample_times(2), 1);
  EXPECT_GT(told.calls, 1);
  ASSERT_FALSE(told.speech.empty());
  double end_s = 0;
  for (const SpeechStretch& each : told.speech) {
    EXPECT_GE(each.start_s, end_s - 1e-9);
    EXPECT_LT(each.start_s, each.end_s);
    EXPECT_GE(each.speakers, 1);
    EXPECT_LE(each.speakers, 3);
    EXPECT_EQ(each.channel, 1);
    end_s = each.end_s;
  }
  EXPECT_LE(end_s, told.result.duration_s);
  const std::vector<int> found = counts(told);
  int speech = 0;
  int different = 0;
  int overlapped = 0;
  for (std::size_t f = 0; f < found.size(); ++f) {
    const double centre =
        pipeline::kFirstFrameSeconds + (static_cast<double>(f) + 0.5) * pipeline::kFrameStepSeconds;
    const auto turns = std::ranges::count_if(told.result.turns, [&](const Turn& turn) {
      return turn.start_s <= centre && centre < turn.end_s;
    });
    speech += turns > 0 ? 1 : 0;
    different += turns == found[f] ? 0 : 1;
    overlapped += found[f] > 1 ? 1 : 0;
  }
  // Turns are the same counts, but that short pauses are closed and short turns go.
  EXPECT_LT(different, speech / 20);
  EXPECT_GT(overlapped, 0);
}

TEST_F(RunReports, SpeechIsTheSameForAnyNumberOfThreads) {
  const std::vector<float> samples = sample_times(2);  // three batches of windows
  const std::vector<int> one = counts(diarize(samples, 1));
  EXPECT_EQ(counts(diarize(samples, 3)), one);
  EXPECT_GT(std::ranges::count_if(one, [](int count) { return count > 0; }), 100);
}

TEST_F(RunReports, NothingIsToldOfSilenceNorOfTheEnd) {
  // The last window goes on beyond the recording.
  const std::vector<float> all = sample_times(1);
  const Told cut = diarize(std::span(all).first(12 * kRate + 123), 2);
  ASSERT_FALSE(cut.speech.empty());
  EXPECT_LE(cut.speech.back().end_s, 12 + 123.0 / kRate);
  EXPECT_EQ(diarize(std::vector<float>(20 * kRate, 0.0F), 2).calls, 0);
}

TEST_F(RunReports, WhatTheHookThrowsEndsTheRun) {
  const Diarizer diarizer(Model::builtin(), {.threads = 2});
  RunHooks hooks;
  hooks.speech = [](std::span<const SpeechStretch>) { throw std::runtime_error("enough"); };
  const std::vector<float> samples = sample_times(1);
  EXPECT_THROW(diarizer.diarize(samples, kRate, {}, hooks), std::runtime_error);
  EXPECT_FALSE(diarizer.diarize(samples, kRate).turns.empty());
}

}  // namespace
}  // namespace diarist
