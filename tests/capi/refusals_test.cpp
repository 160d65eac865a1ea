// Whatever a caller may get wrong, for every function of the header: a named error, never a crash.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "capi/calls.hpp"
#include "testing/places.hpp"

namespace diarist::testing {
namespace {

constexpr std::size_t kRate = 16000;

/// One handle of each type, and places for results.
struct Everything {
  Everything() {
    samples.assign(kRate, 0.01F);
    EXPECT_EQ(diarist_embedder_new(model.get(), nullptr, &raw_embedder, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_segmenter_new(model.get(), nullptr, &raw_segmenter, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_diarize_samples(diarizer.get(), samples.data(), samples.size(), kRate,
                                      nullptr, nullptr, &raw_result, nullptr),
              DIARIST_OK);
    EXPECT_EQ(diarist_compare(model.get(), model.get(), nullptr, 0, nullptr, nullptr,
                              &raw_comparison, nullptr),
              DIARIST_OK);
    EXPECT_EQ(diarist_cancellation_new(&raw_cancellation, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_stream_new(diarizer.get(), nullptr, &raw_stream, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_stream_push(raw_stream, samples.data(), 1, &raw_events, nullptr), DIARIST_OK);
    auto options = fresh(diarist_store_options_init);
    options.create = 1;
    EXPECT_EQ(diarist_store_open((folder / "voices.db").c_str(), &options, &raw_store, nullptr),
              DIARIST_OK);
    EXPECT_EQ(diarist_store_voices(raw_store, &raw_voices, nullptr), DIARIST_OK);
    stream.reset(raw_stream);
    events.reset(raw_events);
    store.reset(raw_store);
    voices.reset(raw_voices);
    embedder.reset(raw_embedder);
    segmenter.reset(raw_segmenter);
    result.reset(raw_result);
    comparison.reset(raw_comparison);
    cancellation.reset(raw_cancellation);
  }

  ~Everything() { std::filesystem::remove_all(folder); }
  Everything(const Everything&) = delete;
  Everything& operator=(const Everything&) = delete;

  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("capi_refusals-" + std::to_string(::getpid()));
  std::vector<float> samples;
  CModel model = builtin_model();
  CDiarizer diarizer = small_diarizer(model.get());
  diarist_embedder* raw_embedder = nullptr;
  diarist_segmenter* raw_segmenter = nullptr;
  diarist_diarization* raw_result = nullptr;
  diarist_comparison* raw_comparison = nullptr;
  diarist_cancellation* raw_cancellation = nullptr;
  diarist_stream* raw_stream = nullptr;
  diarist_events* raw_events = nullptr;
  diarist_store* raw_store = nullptr;
  diarist_voices* raw_voices = nullptr;
  CEmbedder embedder;
  CSegmenter segmenter;
  CDiarization result;
  CComparison comparison;
  CCancellation cancellation;
  CStream stream;
  CEvents events;
  CStore store;
  CVoices voices;
};

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

using Error = diarist_error**;
struct Case {
  std::string function;
  std::function<diarist_status(Error)> call;
};

/// As the header declares them. Functions without a status are tested by what they return.
std::set<std::string> functions_with_status() {
  std::ifstream header(source_dir() / "include" / "diarist" / "diarist.h");
  std::set<std::string> names;
  std::string before;
  std::string type;
  for (std::string word; header >> word; before = std::exchange(type, word)) {
    if (before == "DIARIST_API" && type == "diarist_status") {
      names.insert(word.substr(0, word.find('(')));
    }
  }
  names.erase("diarist_error_status");
  return names;
}

// Every function with every pointer that must not be NULL as NULL in turn.
TEST_F(Refusals, NullPointers) {
  diarist_model* model = nullptr;
  diarist_diarizer* diarizer = nullptr;
  diarist_diarization* result = nullptr;
  diarist_embedder* embedder = nullptr;
  diarist_segmenter* segmenter = nullptr;
  diarist_comparison* comparison = nullptr;
  diarist_stream* stream = nullptr;
  diarist_events* events = nullptr;
  diarist_store* store = nullptr;
  diarist_voices* voices = nullptr;
  diarist_remembered* remembered = nullptr;
  auto voice = blank<diarist_voice>();
  auto session = blank<diarist_voice_session>();
  auto event = blank<diarist_event>();
  auto imported = blank<diarist_imported_voices>();
  double number = 0;
  auto tensor = blank<diarist_tensor>();
  auto score = blank<diarist_score>();
  const std::string rttm = (source_dir() / "samples" / "sample.rttm").string();
  const char* const file = rttm.c_str();
  const char* const no_names[] = {nullptr};
  float value = 0;
  const float* const samples = all_->samples.data();
  const std::size_t count = all_->samples.size();
  const auto& a = *all_;
  const std::vector<Case> cases = {
      {"diarist_options_init",
       [](Error e) { return diarist_options_init(nullptr, sizeof(diarist_options), e); }},
      {"diarist_performance_init",
       [](Error e) { return diarist_performance_init(nullptr, sizeof(diarist_performance), e); }},
      {"diarist_hooks_init",
       [](Error e) { return diarist_hooks_init(nullptr, sizeof(diarist_hooks), e); }},
      {"diarist_scoring_init",
       [](Error e) { return diarist_scoring_init(nullptr, sizeof(diarist_scoring), e); }},
      {"diarist_assignment_init",
       [](Error e) { return diarist_assignment_init(nullptr, sizeof(diarist_assignment), e); }},
      {"diarist_assign",
       [&](Error e) {
         return diarist_assign(nullptr, 1, "x", a.result.get(), nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_assign",
       [&](Error e) {
         return diarist_assign("[]", 2, nullptr, a.result.get(), nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_assign",
       [&](Error e) {
         return diarist_assign("[]", 2, "x", nullptr, nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_limits_init",
       [](Error e) { return diarist_limits_init(nullptr, sizeof(diarist_limits), e); }},
      {"diarist_importing_init",
       [](Error e) { return diarist_importing_init(nullptr, sizeof(diarist_importing), e); }},
      {"diarist_quantization_init",
       [](Error e) { return diarist_quantization_init(nullptr, sizeof(diarist_quantization), e); }},
      {"diarist_cancellation_new", [](Error e) { return diarist_cancellation_new(nullptr, e); }},
      {"diarist_cancellation_cancel",
       [](Error e) { return diarist_cancellation_cancel(nullptr, e); }},
      {"diarist_model_builtin", [](Error e) { return diarist_model_builtin(nullptr, e); }},
      {"diarist_model_load", [&](Error e) { return diarist_model_load(nullptr, &model, e); }},
      {"diarist_model_load", [&](Error e) { return diarist_model_load(file, nullptr, e); }},
      {"diarist_model_parse",
       [&](Error e) { return diarist_model_parse(nullptr, "", 1, &model, e); }},
      {"diarist_model_parse",
       [&](Error e) { return diarist_model_parse("x", nullptr, 1, &model, e); }},
      {"diarist_model_parse", [&](Error e) { return diarist_model_parse("x", "", 1, nullptr, e); }},
      {"diarist_model_choose",
       [&](Error e) { return diarist_model_choose(nullptr, "built-in", nullptr, &model, e); }},
      {"diarist_model_choose",
       [&](Error e) { return diarist_model_choose("built-in", nullptr, nullptr, &model, e); }},
      {"diarist_model_choose",
       [&](Error e) { return diarist_model_choose("a", "built-in", nullptr, nullptr, e); }},
      {"diarist_model_check", [](Error e) { return diarist_model_check(nullptr, nullptr, e); }},
      {"diarist_model_tensor",
       [&](Error e) { return diarist_model_tensor(nullptr, 0, &tensor, e); }},
      {"diarist_model_tensor",
       [&](Error e) { return diarist_model_tensor(a.model.get(), 0, nullptr, e); }},
      {"diarist_diarizer_new",
       [&](Error e) { return diarist_diarizer_new(a.model.get(), nullptr, nullptr, e); }},
      {"diarist_diarize_file",
       [&](Error e) { return diarist_diarize_file(nullptr, file, nullptr, nullptr, &result, e); }},
      {"diarist_diarize_file",
       [&](Error e) {
         return diarist_diarize_file(a.diarizer.get(), nullptr, nullptr, nullptr, &result, e);
       }},
      {"diarist_diarize_file",
       [&](Error e) {
         return diarist_diarize_file(a.diarizer.get(), file, nullptr, nullptr, nullptr, e);
       }},
      {"diarist_diarize_samples",
       [&](Error e) {
         return diarist_diarize_samples(nullptr, samples, count, kRate, nullptr, nullptr, &result,
                                        e);
       }},
      {"diarist_diarize_samples",
       [&](Error e) {
         return diarist_diarize_samples(a.diarizer.get(), nullptr, count, kRate, nullptr, nullptr,
                                        &result, e);
       }},
      {"diarist_diarize_samples",
       [&](Error e) {
         return diarist_diarize_samples(a.diarizer.get(), samples, count, kRate, nullptr, nullptr,
                                        nullptr, e);
       }},
      {"diarist_turn_at", [](Error e) { return diarist_turn_at(nullptr, 0, nullptr, e); }},
      {"diarist_speaker_at", [](Error e) { return diarist_speaker_at(nullptr, 0, nullptr, e); }},
      {"diarist_statistics_of", [](Error e) { return diarist_statistics_of(nullptr, nullptr, e); }},
      {"diarist_statistics_of",
       [&](Error e) { return diarist_statistics_of(a.result.get(), nullptr, e); }},
      {"diarist_diarization_text",
       [](Error e) { return diarist_diarization_text(nullptr, 0, nullptr, 0, nullptr, e); }},
      {"diarist_diarization_text",
       [&](Error e) {
         return diarist_diarization_text(a.result.get(), 0, nullptr, 9, nullptr, e);
       }},
      {"diarist_diarization_write",
       [&](Error e) { return diarist_diarization_write(nullptr, 0, "x", e); }},
      {"diarist_diarization_write",
       [&](Error e) { return diarist_diarization_write(a.result.get(), 0, nullptr, e); }},
      {"diarist_features",
       [](Error e) { return diarist_features(nullptr, 400, nullptr, 0, nullptr, e); }},
      {"diarist_features",
       [&](Error e) { return diarist_features(samples, count, nullptr, 80, nullptr, e); }},
      {"diarist_embedder_new",
       [&](Error e) { return diarist_embedder_new(a.model.get(), nullptr, nullptr, e); }},
      {"diarist_embed",
       [&](Error e) { return diarist_embed(nullptr, samples, count, &value, 1, nullptr, e); }},
      {"diarist_embed",
       [&](Error e) {
         return diarist_embed(a.embedder.get(), nullptr, count, &value, 1, nullptr, e);
       }},
      {"diarist_embed",
       [&](Error e) {
         return diarist_embed(a.embedder.get(), samples, count, nullptr, 1000, nullptr, e);
       }},
      {"diarist_embed_masks",
       [&](Error e) {
         return diarist_embed_masks(nullptr, samples, count, &value, 1, 1, &value, 1, nullptr, e);
       }},
      {"diarist_embed_masks",
       [&](Error e) {
         return diarist_embed_masks(a.embedder.get(), nullptr, count, &value, 1, 1, &value, 1,
                                    nullptr, e);
       }},
      {"diarist_embed_masks",
       [&](Error e) {
         return diarist_embed_masks(a.embedder.get(), samples, count, nullptr, 1, 1, &value, 1,
                                    nullptr, e);
       }},
      {"diarist_embed_features",
       [&](Error e) { return diarist_embed_features(nullptr, samples, 1, &value, 1, nullptr, e); }},
      {"diarist_embed_features",
       [&](Error e) {
         return diarist_embed_features(a.embedder.get(), nullptr, 1, &value, 1, nullptr, e);
       }},
      {"diarist_segmenter_new",
       [&](Error e) { return diarist_segmenter_new(a.model.get(), nullptr, nullptr, e); }},
      {"diarist_segment",
       [&](Error e) {
         return diarist_segment(nullptr, samples, count, nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_segment",
       [&](Error e) {
         return diarist_segment(a.segmenter.get(), nullptr, count, nullptr, nullptr, 0, nullptr, e);
       }},
      {"diarist_segment",
       [&](Error e) {
         return diarist_segment(a.segmenter.get(), samples, count, nullptr, nullptr, 1, nullptr, e);
       }},
      {"diarist_score_files",
       [&](Error e) { return diarist_score_files(nullptr, file, nullptr, nullptr, &score, e); }},
      {"diarist_score_files",
       [&](Error e) { return diarist_score_files(file, nullptr, nullptr, nullptr, &score, e); }},
      {"diarist_score_files",
       [&](Error e) { return diarist_score_files(file, file, nullptr, nullptr, nullptr, e); }},
      {"diarist_score_diarization",
       [&](Error e) {
         return diarist_score_diarization(nullptr, a.result.get(), nullptr, nullptr, &score, e);
       }},
      {"diarist_score_diarization",
       [&](Error e) {
         return diarist_score_diarization(file, nullptr, nullptr, nullptr, &score, e);
       }},
      {"diarist_import", [](Error e) { return diarist_import(nullptr, 1, nullptr, "x", e); }},
      {"diarist_import", [&](Error e) { return diarist_import(no_names, 1, nullptr, "x", e); }},
      {"diarist_import", [&](Error e) { return diarist_import(&file, 1, nullptr, nullptr, e); }},
      {"diarist_quantize",
       [](Error e) { return diarist_quantize(nullptr, nullptr, 0, nullptr, "x", e); }},
      {"diarist_quantize",
       [&](Error e) { return diarist_quantize(a.model.get(), nullptr, 1, nullptr, "x", e); }},
      {"diarist_quantize",
       [&](Error e) { return diarist_quantize(a.model.get(), nullptr, 0, nullptr, nullptr, e); }},
      {"diarist_compare",
       [&](Error e) {
         return diarist_compare(nullptr, a.model.get(), nullptr, 0, nullptr, nullptr, &comparison,
                                e);
       }},
      {"diarist_compare",
       [&](Error e) {
         return diarist_compare(a.model.get(), nullptr, nullptr, 0, nullptr, nullptr, &comparison,
                                e);
       }},
      {"diarist_compare",
       [&](Error e) {
         return diarist_compare(a.model.get(), a.model.get(), no_names, 1, nullptr, nullptr,
                                &comparison, e);
       }},
      {"diarist_compare",
       [&](Error e) {
         return diarist_compare(a.model.get(), a.model.get(), nullptr, 0, nullptr, nullptr, nullptr,
                                e);
       }},
      {"diarist_comparison_figures_of",
       [](Error e) { return diarist_comparison_figures_of(nullptr, nullptr, e); }},
      {"diarist_comparison_figures_of",
       [&](Error e) { return diarist_comparison_figures_of(a.comparison.get(), nullptr, e); }},
      {"diarist_comparison_text",
       [](Error e) {
         return diarist_comparison_text(nullptr, DIARIST_FORMAT_TXT, nullptr, 0, nullptr, e);
       }},
      {"diarist_comparison_missed",
       [](Error e) { return diarist_comparison_missed(nullptr, nullptr, nullptr, 0, nullptr, e); }},
      {"diarist_streaming_init",
       [](Error e) { return diarist_streaming_init(nullptr, sizeof(diarist_streaming), e); }},
      {"diarist_stream_new",
       [&](Error e) { return diarist_stream_new(nullptr, nullptr, &stream, e); }},
      {"diarist_stream_new",
       [&](Error e) { return diarist_stream_new(a.diarizer.get(), nullptr, nullptr, e); }},
      {"diarist_stream_push",
       [&](Error e) { return diarist_stream_push(nullptr, samples, count, &events, e); }},
      {"diarist_stream_push",
       [&](Error e) { return diarist_stream_push(a.stream.get(), nullptr, count, &events, e); }},
      {"diarist_stream_push",
       [&](Error e) { return diarist_stream_push(a.stream.get(), samples, count, nullptr, e); }},
      {"diarist_stream_finish",
       [&](Error e) { return diarist_stream_finish(nullptr, &events, &result, e); }},
      {"diarist_stream_finish",
       [&](Error e) { return diarist_stream_finish(a.stream.get(), nullptr, &result, e); }},
      {"diarist_stream_finish",
       [&](Error e) { return diarist_stream_finish(a.stream.get(), &events, nullptr, e); }},
      {"diarist_event_at", [&](Error e) { return diarist_event_at(nullptr, 0, &event, e); }},
      {"diarist_store_options_init",
       [](Error e) {
         return diarist_store_options_init(nullptr, sizeof(diarist_store_options), e);
       }},
      {"diarist_store_open",
       [&](Error e) { return diarist_store_open(nullptr, nullptr, &store, e); }},
      {"diarist_store_open",
       [&](Error e) { return diarist_store_open(file, nullptr, nullptr, e); }},
      {"diarist_store_voices", [&](Error e) { return diarist_store_voices(nullptr, &voices, e); }},
      {"diarist_store_voices",
       [&](Error e) { return diarist_store_voices(a.store.get(), nullptr, e); }},
      {"diarist_voice_at", [&](Error e) { return diarist_voice_at(nullptr, 0, &voice, e); }},
      {"diarist_voice_session_at",
       [&](Error e) { return diarist_voice_session_at(nullptr, 0, 0, &session, e); }},
      {"diarist_store_add",
       [&](Error e) {
         return diarist_store_add(nullptr, "Ann", a.result.get(), nullptr, nullptr, e);
       }},
      {"diarist_store_add",
       [&](Error e) {
         return diarist_store_add(a.store.get(), nullptr, a.result.get(), nullptr, nullptr, e);
       }},
      {"diarist_store_add",
       [&](Error e) {
         return diarist_store_add(a.store.get(), "Ann", nullptr, nullptr, nullptr, e);
       }},
      {"diarist_store_rename",
       [](Error e) { return diarist_store_rename(nullptr, "Ann", "Bob", e); }},
      {"diarist_store_rename",
       [&](Error e) { return diarist_store_rename(a.store.get(), nullptr, "Bob", e); }},
      {"diarist_store_rename",
       [&](Error e) { return diarist_store_rename(a.store.get(), "Ann", nullptr, e); }},
      {"diarist_store_merge",
       [](Error e) { return diarist_store_merge(nullptr, "Ann", "Bob", e); }},
      {"diarist_store_merge",
       [&](Error e) { return diarist_store_merge(a.store.get(), nullptr, "Bob", e); }},
      {"diarist_store_merge",
       [&](Error e) { return diarist_store_merge(a.store.get(), "Ann", nullptr, e); }},
      {"diarist_store_forget", [&](Error e) { return diarist_store_forget(nullptr, &file, 1, e); }},
      {"diarist_store_forget",
       [&](Error e) { return diarist_store_forget(a.store.get(), nullptr, 1, e); }},
      {"diarist_store_forget",
       [&](Error e) { return diarist_store_forget(a.store.get(), no_names, 1, e); }},
      {"diarist_store_export",
       [](Error e) { return diarist_store_export(nullptr, nullptr, 0, nullptr, e); }},
      {"diarist_store_export",
       [&](Error e) { return diarist_store_export(a.store.get(), nullptr, 9, nullptr, e); }},
      {"diarist_store_import",
       [&](Error e) { return diarist_store_import(nullptr, "{}", 2, "x", &imported, e); }},
      {"diarist_store_import",
       [&](Error e) { return diarist_store_import(a.store.get(), nullptr, 2, "x", &imported, e); }},
      {"diarist_store_import",
       [&](Error e) {
         return diarist_store_import(a.store.get(), "{}", 2, nullptr, &imported, e);
       }},
      {"diarist_store_import",
       [&](Error e) { return diarist_store_import(a.store.get(), "{}", 2, "x", nullptr, e); }},
      {"diarist_identification_init",
       [](Error e) {
         return diarist_identification_init(nullptr, sizeof(diarist_identification), e);
       }},
      {"diarist_identify",
       [&](Error e) {
         return diarist_identify(nullptr, a.result.get(), nullptr, nullptr, &result, e);
       }},
      {"diarist_identify",
       [&](Error e) {
         return diarist_identify(a.store.get(), nullptr, nullptr, nullptr, &result, e);
       }},
      {"diarist_identify",
       [&](Error e) {
         return diarist_identify(a.store.get(), a.result.get(), nullptr, nullptr, nullptr, e);
       }},
      {"diarist_identity_score",
       [&](Error e) { return diarist_identity_score(nullptr, 0, &number, e); }},
      {"diarist_identity_score",
       [&](Error e) { return diarist_identity_score(a.result.get(), 0, nullptr, e); }},
      {"diarist_remember",
       [&](Error e) {
         return diarist_remember(nullptr, a.result.get(), nullptr, nullptr, &result, &remembered,
                                 e);
       }},
      {"diarist_remember",
       [&](Error e) {
         return diarist_remember(a.store.get(), nullptr, nullptr, nullptr, &result, &remembered, e);
       }},
      {"diarist_remember",
       [&](Error e) {
         return diarist_remember(a.store.get(), a.result.get(), nullptr, nullptr, nullptr,
                                 &remembered, e);
       }},
  };
  std::set<std::string> tried;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    tried.insert(cases[i].function);
    EXPECT_TRUE(says(DIARIST_NULL_ARGUMENT, "is NULL", cases[i].call))
        << cases[i].function << ", case " << i;
    EXPECT_EQ(cases[i].call(nullptr), DIARIST_NULL_ARGUMENT) << "without a place for the error";
  }
  EXPECT_EQ(tried, functions_with_status());
  EXPECT_EQ(model, nullptr);
  EXPECT_EQ(diarizer, nullptr);
  EXPECT_EQ(result, nullptr);
  EXPECT_EQ(embedder, nullptr);
  EXPECT_EQ(segmenter, nullptr);
  EXPECT_EQ(comparison, nullptr);
  EXPECT_EQ(stream, nullptr);
  EXPECT_EQ(events, nullptr);
  EXPECT_EQ(store, nullptr);
  EXPECT_EQ(voices, nullptr);
  EXPECT_EQ(remembered, nullptr);
}

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
