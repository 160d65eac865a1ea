// Single stages, models, scores and packs through C give what they give through C++.
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "capi/calls.hpp"
#include "pipeline/recording.hpp"
#include "testing/places.hpp"

namespace diarist::testing {
namespace {

using Error = diarist_error**;

std::vector<float> speech() {
  const auto samples = read_samples(source_dir() / "samples" / "sample.wav");
  return {samples.begin() + 128000, samples.begin() + 160000};
}

TEST(CLibrary, SaysWhatItIs) {
  EXPECT_STREQ(diarist_version(), DIARIST_VERSION);
  const auto sets = supported_instruction_sets();
  ASSERT_EQ(diarist_instruction_set_count(), sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    EXPECT_EQ(diarist_instruction_set_name(i), to_string(sets[i]));
  }
}

// The names of what both interfaces know are the same.
TEST(CLibrary, StatusesHaveTheNamesOfErrorCodes) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    EXPECT_STREQ(diarist_status_name(DIARIST_INVALID_ARGUMENT + code),
                 to_string(static_cast<ErrorCode>(code)));
  }
}

TEST(CError, HasParts) {
  diarist_model* model = nullptr;
  diarist_error* error = nullptr;
  ASSERT_EQ(diarist_model_load("nowhere", &model, &error), DIARIST_NOT_FOUND);
  EXPECT_EQ(diarist_error_status(error), DIARIST_NOT_FOUND);
  const std::string message = diarist_error_message(error);
  EXPECT_NE(message.find(diarist_error_subject(error)), std::string::npos);
  EXPECT_NE(message.find(diarist_error_problem(error)), std::string::npos);
  EXPECT_NE(message.find(diarist_error_advice(error)), std::string::npos);
  EXPECT_NE(std::string(diarist_error_subject(error)).find("nowhere"), std::string::npos);
  diarist_error_free(error);
}

TEST(CModels, TellWhatIsInThem) {
  const CModel model = builtin_model();
  const Model expected = Model::builtin();
  EXPECT_EQ(diarist_model_name(model.get()), expected.name());
  EXPECT_STREQ(diarist_model_notice(model.get()), "");
  ASSERT_EQ(diarist_model_metadata_count(model.get()), expected.metadata().size());
  std::size_t i = 0;
  for (const auto& [key, value] : expected.metadata()) {
    EXPECT_EQ(diarist_model_metadata_key(model.get(), i++), key);
    EXPECT_EQ(diarist_model_metadata_value(model.get(), key.c_str()), value);
  }
  const auto tensors = expected.tensors();
  ASSERT_EQ(diarist_model_tensor_count(model.get()), tensors.size());
  for (i = 0; i < tensors.size(); ++i) {
    auto tensor = blank<diarist_tensor>();
    ASSERT_EQ(diarist_model_tensor(model.get(), i, &tensor, nullptr), DIARIST_OK);
    EXPECT_EQ(tensor.name, tensors[i].name);
    EXPECT_EQ(tensor.type, tensors[i].type);
    EXPECT_EQ(tensor.coding, tensors[i].coding);
    EXPECT_EQ(tensor.bytes, tensors[i].bytes);
    EXPECT_EQ(std::vector<std::int64_t>(tensor.shape, tensor.shape + tensor.axes),
              tensors[i].shape);
  }
}

