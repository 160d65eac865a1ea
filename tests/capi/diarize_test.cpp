// The C interface against the C++ one that it stands for: same samples, same answer; and what
// callbacks and cancellation do to a run.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "capi/calls.hpp"
#include "pipeline/recording.hpp"
#include "testing/places.hpp"

namespace diarist::testing {
namespace {

constexpr int kRate = 16000;
using Error = diarist_error**;

/// Two seconds in which somebody speaks.
std::vector<float> speech() {
  static const auto kSamples = read_samples(source_dir() / "samples" / "sample.wav");
  return {kSamples.begin() + 8 * kRate, kSamples.begin() + 10 * kRate};
}

CDiarization diarized(const diarist_diarizer* diarizer, const std::vector<float>& samples,
                      const diarist_options* options = nullptr,
                      const diarist_hooks* hooks = nullptr) {
  diarist_diarization* result = nullptr;
  EXPECT_TRUE(succeeds([&](Error e) {
    return diarist_diarize_samples(diarizer, samples.data(), samples.size(), kRate, options, hooks,
                                   &result, e);
  }));
  return CDiarization(result);
}

std::string text_of(const diarist_diarization* result, diarist_format format) {
  std::size_t needed = 0;
  EXPECT_EQ(diarist_diarization_text(result, format, nullptr, 0, &needed, nullptr), DIARIST_OK);
  std::string text(needed + 1, '\0');
  EXPECT_EQ(diarist_diarization_text(result, format, text.data(), text.size(), nullptr, nullptr),
            DIARIST_OK);
  text.pop_back();
  return text;
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CDiarize, GivesWhatTheLibraryGives) {
  const auto samples = speech();
  const CDiarizer diarizer = small_diarizer();
  EXPECT_EQ(diarist_diarizer_threads(diarizer.get()), 2);
  EXPECT_EQ(diarist_diarizer_instruction_set(diarizer.get()), to_string(best_instruction_set()));
  const CDiarization result = diarized(diarizer.get(), samples);
  const Diarization expected = Diarizer(Model::builtin(), {.threads = 2}).diarize(samples, kRate);

  EXPECT_EQ(diarist_recording_name(result.get()), expected.recording);
  EXPECT_EQ(diarist_duration_s(result.get()), expected.duration_s);
  ASSERT_EQ(diarist_turn_count(result.get()), expected.turns.size());
  ASSERT_FALSE(expected.turns.empty());
  for (std::size_t i = 0; i < expected.turns.size(); ++i) {
    auto turn = blank<diarist_turn>();
    ASSERT_EQ(diarist_turn_at(result.get(), i, &turn, nullptr), DIARIST_OK);
    EXPECT_EQ(turn.start_s, expected.turns[i].start_s);
    EXPECT_EQ(turn.end_s, expected.turns[i].end_s);
    EXPECT_EQ(turn.speaker, expected.turns[i].speaker);
    EXPECT_EQ(turn.channel, expected.turns[i].channel);
    EXPECT_EQ(turn.confidence, expected.turns[i].confidence);
  }
  ASSERT_EQ(diarist_speaker_count(result.get()), expected.speakers.size());
  for (std::size_t i = 0; i < expected.speakers.size(); ++i) {
    auto speaker = blank<diarist_speaker>();
    ASSERT_EQ(diarist_speaker_at(result.get(), i, &speaker, nullptr), DIARIST_OK);
    EXPECT_EQ(speaker.name, expected.speakers[i].name);
    EXPECT_EQ(speaker.total_s, expected.speakers[i].total_s);
    EXPECT_EQ(speaker.channel, expected.speakers[i].channel);
    const std::span centroid(speaker.centroid, speaker.centroid_count);
    EXPECT_EQ(std::vector(centroid.begin(), centroid.end()), expected.speakers[i].centroid);
  }
  ASSERT_EQ(diarist_notice_count(result.get()), expected.notices.size());
  for (std::size_t i = 0; i < expected.notices.size(); ++i) {
    EXPECT_EQ(diarist_notice_at(result.get(), i), expected.notices[i]);
  }
  auto statistics = blank<diarist_statistics>();
  ASSERT_EQ(diarist_statistics_of(result.get(), &statistics, nullptr), DIARIST_OK);
  EXPECT_GT(statistics.wall_s, 0);
  EXPECT_GT(statistics.real_time_factor, 0);
  EXPECT_EQ(statistics.threads, 2);
  EXPECT_EQ(statistics.cached, 0);
  EXPECT_EQ(statistics.step_s, expected.statistics.step_s);
  EXPECT_EQ(statistics.instruction_set, expected.statistics.instruction_set);
  EXPECT_EQ(statistics.precision, expected.statistics.precision);
  EXPECT_EQ(statistics.preset, expected.statistics.preset);
  EXPECT_EQ(statistics.model, expected.statistics.model);
  ASSERT_EQ(diarist_stage_count(result.get()), expected.statistics.stages.size());
  for (std::size_t i = 0; i < expected.statistics.stages.size(); ++i) {
    EXPECT_EQ(diarist_stage_name(result.get(), i), expected.statistics.stages[i].stage);
    EXPECT_GE(diarist_stage_s(result.get(), i), 0);
  }

  const auto folder = std::filesystem::path(::testing::TempDir()) / "capi_formats";
  std::filesystem::remove_all(folder);
  struct Form {
    diarist_format number;
    FileFormat format;
  };
  for (const Form form : {Form{DIARIST_FORMAT_RTTM, FileFormat::rttm},
                          {DIARIST_FORMAT_CSV, FileFormat::csv},
                          {DIARIST_FORMAT_TXT, FileFormat::txt},
                          {DIARIST_FORMAT_TSV, FileFormat::tsv},
                          {DIARIST_FORMAT_TEXTGRID, FileFormat::textgrid},
                          {DIARIST_FORMAT_TEXTGRID_SHORT, FileFormat::textgrid_short},
                          {DIARIST_FORMAT_AUDACITY, FileFormat::audacity},
                          {DIARIST_FORMAT_EAF, FileFormat::eaf},
                          {DIARIST_FORMAT_SRT, FileFormat::srt},
                          {DIARIST_FORMAT_VTT, FileFormat::vtt},
                          {DIARIST_FORMAT_CTM, FileFormat::ctm},
                          {DIARIST_FORMAT_UEM, FileFormat::uem}}) {
    std::ostringstream text;
    write(text, expected, form.format);
    EXPECT_EQ(text_of(result.get(), form.number), text.str());
    const auto file = folder / "deeper" / to_string(form.format);
    for (int twice = 0; twice < 2; ++twice) {
      EXPECT_TRUE(succeeds([&](Error e) {
        return diarist_diarization_write(result.get(), form.number, file.c_str(), e);
      }));
      EXPECT_EQ(contents(file), text.str());
    }
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "deeper"), {}), 12)
      << "nothing temporary is left";
  std::filesystem::remove_all(folder);
}

