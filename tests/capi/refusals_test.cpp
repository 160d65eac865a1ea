// Whatever a caller may get wrong, for every function of the header: a named error, never a crash.
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "capi/everything.hpp"

namespace diarist::testing {
namespace {

class Refusals : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { all_ = new Everything; }
  static void TearDownTestSuite() {
    delete all_;
    all_ = nullptr;
  }
  static Everything* all_;
};
Everything* Refusals::all_ = nullptr;

// Of NULL, and of what was freed.
TEST_F(Refusals, FunctionsWithoutStatusGiveNothing) {
  diarist_diarization* gone = nullptr;
  ASSERT_EQ(diarist_diarize_samples(all_->diarizer.get(), all_->samples.data(),
                                    all_->samples.size(), kRate, nullptr, nullptr, &gone, nullptr),
            DIARIST_OK);
  EXPECT_GT(diarist_duration_s(gone), 0);
  diarist_diarization_free(gone);
  diarist_diarization_free(gone);
  for (const diarist_diarization* none : {static_cast<const diarist_diarization*>(nullptr),
                                          static_cast<const diarist_diarization*>(gone)}) {
    EXPECT_EQ(diarist_recording_name(none), nullptr);
    EXPECT_EQ(diarist_duration_s(none), 0);
    EXPECT_EQ(diarist_turn_count(none), 0u);
    EXPECT_EQ(diarist_speaker_count(none), 0u);
    EXPECT_EQ(diarist_notice_count(none), 0u);
    EXPECT_EQ(diarist_notice_at(none, 0), nullptr);
    EXPECT_EQ(diarist_stage_count(none), 0u);
    EXPECT_EQ(diarist_stage_name(none, 0), nullptr);
    EXPECT_EQ(diarist_stage_s(none, 0), 0);
  }
  EXPECT_EQ(diarist_notice_at(all_->result.get(), 1000), nullptr);
  EXPECT_EQ(diarist_stage_name(all_->result.get(), 1000), nullptr);
  EXPECT_EQ(diarist_stage_s(all_->result.get(), 1000), 0);

  EXPECT_EQ(diarist_model_name(nullptr), nullptr);
  EXPECT_EQ(diarist_model_notice(nullptr), nullptr);
  EXPECT_EQ(diarist_model_metadata_count(nullptr), 0u);
  EXPECT_EQ(diarist_model_metadata_key(nullptr, 0), nullptr);
  EXPECT_EQ(diarist_model_metadata_key(all_->model.get(), 100000), nullptr);
  EXPECT_EQ(diarist_model_metadata_value(nullptr, "x"), nullptr);
  EXPECT_EQ(diarist_model_metadata_value(all_->model.get(), nullptr), nullptr);
  EXPECT_EQ(diarist_model_metadata_value(all_->model.get(), "no such key"), nullptr);
  EXPECT_EQ(diarist_model_tensor_count(nullptr), 0u);
  EXPECT_EQ(diarist_diarizer_threads(nullptr), 0);
  EXPECT_EQ(diarist_diarizer_instruction_set(nullptr), nullptr);
  EXPECT_EQ(diarist_embedder_dimensions(nullptr), 0u);
  EXPECT_EQ(diarist_stream_pushed_s(nullptr), 0);
  EXPECT_EQ(diarist_event_count(nullptr), 0u);
  EXPECT_EQ(diarist_voice_count(nullptr), 0u);
  EXPECT_EQ(diarist_remembered_count(nullptr, DIARIST_VOICE_ADDED), 0u);
  EXPECT_EQ(diarist_remembered_at(nullptr, DIARIST_VOICE_ADDED, 0), nullptr);
  EXPECT_EQ(diarist_segmenter_windows(nullptr, kRate), 0u);
  EXPECT_EQ(
      diarist_segmenter_windows(all_->segmenter.get(), std::numeric_limits<std::size_t>::max()),
      0u);
  EXPECT_EQ(diarist_segmenter_frames(nullptr), 0u);
  EXPECT_EQ(diarist_segmenter_speakers(nullptr), 0u);
  EXPECT_EQ(diarist_feature_frames(std::numeric_limits<std::size_t>::max()), 0u);
  EXPECT_EQ(diarist_instruction_set_name(1000), nullptr);
  EXPECT_STREQ(diarist_status_name(-1), "unknown");
  EXPECT_STREQ(diarist_error_message(nullptr), "");
  EXPECT_STREQ(diarist_error_subject(nullptr), "");
  EXPECT_STREQ(diarist_error_problem(nullptr), "");
  EXPECT_STREQ(diarist_error_advice(nullptr), "");
  EXPECT_EQ(diarist_error_status(nullptr), DIARIST_OK);
}

TEST_F(Refusals, HandlesThatWereFreed) {
  diarist_model* model = nullptr;
  ASSERT_EQ(diarist_model_builtin(&model, nullptr), DIARIST_OK);
  diarist_model_free(model);
  EXPECT_TRUE(says(DIARIST_BAD_HANDLE, "freed",
                   [&](Error e) { return diarist_model_check(model, nullptr, e); }));
  diarist_diarizer* diarizer = nullptr;
  EXPECT_TRUE(says(DIARIST_BAD_HANDLE, "freed",
                   [&](Error e) { return diarist_diarizer_new(model, nullptr, &diarizer, e); }));
  EXPECT_EQ(diarizer, nullptr);
  diarist_model_free(model);  // once more

  diarist_cancellation* cancellation = nullptr;
  ASSERT_EQ(diarist_cancellation_new(&cancellation, nullptr), DIARIST_OK);
  diarist_cancellation_free(cancellation);
  auto hooks = fresh(diarist_hooks_init);
  hooks.cancellation = cancellation;
  diarist_diarization* result = nullptr;
  EXPECT_TRUE(says(DIARIST_BAD_HANDLE, "hooks.cancellation", [&](Error e) {
    return diarist_diarize_samples(all_->diarizer.get(), all_->samples.data(), all_->samples.size(),
                                   kRate, nullptr, &hooks, &result, e);
  }));

  diarist_error* error = nullptr;
  ASSERT_EQ(diarist_model_builtin(nullptr, &error), DIARIST_NULL_ARGUMENT);
  diarist_error_free(error);
  EXPECT_STREQ(diarist_error_message(error), "");
  EXPECT_EQ(diarist_error_status(error), DIARIST_BAD_HANDLE);
  diarist_error_free(error);
}

TEST_F(Refusals, HandlesOfAnotherType) {
  const auto* const disguised = reinterpret_cast<const diarist_model*>(all_->diarizer.get());
  EXPECT_TRUE(says(DIARIST_BAD_HANDLE, "of another type: diarizer",
                   [&](Error e) { return diarist_model_check(disguised, nullptr, e); }));
  EXPECT_EQ(diarist_model_name(disguised), nullptr);
  diarist_model_free(const_cast<diarist_model*>(disguised));
  EXPECT_EQ(diarist_diarizer_threads(all_->diarizer.get()), 2) << "freed as a model";
  int no_handle = 0;
  EXPECT_TRUE(says(DIARIST_BAD_HANDLE, "no handle", [&](Error e) {
    return diarist_model_check(reinterpret_cast<const diarist_model*>(&no_handle), nullptr, e);
  }));
}

TEST_F(Refusals, StructsOfAnotherSize) {
  for (const std::size_t size :
       {std::size_t{0}, sizeof(diarist_options) - 1, sizeof(diarist_options) + 8,
        std::numeric_limits<std::size_t>::max()}) {
    diarist_options options{};
    EXPECT_TRUE(says(DIARIST_WRONG_SIZE, "diarist_options.size",
                     [&](Error e) { return diarist_options_init(&options, size, e); }));
    options = fresh(diarist_options_init);
    options.size = size;
    diarist_diarization* result = nullptr;
    EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, [&](Error e) {
      return diarist_diarize_samples(all_->diarizer.get(), all_->samples.data(),
                                     all_->samples.size(), kRate, &options, nullptr, &result, e);
    }));
    diarist_statistics statistics{};
    statistics.size = size;
    EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, [&](Error e) {
      return diarist_statistics_of(all_->result.get(), &statistics, e);
    }));
    EXPECT_EQ(statistics.wall_s, 0) << "nothing is written";
  }
  diarist_hooks hooks{};
  diarist_performance performance{};
  diarist_diarization* result = nullptr;
  diarist_diarizer* diarizer = nullptr;
  EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, [&](Error e) {
    return diarist_diarize_samples(all_->diarizer.get(), all_->samples.data(), 1, kRate, nullptr,
                                   &hooks, &result, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, [&](Error e) {
    return diarist_diarizer_new(nullptr, &performance, &diarizer, e);
  }));
  diarist_quantization quantization{};
  EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, [&](Error e) {
    return diarist_quantize(all_->model.get(), nullptr, 0, &quantization, "x", e);
  }));
  diarist_streaming streaming{};
  diarist_stream* stream = nullptr;
  EXPECT_TRUE(says(DIARIST_WRONG_SIZE, "diarist_streaming.size", [&](Error e) {
    return diarist_stream_new(all_->diarizer.get(), &streaming, &stream, e);
  }));
  diarist_store_options opening{};
  diarist_store* store = nullptr;
  EXPECT_TRUE(says(DIARIST_WRONG_SIZE, "diarist_store_options.size",
                   [&](Error e) { return diarist_store_open("x", &opening, &store, e); }));
  diarist_identification identification{};
  EXPECT_TRUE(says(DIARIST_WRONG_SIZE, "diarist_identification.size", [&](Error e) {
    return diarist_identify(all_->store.get(), all_->result.get(), nullptr, &identification,
                            &result, e);
  }));
  diarist_limits limits{};
  EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, [&](Error e) {
    return diarist_comparison_missed(all_->comparison.get(), &limits, nullptr, 0, nullptr, e);
  }));
}