TEST(CModels, AreLoadedFromFilesAndFromMemory) {
  const std::string pack = (source_dir() / "models" / "community.safetensors").string();
  diarist_model* model = nullptr;
  ASSERT_TRUE(succeeds([&](Error e) { return diarist_model_load(pack.c_str(), &model, e); }));
  EXPECT_GT(diarist_model_tensor_count(model), 0u);
  EXPECT_TRUE(succeeds([&](Error e) { return diarist_model_check(model, nullptr, e); }));
  diarist_model_free(model);

  std::ifstream file(pack, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  ASSERT_TRUE(succeeds(
      [&](Error e) { return diarist_model_parse("mine", bytes.data(), bytes.size(), &model, e); }));
  EXPECT_STREQ(diarist_model_name(model), "mine");
  diarist_model_free(model);
  EXPECT_TRUE(ends_with(DIARIST_CORRUPT_MODEL, [&](Error e) {
    return diarist_model_parse("cut", bytes.data(), bytes.size() / 2, &model, e);
  }));
  EXPECT_EQ(model, nullptr);
}

TEST(CModels, AFallbackIsTold) {
  diarist_model* raw = nullptr;
  ASSERT_TRUE(succeeds(
      [&](Error e) { return diarist_model_choose("nowhere", "built-in", nullptr, &raw, e); }));
  const CModel model(raw);
  EXPECT_STREQ(diarist_model_name(model.get()), "built-in");
  const std::string notice = diarist_model_notice(model.get());
  EXPECT_NE(notice.find("nowhere"), std::string::npos);
  const CDiarizer diarizer = small_diarizer(model.get());
  const auto samples = speech();
  diarist_diarization* result = nullptr;
  ASSERT_EQ(diarist_diarize_samples(diarizer.get(), samples.data(), samples.size(), 16000, nullptr,
                                    nullptr, &result, nullptr),
            DIARIST_OK);
  ASSERT_GT(diarist_notice_count(result), 0u);
  EXPECT_EQ(diarist_notice_at(result, 0), notice);
  diarist_diarization_free(result);
}

TEST(CEmbedder, GivesWhatTheLibraryGives) {
  const auto samples = speech();
  auto performance = fresh(diarist_performance_init);
  performance.threads = 1;
  performance.precision = DIARIST_PRECISION_F32;
  diarist_embedder* raw = nullptr;
  ASSERT_EQ(diarist_embedder_new(nullptr, &performance, &raw, nullptr), DIARIST_OK);
  const testing::CEmbedder embedder(raw);
  const Embedder expected(Model::builtin(), {.threads = 1, .precision = Precision::f32});
  std::size_t needed = 0;
  std::vector<float> found(diarist_embedder_dimensions(embedder.get()));
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_embed(embedder.get(), samples.data(), samples.size(), found.data(), found.size(),
                         &needed, e);
  }));
  EXPECT_EQ(needed, found.size());
  const std::vector<float> whole = expected.embed(samples);
  EXPECT_EQ(found, whole);

  std::vector<float> features(diarist_feature_frames(samples.size()) * diarist_feature_bins());
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_features(samples.data(), samples.size(), features.data(), features.size(),
                            nullptr, e);
  }));
  EXPECT_EQ(features, FeatureExtractor().extract(samples));
  found.assign(found.size(), 0);
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_embed_features(embedder.get(), features.data(),
                                  diarist_feature_frames(samples.size()), found.data(),
                                  found.size(), nullptr, e);
  }));
  EXPECT_EQ(found, whole);

  const std::array<float, 4> masks = {1, 0, 1, 1};
  std::vector<float> rows(2 * found.size());
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_embed_masks(embedder.get(), samples.data(), samples.size(), masks.data(), 2, 2,
                               rows.data(), rows.size(), nullptr, e);
  }));
  EXPECT_EQ(rows, expected.embed(samples, masks, 2));
}

TEST(CSegmenter, GivesWhatTheLibraryGives) {
  const auto samples = speech();
  auto performance = fresh(diarist_performance_init);
  performance.threads = 1;
  diarist_segmenter* raw = nullptr;
  ASSERT_EQ(diarist_segmenter_new(nullptr, &performance, &raw, nullptr), DIARIST_OK);
  const testing::CSegmenter segmenter(raw);
  const LocalActivity expected = Segmenter(Model::builtin(), {.threads = 1}).segment(samples);
  std::size_t needed = 0;
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_segment(segmenter.get(), samples.data(), samples.size(), nullptr, nullptr, 0,
                           &needed, e);
  }));
  EXPECT_EQ(needed, diarist_segmenter_windows(segmenter.get(), samples.size()) *
                        diarist_segmenter_frames(segmenter.get()) *
                        diarist_segmenter_speakers(segmenter.get()));
  std::vector<std::uint8_t> active(needed);
  std::vector<std::uint8_t> probability(needed);
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_segment(segmenter.get(), samples.data(), samples.size(), active.data(),
                           probability.data(), needed, nullptr, e);
  }));
  EXPECT_EQ(active, expected.active);
  EXPECT_EQ(probability, expected.probability);
  // Longer than a window: as many windows as are asked for.
  EXPECT_EQ(diarist_segmenter_windows(segmenter.get(), 16000 * 30), 21u);
  EXPECT_EQ(diarist_segmenter_windows(segmenter.get(), 0), 0u);
}

class Scores : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(hypothesis_); }

  const std::string reference_ = (source_dir() / "samples" / "sample.rttm").string();
  const std::string hypothesis_ = ::testing::TempDir() + "capi_hypothesis.rttm";
};