TEST(CDiarize, OptionsReachTheLibrary) {
  const auto samples = speech();
  const CDiarizer diarizer = small_diarizer();
  auto options = fresh(diarist_options_init);
  options.preset = DIARIST_PRESET_FAST;
  options.step_s = 4;
  options.min_turn_s = 100;
  options.merge_gap_s = 0;
  options.exclusive = 1;
  options.relabel = 0;
  options.max_speakers = 2;
  const CDiarization result = diarized(diarizer.get(), samples, &options);
  EXPECT_EQ(diarist_turn_count(result.get()), 0u) << "all turns are shorter than min_turn_s";
  auto statistics = blank<diarist_statistics>();
  ASSERT_EQ(diarist_statistics_of(result.get(), &statistics, nullptr), DIARIST_OK);
  EXPECT_STREQ(statistics.preset, "fast");
  EXPECT_EQ(statistics.step_s, 4);
}

TEST(CDiarize, OutlivesItsModelAndDiarizer) {
  CModel model = builtin_model();
  CDiarizer diarizer = small_diarizer(model.get());
  model.reset();
  const CDiarization result = diarized(diarizer.get(), speech());
  diarizer.reset();
  EXPECT_NE(text_of(result.get(), DIARIST_FORMAT_RTTM).find("SPEAKER samples 1 "),
            std::string::npos);
}