TEST_F(Refusals, ValuesThatAreNone) {
  const auto diarize = [&](const diarist_options& options) {
    return [&](Error e) {
      diarist_diarization* result = nullptr;
      return diarist_diarize_samples(all_->diarizer.get(), all_->samples.data(),
                                     all_->samples.size(), kRate, &options, nullptr, &result, e);
    };
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<std::string, std::function<void(diarist_options&)>>> mistakes = {
      {"preset = 3", [](auto& o) { o.preset = 3; }},
      {"preset = -1", [](auto& o) { o.preset = -1; }},
      {"channel_mode = 99", [](auto& o) { o.channel_mode = 99; }},
      {"step_s", [](auto& o) { o.step_s = 0.1; }},
      {"step_s", [](auto& o) { o.step_s = kNan; }},
      {"merge_gap_s", [](auto& o) { o.merge_gap_s = -2; }},
      {"min_turn_s", [](auto& o) { o.min_turn_s = kNan; }},
      {"speakers", [](auto& o) { o.speakers = -1; }},
      {"speakers", [](auto& o) { o.min_speakers = 3, o.max_speakers = 2; }},
      {"speakers", [](auto& o) { o.speakers = 2, o.max_speakers = 2; }},
  };
  for (const auto& [named, make] : mistakes) {
    auto options = fresh(diarist_options_init);
    make(options);
    EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, named, diarize(options))) << named;
  }

  const auto make_diarizer = [](const diarist_performance& performance) {
    return [&](Error e) {
      diarist_diarizer* diarizer = nullptr;
      return diarist_diarizer_new(nullptr, &performance, &diarizer, e);
    };
  };
  auto performance = fresh(diarist_performance_init);
  performance.threads = -1;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "threads", make_diarizer(performance)));
  performance.threads = 1;
  performance.precision = 7;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "precision = 7", make_diarizer(performance)));
  performance.precision = DIARIST_PRECISION_F32;
  performance.instruction_set = "z80";
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "z80", make_diarizer(performance)));
  performance.instruction_set = nullptr;
  performance.cache_folder = "";
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "cache_folder", make_diarizer(performance)));

  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "format = 14", [&](Error e) {
    return diarist_diarization_text(all_->result.get(), 14, nullptr, 0, nullptr, e);
  }));
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "format of a comparison", [&](Error e) {
    return diarist_comparison_text(all_->comparison.get(), DIARIST_FORMAT_RTTM, nullptr, 0, nullptr,
                                   e);
  }));
  const auto make_stream = [&](const diarist_streaming& streaming) {
    return [&](Error e) {
      diarist_stream* stream = nullptr;
      return diarist_stream_new(all_->diarizer.get(), &streaming, &stream, e);
    };
  };
  const std::vector<std::pair<std::string, std::function<void(diarist_streaming&)>>> unstreamable =
      {
          {"delay_s", [](auto& s) { s.delay_s = 0.4; }},
          {"delay_s", [](auto& s) { s.delay_s = kNan; }},
          {"settle_s", [](auto& s) { s.settle_s = 1; }},
          {"settle_s", [](auto& s) { s.settle_s = 61; }},
          {"sample_rate_hz", [](auto& s) { s.sample_rate_hz = 0; }},
      };
  for (const auto& [named, make] : unstreamable) {
    auto streaming = fresh(diarist_streaming_init);
    make(streaming);
    EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, named, make_stream(streaming))) << named;
  }
  auto options = fresh(diarist_options_init);
  options.preset = 3;
  auto streaming = fresh(diarist_streaming_init);
  streaming.options = &options;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "preset = 3", make_stream(streaming)));
  auto identification = fresh(diarist_identification_init);
  identification.min_score = kNan;
  EXPECT_TRUE(ends_with(DIARIST_INVALID_ARGUMENT, [&](Error e) {
    diarist_diarization* named = nullptr;
    return diarist_identify(all_->store.get(), all_->result.get(), nullptr, &identification, &named,
                            e);
  }));
  diarist_diarization* named = nullptr;
  diarist_remembered* raw = nullptr;
  ASSERT_EQ(diarist_remember(all_->store.get(), all_->result.get(), nullptr, nullptr, &named, &raw,
                             nullptr),
            DIARIST_OK);
  const CDiarization same(named);
  const CRemembered remembered(raw);
  EXPECT_EQ(diarist_remembered_count(raw, 2), 0u);
  EXPECT_EQ(diarist_remembered_at(raw, DIARIST_VOICE_ADDED, 100), nullptr);
  EXPECT_EQ(diarist_remembered_at(raw, -1, 0), nullptr);
  auto event = blank<diarist_event>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index",
                   [&](Error e) { return diarist_event_at(all_->events.get(), 100, &event, e); }));
  auto voice = blank<diarist_voice>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index",
                   [&](Error e) { return diarist_voice_at(all_->voices.get(), 100, &voice, e); }));
  auto session = blank<diarist_voice_session>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index", [&](Error e) {
    return diarist_voice_session_at(all_->voices.get(), 100, 0, &session, e);
  }));
  double score_of_nobody = 0;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index", [&](Error e) {
    return diarist_identity_score(all_->result.get(), 100, &score_of_nobody, e);
  }));
  const char* const source = "nowhere";
  auto importing = fresh(diarist_importing_init);
  importing.storage = 2;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "storage = 2",
                   [&](Error e) { return diarist_import(&source, 1, &importing, "x", e); }));
  auto quantization = fresh(diarist_quantization_init);
  quantization.method = 6;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "method = 6", [&](Error e) {
    return diarist_quantize(all_->model.get(), nullptr, 0, &quantization, "x", e);
  }));
  auto scoring = fresh(diarist_scoring_init);
  scoring.convention = 2;
  auto score = blank<diarist_score>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "convention = 2", [&](Error e) {
    return diarist_score_files("x", "x", nullptr, &scoring, &score, e);
  }));
  auto turn = blank<diarist_turn>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index",
                   [&](Error e) { return diarist_turn_at(all_->result.get(), 100000, &turn, e); }));
  auto speaker = blank<diarist_speaker>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index", [&](Error e) {
    return diarist_speaker_at(all_->result.get(), 100000, &speaker, e);
  }));
  auto tensor = blank<diarist_tensor>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "index", [&](Error e) {
    return diarist_model_tensor(all_->model.get(), 100000, &tensor, e);
  }));
}