TEST_F(Scores, AreThoseOfTheLibrary) {
  std::ofstream(hypothesis_) << "SPEAKER sample 1 5.0 10.0 <NA> <NA> a <NA> <NA>\n"
                                "SPEAKER other 1 5.0 10.0 <NA> <NA> a <NA> <NA>\n";
  const auto references = read_rttm(reference_);
  const auto hypotheses = read_rttm(hypothesis_);
  for (const ScoringConvention convention :
       {ScoringConvention::pyannote, ScoringConvention::nist}) {
    const Score expected =
        score(references[0], hypotheses[0], std::nullopt,
              {.convention = convention, .collar_s = 0.25, .skip_overlap = true});
    auto scoring = fresh(diarist_scoring_init);
    scoring.convention = convention == ScoringConvention::nist ? DIARIST_CONVENTION_NIST
                                                               : DIARIST_CONVENTION_PYANNOTE;
    scoring.collar_s = 0.25;
    scoring.skip_overlap = 1;
    auto found = blank<diarist_score>();
    ASSERT_TRUE(succeeds([&](Error e) {
      return diarist_score_files(reference_.c_str(), hypothesis_.c_str(), nullptr, &scoring, &found,
                                 e);
    }));
    EXPECT_EQ(found.der, expected.der());
    EXPECT_EQ(found.jer, expected.jer());
    EXPECT_EQ(found.total_s, expected.total_s);
    EXPECT_EQ(found.miss_s, expected.miss_s);
    EXPECT_EQ(found.false_alarm_s, expected.false_alarm_s);
    EXPECT_EQ(found.confusion_s, expected.confusion_s);
    EXPECT_EQ(found.reference_speakers, expected.reference_speakers);
    EXPECT_EQ(found.hypothesis_speakers, expected.hypothesis_speakers);
    EXPECT_EQ(found.recordings, 1);
  }
  auto found = blank<diarist_score>();
  ASSERT_EQ(diarist_score_files(reference_.c_str(), reference_.c_str(), nullptr, nullptr, &found,
                                nullptr),
            DIARIST_OK);
  EXPECT_EQ(found.der, 0);
}

TEST_F(Scores, NeedACommonRecording) {
  std::ofstream(hypothesis_) << "SPEAKER other 1 5.0 10.0 <NA> <NA> a <NA> <NA>\n";
  auto found = blank<diarist_score>();
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "has no recording of", [&](Error e) {
    return diarist_score_files(reference_.c_str(), hypothesis_.c_str(), nullptr, nullptr, &found,
                               e);
  }));
  std::ofstream(hypothesis_) << "";
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "holds no turns", [&](Error e) {
    return diarist_score_files(hypothesis_.c_str(), reference_.c_str(), nullptr, nullptr, &found,
                               e);
  }));
  std::ofstream(hypothesis_) << "SPEAKER other 1 x\n";
  EXPECT_TRUE(ends_with(DIARIST_MALFORMED, [&](Error e) {
    return diarist_score_files(reference_.c_str(), hypothesis_.c_str(), nullptr, nullptr, &found,
                               e);
  }));
}

TEST(CPacks, AreImportedWithThePowersetThatIsSaid) {
  const std::string pack = (source_dir() / "models" / "community.safetensors").string();
  const std::string made = ::testing::TempDir() + "capi_powerset.safetensors";
  const char* const source = pack.c_str();
  auto importing = fresh(diarist_importing_init);
  // Seven classes, as the 3 of whom 2 speak at once have.
  importing.powerset_speakers = 6;
  importing.powerset_at_once = 1;
  ASSERT_TRUE(
      succeeds([&](Error e) { return diarist_import(&source, 1, &importing, made.c_str(), e); }));
  diarist_model* raw = nullptr;
  ASSERT_TRUE(succeeds([&](Error e) { return diarist_model_load(made.c_str(), &raw, e); }));
  std::filesystem::remove(made);
  const CModel model(raw);
  diarist_segmenter* raw_segmenter = nullptr;
  ASSERT_EQ(diarist_segmenter_new(model.get(), nullptr, &raw_segmenter, nullptr), DIARIST_OK);
  const CSegmenter segmenter(raw_segmenter);
  EXPECT_EQ(diarist_segmenter_speakers(segmenter.get()), 6u);

  importing.powerset_speakers = 4;
  importing.powerset_at_once = 2;
  EXPECT_FALSE(
      succeeds([&](Error e) { return diarist_import(&source, 1, &importing, made.c_str(), e); }));
  EXPECT_FALSE(std::filesystem::exists(made));
}