TEST(CDiarize, ManyThreadsShareADiarizer) {
  const auto samples = speech();
  CDiarizer diarizer = small_diarizer();
  const std::string expected =
      text_of(diarized(diarizer.get(), samples).get(), DIARIST_FORMAT_RTTM);
  std::vector<std::string> found(3);
  std::vector<std::thread> threads;
  for (std::string& text : found) {
    threads.emplace_back(
        [&] { text = text_of(diarized(diarizer.get(), samples).get(), DIARIST_FORMAT_RTTM); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : found) EXPECT_EQ(text, expected);
}

TEST(CDiarize, ProgressIsToldAndMayStopTheRun) {
  const auto samples = speech();
  const CDiarizer diarizer = small_diarizer();
  struct Told {
    std::thread::id thread;
    double done_s = -1;
    double total_s = -1;
    int calls = 0;
    int answer = 0;
  } told;
  auto hooks = fresh(diarist_hooks_init);
  hooks.user = &told;
  hooks.progress = [](double done_s, double total_s, void* user) {
    auto& to = *static_cast<Told*>(user);
    to = {std::this_thread::get_id(), done_s, total_s, to.calls + 1, to.answer};
    return to.answer;
  };
  const CDiarization result = diarized(diarizer.get(), samples, nullptr, &hooks);
  EXPECT_GT(told.calls, 0);
  EXPECT_EQ(told.thread, std::this_thread::get_id());
  EXPECT_EQ(told.done_s, 2);
  EXPECT_EQ(told.total_s, 2);

  told.answer = 1;
  diarist_diarization* none = nullptr;
  EXPECT_TRUE(ends_with(DIARIST_CANCELLED, [&](Error e) {
    return diarist_diarize_samples(diarizer.get(), samples.data(), samples.size(), kRate, nullptr,
                                   &hooks, &none, e);
  }));
  EXPECT_EQ(none, nullptr);
}

TEST(CDiarize, ACallbackThatThrowsIsAnError) {
  const auto samples = speech();
  const CDiarizer diarizer = small_diarizer();
  auto hooks = fresh(diarist_hooks_init);
  diarist_diarization* result = nullptr;
  const auto run = [&](Error e) {
    return diarist_diarize_samples(diarizer.get(), samples.data(), samples.size(), kRate, nullptr,
                                   &hooks, &result, e);
  };
  hooks.progress = [](double, double, void*) -> int { throw std::runtime_error("out of ink"); };
  EXPECT_TRUE(says(DIARIST_CALLBACK_FAILED, "threw: out of ink", run));
  hooks.progress = [](double, double, void*) -> int { throw 3; };
  EXPECT_TRUE(says(DIARIST_CALLBACK_FAILED, "no std::exception", run));
  EXPECT_EQ(result, nullptr);
  EXPECT_NE(diarist_turn_count(diarized(diarizer.get(), samples).get()), 0u) << "serves on";
}

TEST(CDiarize, IsCancelledFromAnotherThread) {
  const auto samples = speech();
  const CDiarizer diarizer = small_diarizer();
  diarist_cancellation* cancellation = nullptr;
  ASSERT_EQ(diarist_cancellation_new(&cancellation, nullptr), DIARIST_OK);
  auto hooks = fresh(diarist_hooks_init);
  hooks.cancellation = cancellation;
  std::thread other(
      [&] { EXPECT_EQ(diarist_cancellation_cancel(cancellation, nullptr), DIARIST_OK); });
  other.join();
  diarist_diarization* result = nullptr;
  EXPECT_TRUE(ends_with(DIARIST_CANCELLED, [&](Error e) {
    return diarist_diarize_samples(diarizer.get(), samples.data(), samples.size(), kRate, nullptr,
                                   &hooks, &result, e);
  }));
  EXPECT_EQ(result, nullptr);
  diarist_cancellation_free(cancellation);
}

// To free what another thread works with is safe.
TEST(CDiarize, ADiarizerIsFreedWhileItWorks) {
  const auto samples = speech();
  CDiarizer diarizer = small_diarizer();
  auto hooks = fresh(diarist_hooks_init);
  hooks.user = &diarizer;
  hooks.progress = [](double, double, void* user) {
    static_cast<CDiarizer*>(user)->reset();
    return 0;
  };
  EXPECT_NE(diarist_turn_count(diarized(diarizer.get(), samples, nullptr, &hooks).get()), 0u);
  EXPECT_EQ(diarizer, nullptr);
}

}  // namespace
}  // namespace diarist::testing