TEST_F(Refusals, SamplesThatAreNone) {
  std::vector<float> samples = all_->samples;
  const auto diarize = [&](std::size_t count, int rate) {
    return [&, count, rate](Error e) {
      diarist_diarization* result = nullptr;
      return diarist_diarize_samples(all_->diarizer.get(), samples.data(), count, rate, nullptr,
                                     nullptr, &result, e);
    };
  };
  EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, diarize(0, kRate)));
  EXPECT_TRUE(ends_with(DIARIST_INVALID_ARGUMENT, diarize(100, 0)));
  EXPECT_TRUE(ends_with(DIARIST_INVALID_ARGUMENT, diarize(100, -8000)));
  constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();
  EXPECT_TRUE(ends_with(DIARIST_INVALID_ARGUMENT, diarize(kFar, kRate)));

  std::vector<float> embedding(diarist_embedder_dimensions(all_->embedder.get()));
  std::vector<std::uint8_t> active(diarist_segmenter_windows(all_->segmenter.get(), kRate) *
                                   diarist_segmenter_frames(all_->segmenter.get()) *
                                   diarist_segmenter_speakers(all_->segmenter.get()));
  std::vector<float> features(diarist_feature_frames(kRate) * diarist_feature_bins());
  const auto embed = [&](Error e) {
    return diarist_embed(all_->embedder.get(), samples.data(), samples.size(), embedding.data(),
                         embedding.size(), nullptr, e);
  };
  const auto segment = [&](Error e) {
    return diarist_segment(all_->segmenter.get(), samples.data(), samples.size(), active.data(),
                           nullptr, active.size(), nullptr, e);
  };
  const auto extract = [&](Error e) {
    return diarist_features(samples.data(), samples.size(), features.data(), features.size(),
                            nullptr, e);
  };
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    samples[1234] = bad;
    EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, diarize(samples.size(), kRate)));
    EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, embed));
    EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, segment));
    EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, extract));
  }
  samples = all_->samples;
  samples[15999] = std::numeric_limits<float>::quiet_NaN();
  diarist_events* events = nullptr;
  EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, [&](Error e) {
    return diarist_stream_push(all_->stream.get(), samples.data(), samples.size(), &events, e);
  }));
  EXPECT_EQ(events, nullptr);
  EXPECT_EQ(diarist_stream_pushed_s(all_->stream.get()), 1.0 / kRate) << "as it was";
  samples.resize(399);
  EXPECT_TRUE(ends_with(DIARIST_CORRUPT_AUDIO, embed));
  const float mask = 1;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "frames", [&](Error e) {
    return diarist_embed_masks(all_->embedder.get(), all_->samples.data(), kRate, &mask, 1, 0,
                               embedding.data(), embedding.size(), nullptr, e);
  }));
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "more than memory", [&](Error e) {
    return diarist_embed_masks(all_->embedder.get(), all_->samples.data(), kRate, &mask, kFar, 2,
                               embedding.data(), embedding.size(), nullptr, e);
  }));
  const float negative = -1;
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "masks", [&](Error e) {
    return diarist_embed_masks(all_->embedder.get(), all_->samples.data(), kRate, &negative, 1, 1,
                               embedding.data(), embedding.size(), nullptr, e);
  }));
}