TEST(CPacks, AreImportedWithAnAccountOfIt) {
  const std::string pack = (source_dir() / "models" / "community.safetensors").string();
  const std::string made = ::testing::TempDir() + "capi_told.safetensors";
  const char* const source = pack.c_str();
  auto importing = fresh(diarist_importing_init);
  std::vector<std::string> told;
  importing.user = &told;
  importing.imported = [](diarist_imported what, const char* text, void* user) {
    EXPECT_EQ(what, DIARIST_IMPORTED_PART) << text;
    static_cast<std::vector<std::string>*>(user)->emplace_back(text);
  };
  ASSERT_TRUE(
      succeeds([&](Error e) { return diarist_import(&source, 1, &importing, made.c_str(), e); }));
  ASSERT_EQ(told.size(), 4u);  // Two networks, the PLDA and its transform.
  EXPECT_TRUE(told[0].starts_with("segmentation net: ")) << told[0];
  EXPECT_TRUE(told[0].ends_with(" tensors from " + pack)) << told[0];
  std::filesystem::remove(made);

  importing.imported = [](diarist_imported, const char*, void*) {
    throw std::runtime_error("enough");
  };
  EXPECT_TRUE(says(DIARIST_CALLBACK_FAILED, "enough", [&](Error e) {
    return diarist_import(&source, 1, &importing, made.c_str(), e);
  }));
  EXPECT_FALSE(std::filesystem::exists(made));
}

TEST(CPacks, AreImportedAndCompared) {
  const std::string pack = (source_dir() / "models" / "community.safetensors").string();
  const std::string made = ::testing::TempDir() + "capi_f32.safetensors";
  const char* const source = pack.c_str();
  auto importing = fresh(diarist_importing_init);
  importing.storage = DIARIST_STORAGE_F32;
  ASSERT_TRUE(
      succeeds([&](Error e) { return diarist_import(&source, 1, &importing, made.c_str(), e); }));
  diarist_model* raw = nullptr;
  ASSERT_TRUE(succeeds([&](Error e) { return diarist_model_load(made.c_str(), &raw, e); }));
  std::filesystem::remove(made);
  const CModel larger(raw);
  const CModel model = builtin_model();
  diarist_comparison* raw_comparison = nullptr;
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_compare(larger.get(), model.get(), nullptr, 0, nullptr, nullptr, &raw_comparison,
                           e);
  }));
  const CComparison comparison(raw_comparison);

  diarist_cancellation* cancellation = nullptr;
  ASSERT_EQ(diarist_cancellation_new(&cancellation, nullptr), DIARIST_OK);
  ASSERT_EQ(diarist_cancellation_cancel(cancellation, nullptr), DIARIST_OK);
  const std::string recording = (source_dir() / "samples" / "sample.wav").string();
  const char* const heard = recording.c_str();
  diarist_comparison* none = nullptr;
  EXPECT_EQ(
      diarist_compare(larger.get(), model.get(), &heard, 1, nullptr, cancellation, &none, nullptr),
      DIARIST_CANCELLED);
  EXPECT_EQ(none, nullptr);
  diarist_cancellation_free(cancellation);
  auto figures = blank<diarist_comparison_figures>();
  ASSERT_EQ(diarist_comparison_figures_of(comparison.get(), &figures, nullptr), DIARIST_OK);
  EXPECT_GT(figures.bytes_a, figures.bytes_b + figures.bytes_b / 2);
  EXPECT_EQ(figures.embedding_cosine, 1);
  std::size_t needed = 0;
  ASSERT_EQ(
      diarist_comparison_text(comparison.get(), DIARIST_FORMAT_JSON, nullptr, 0, &needed, nullptr),
      DIARIST_OK);
  std::string json(needed + 1, ' ');
  ASSERT_EQ(diarist_comparison_text(comparison.get(), DIARIST_FORMAT_JSON, json.data(), json.size(),
                                    nullptr, nullptr),
            DIARIST_OK);
  EXPECT_EQ(json.front(), '{');
  auto limits = fresh(diarist_limits_init);
  ASSERT_EQ(diarist_comparison_missed(comparison.get(), nullptr, nullptr, 0, &needed, nullptr),
            DIARIST_OK);
  EXPECT_EQ(needed, 0u);
  limits.min_embedding_cosine = 1.5;
  ASSERT_EQ(diarist_comparison_missed(comparison.get(), &limits, nullptr, 0, &needed, nullptr),
            DIARIST_OK);
  EXPECT_GT(needed, 0u) << "nothing reaches that cosine";
}

}  // namespace
}  // namespace diarist::testing
