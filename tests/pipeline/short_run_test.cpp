// Whole runs on seconds of sound: what the workers and the caller share, for the sanitizers to see.
// What a run finds is compared with the reference elsewhere.
#include <atomic>
#include <limits>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

constexpr int kRate = 16000;

class ShortRun : public ::testing::TestWithParam<Preset> {
 protected:
  Diarization run(std::span<const float> samples, const RunHooks& hooks = {}) const {
    return diarizer_.diarize(samples, kRate, {.preset = GetParam()}, hooks);
  }

  void expect_turns(const Diarization& found) const {
    ASSERT_FALSE(found.turns.empty());
    for (const Turn& turn : found.turns) {
      EXPECT_GE(turn.start_s, 0);
      EXPECT_LT(turn.start_s, turn.end_s);
      EXPECT_LE(turn.end_s, 2);
    }
  }

  // After a run that failed: the workers are free again, and nothing of it is left.
  void expect_serves_on() const { expect_turns(diarizer_.diarize(speech_, kRate)); }

  const std::vector<float> samples_ =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  const std::span<const float> speech_ = std::span(samples_).subspan(8 * kRate, 2 * kRate);
  const Diarizer diarizer_{Model::builtin(), {.threads = 2}};
};

TEST_P(ShortRun, FindsTurns) { expect_turns(run(speech_)); }

TEST_P(ShortRun, IsCancelledFromAnotherThread) {
  RunHooks hooks;
  std::atomic<bool> under_way = false;
  const auto wake_other = [&] {
    under_way = true;
    under_way.notify_one();
  };
  hooks.progress = [&](const Progress&) { wake_other(); };
  std::thread other([&, token = hooks.cancellation]() mutable {
    under_way.wait(false);
    token.cancel();
  });
  try {
    run(samples_, hooks);
    ADD_FAILURE() << "ran to the end";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled) << error.what();
  }
  wake_other();
  other.join();
  expect_serves_on();
}

TEST_P(ShortRun, StopsWhereTheRecordingIsBroken) {
  std::vector<float> broken = samples_;
  broken.back() = std::numeric_limits<float>::quiet_NaN();
  try {
    run(broken);
    ADD_FAILURE() << "ran to the end";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_audio) << error.what();
  }
  expect_serves_on();
}

TEST_P(ShortRun, StopsWhereTheCallersHookThrows) {
  RunHooks hooks;
  hooks.progress = [](const Progress&) { throw std::runtime_error("enough"); };
  EXPECT_THROW(run(samples_, hooks), std::runtime_error);
  expect_serves_on();
}

INSTANTIATE_TEST_SUITE_P(Presets, ShortRun, ::testing::Values(Preset::exact, Preset::balanced),
                         [](const auto& info) {
                           return info.param == Preset::exact ? "exact" : "balanced";
                         });

}  // namespace
}  // namespace diarist