TEST_F(Refusals, BuffersThatAreTooSmall) {
  std::size_t needed = 0;
  EXPECT_TRUE(succeeds([&](Error e) {
    return diarist_diarization_text(all_->result.get(), DIARIST_FORMAT_JSON, nullptr, 0, &needed,
                                    e);
  }));
  ASSERT_GT(needed, 10u);
  std::string text(needed + 1, 'x');
  EXPECT_TRUE(ends_with(DIARIST_BUFFER_TOO_SMALL, [&](Error e) {
    return diarist_diarization_text(all_->result.get(), DIARIST_FORMAT_JSON, text.data(), needed,
                                    &needed, e);
  }));
  EXPECT_EQ(text, std::string(needed + 1, 'x')) << "nothing is written";
  EXPECT_TRUE(succeeds([&](Error e) {
    return diarist_diarization_text(all_->result.get(), DIARIST_FORMAT_JSON, text.data(),
                                    text.size(), &needed, e);
  }));
  EXPECT_EQ(text.size(), needed + 1);
  EXPECT_EQ(text[needed], '\0');

  float value = 0;
  std::uint8_t byte = 0;
  EXPECT_TRUE(ends_with(DIARIST_BUFFER_TOO_SMALL, [&](Error e) {
    return diarist_embed(all_->embedder.get(), all_->samples.data(), kRate, &value, 1, &needed, e);
  }));
  EXPECT_EQ(needed, diarist_embedder_dimensions(all_->embedder.get()));
  EXPECT_TRUE(ends_with(DIARIST_BUFFER_TOO_SMALL, [&](Error e) {
    return diarist_embed_masks(all_->embedder.get(), all_->samples.data(), kRate, &value, 1, 1,
                               &value, 1, &needed, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_BUFFER_TOO_SMALL, [&](Error e) {
    return diarist_features(all_->samples.data(), kRate, &value, 1, &needed, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_BUFFER_TOO_SMALL, [&](Error e) {
    return diarist_segment(all_->segmenter.get(), all_->samples.data(), kRate, nullptr, &byte, 1,
                           &needed, e);
  }));
  EXPECT_EQ(byte, 0);
}

TEST_F(Refusals, FilesThatAreNotThere) {
  diarist_model* model = nullptr;
  diarist_diarization* result = nullptr;
  auto score = blank<diarist_score>();
  EXPECT_TRUE(says(DIARIST_NOT_FOUND, "nowhere.safetensors",
                   [&](Error e) { return diarist_model_load("nowhere.safetensors", &model, e); }));
  EXPECT_TRUE(says(DIARIST_NOT_FOUND, "nowhere.wav", [&](Error e) {
    return diarist_diarize_file(all_->diarizer.get(), "nowhere.wav", nullptr, nullptr, &result, e);
  }));
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "file: is empty", [&](Error e) {
    return diarist_diarize_file(all_->diarizer.get(), "", nullptr, nullptr, &result, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_CORRUPT_MODEL, [&](Error e) {
    return diarist_model_parse("noise", "no safetensors file", 19, &model, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_NOT_FOUND, [&](Error e) {
    return diarist_model_choose("nowhere", "nowhere either", nullptr, &model, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_NOT_FOUND, [&](Error e) {
    return diarist_score_files("nowhere.rttm", "nowhere.rttm", nullptr, nullptr, &score, e);
  }));
  const char* const missing = "nowhere.npz";
  EXPECT_TRUE(ends_with(DIARIST_NOT_FOUND, [&](Error e) {
    return diarist_import(&missing, 1, nullptr, "unused.safetensors", e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_NOT_FOUND, [&](Error e) {
    return diarist_quantize(all_->model.get(), &missing, 1, nullptr, "unused.safetensors", e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_IO, [&](Error e) {
    return diarist_diarization_write(all_->result.get(), DIARIST_FORMAT_RTTM, "/dev/null/x.rttm",
                                     e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_IO, [&](Error e) {
    return diarist_quantize(all_->model.get(), nullptr, 0, nullptr, "/dev/null/x", e);
  }));
}

}  // namespace
}  // namespace diarist::testing
