// The chain, its proof and the comparison, with the networks run on the built-in sample.
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diarist/quantization.hpp"

#include "model/packs.hpp"
#include "modeltools/quantize/comparison.hpp"
#include "modeltools/quantize/hearing.hpp"

namespace diarist {
namespace {

using diarist::testing::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Quantize : public ::testing::Test {
 protected:
  QuantizedPack run(QuantizationOptions options) {
    outcomes_.clear();
    return quantize(model_, recordings_, options, [&](const QuantizationAttempt& attempt) {
      outcomes_.push_back((attempt.taken ? "+ " : "- ") + attempt.method);
      last_ = attempt.outcome;
    });
  }
  static QuantizationOptions with(QuantizationMethod method, int bits = 8) {
    QuantizationOptions options;
    options.method = method;
    options.bits = bits;
    return options;
  }

  const Model model_ = Model::builtin();
  std::vector<CalibrationRecording> recordings_ = {builtin_calibration_recording()};
  std::vector<std::string> outcomes_;
  std::string last_;
};

TEST_F(Quantize, EndsSoonWhenCancelled) {
  CancellationToken cancellation;
  cancellation.cancel();
  const QuantizationOptions linear = with(QuantizationMethod::linear);
  EXPECT_EQ(error_of([&] { quantize(model_, recordings_, linear, {}, cancellation); }).code(),
            ErrorCode::cancelled);
  EXPECT_EQ(error_of([&] { sensitivity(model_, recordings_, linear, cancellation); }).code(),
            ErrorCode::cancelled);
  EXPECT_EQ(error_of([&] { compare_packs(model_, model_, recordings_, {}, cancellation); }).code(),
            ErrorCode::cancelled);
}

TEST_F(Quantize, AutomaticTakesTheFirstThatHolds) {
  const QuantizedPack pack = run(with(QuantizationMethod::automatic));
  EXPECT_LT(pack.bytes.size(), 9'000'000U);
  // Four bits are never enough; which of the others is the first depends on the recordings.
  ASSERT_GE(outcomes_.size(), 2U);
  EXPECT_EQ(outcomes_[0], "- palette, 4 bits");
  EXPECT_EQ(pack.attempts.size(), outcomes_.size());
  for (const QuantizationAttempt& attempt : pack.attempts) {
    EXPECT_EQ(attempt.taken, &attempt == &pack.attempts.back()) << attempt.method;
    ASSERT_TRUE(attempt.comparison) << attempt.method;
    EXPECT_EQ(attempt.taken, missed_limits(*attempt.comparison, {}).empty());
  }
  const PackComparison& proof = *pack.attempts.back().comparison;
  EXPECT_LE(proof.der_increase(), 0.3);
  EXPECT_GE(proof.all.embedding_cosine, 0.998);
  EXPECT_GE(proof.all.segmentation_agreement, 0.99);
  EXPECT_EQ(static_cast<std::size_t>(proof.bytes_b), pack.bytes.size());
  EXPECT_EQ(static_cast<std::size_t>(proof.bytes_a), model_.pack().file_bytes());
  // What was made is a model, and makes what the proof says.
  const Model small = Model::parse("small", pack.bytes);
  const PackComparison again = compare_packs(model_, small, recordings_);
  EXPECT_EQ(again.all.embedding_cosine, proof.all.embedding_cosine);
  EXPECT_EQ(again.all.segmentation_agreement, proof.all.segmentation_agreement);
  EXPECT_EQ(again.der_increase(), proof.der_increase());
}

TEST_F(Quantize, FourBitsMissTheirLimits) {
  const Error error = error_of([&] { run(with(QuantizationMethod::palette, 4)); });
  EXPECT_EQ(error.code(), ErrorCode::limit_missed);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("palette, 4 bits"), HasSubstr("is below 0.9980"),
                                  HasSubstr("no pack was made")));
  EXPECT_THAT(outcomes_, ElementsAre("- palette, 4 bits"));
}

TEST_F(Quantize, IntegersHoldInTheirOwnArithmetic) {
  const QuantizedPack pack = run(with(QuantizationMethod::int8));
  EXPECT_GE(pack.attempts.back().comparison->all.embedding_cosine, 0.998);
}

TEST_F(Quantize, WhatShrankAlreadyIsRefused) {
  const QuantizedPack once = run(with(QuantizationMethod::linear));
  const Model small = Model::parse("small", once.bytes);
  const Error same =
      error_of([&] { quantize(small, recordings_, with(QuantizationMethod::linear)); });
  EXPECT_EQ(same.code(), ErrorCode::limit_missed);
  EXPECT_THAT(same.what(), AllOf(HasSubstr("nothing shrank"), HasSubstr("as small as the method")));
  EXPECT_EQ(
      error_of([&] { quantize(small, recordings_, with(QuantizationMethod::palette, 6)); }).code(),
      ErrorCode::invalid_argument);
  // The chain tells each link why.
  std::vector<std::string> reasons;
  const Error chain = error_of([&] {
    quantize(small, recordings_, {},
             [&](const QuantizationAttempt& attempt) { reasons.push_back(attempt.outcome); });
  });
  EXPECT_EQ(chain.code(), ErrorCode::limit_missed);
  ASSERT_EQ(reasons.size(), 6U);
  EXPECT_THAT(reasons[0], HasSubstr("is quantized already, as linear8"));
  EXPECT_THAT(reasons[3], HasSubstr("nothing shrank"));
}

TEST_F(Quantize, RefusesOptionsThatCannotBe) {
  const auto refusal = [&](const QuantizationOptions& options) {
    const Error error = error_of([&] { quantize(model_, recordings_, options); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return std::string(error.what());
  };
  QuantizationOptions options;
  options.limits.max_der_increase = -1;
  EXPECT_THAT(refusal(options), HasSubstr("max_der_increase"));
  options.limits.max_der_increase = NAN;
  EXPECT_THAT(refusal(options), HasSubstr("max_der_increase"));
  options = {};
  options.limits.min_embedding_cosine = 1.5;
  EXPECT_THAT(refusal(options), HasSubstr("0 to 1"));
  options = {};
  options.group_channels = -1;
  EXPECT_THAT(refusal(options), HasSubstr("group_channels"));
  options = with(QuantizationMethod::palette, 7);
  EXPECT_THAT(refusal(options), HasSubstr("8, 6 or 4"));
  recordings_.clear();
  EXPECT_THAT(refusal({}), HasSubstr("recordings: are none"));
}

TEST_F(Quantize, SensitivityIsMeasuredForEveryWeight) {
  // Little of it is enough to see that every tensor is tried by itself.
  std::vector<float>& samples = recordings_[0].samples;
  samples.erase(samples.begin(), samples.begin() + 112000);
  samples.resize(32000);
  const auto table = sensitivity(model_, recordings_, with(QuantizationMethod::palette, 4));
  ASSERT_EQ(table.size(), 58U);
  int kept = 0;
  for (const TensorSensitivity& row : table) {
    EXPECT_LT(row.bytes_after, row.bytes_before) << row.name;
    EXPECT_LT(row.sqnr_db, 60) << row.name;
    EXPECT_EQ(row.embedding_cosine < 1, row.name.starts_with("embedding.")) << row.name;
    kept += row.kept_because.empty() ? 0 : 1;
  }
  EXPECT_EQ(kept, 4);
  EXPECT_THAT(to_text(table), HasSubstr("kept: first of the trunk"));
  const auto json = nlohmann::json::parse(to_json(table));
  EXPECT_EQ(json["schema"], "diarist.sensitivity");
  ASSERT_EQ(json["tensors"].size(), table.size());
  EXPECT_EQ(json["tensors"][0]["name"], "embedding.conv1.weight");
  EXPECT_EQ(json["tensors"][0]["bytes_after"], table[0].bytes_after);
  EXPECT_THAT(json["tensors"][0]["kept_because"], HasSubstr("first of the trunk"));
  EXPECT_LT(json["tensors"][0]["embedding_cosine"], 1);
  EXPECT_EQ(error_of([&] { sensitivity(model_, recordings_, {}); }).code(),
            ErrorCode::invalid_argument);
}

TEST_F(Quantize, APackIsLikeItself) {
  const PackComparison comparison = compare_packs(model_, model_, recordings_);
  EXPECT_EQ(comparison.bytes_a, comparison.bytes_b);
  EXPECT_EQ(comparison.der_increase(), 0);
  EXPECT_EQ(comparison.all.der_between, 0);
  EXPECT_NEAR(comparison.all.embedding_cosine, 1, 1e-12);
  EXPECT_EQ(comparison.all.segmentation_agreement, 1);
  EXPECT_GT(comparison.run_s_a, 0);
  EXPECT_GT(comparison.load_s_b, 0);
  EXPECT_THAT(to_text(comparison), HasSubstr("242 tensors are the same in both"));
  const auto json = nlohmann::json::parse(to_json(comparison));
  EXPECT_EQ(json["schema"], "diarist.compare");
  EXPECT_EQ(json["tensors"].size(), 242U);
  EXPECT_EQ(json["tensors"][0]["exact"], true);
  EXPECT_EQ(json["recordings"].size(), 1U);
  EXPECT_EQ(json["der_increase_points"], 0);
}

TEST(Comparison, DerIncreaseIsAgainstTheReferenceWhereThereIsOne) {
  PackComparison comparison;
  comparison.all.der_between = 0.05;
  EXPECT_DOUBLE_EQ(comparison.der_increase(), 5);
  comparison.all.der_a = 0.10;
  comparison.all.der_b = 0.09;
  EXPECT_DOUBLE_EQ(comparison.der_increase(), -1);
}

TEST(Comparison, NamesEveryLimitThatWasMissed) {
  PackComparison comparison;
  EXPECT_TRUE(missed_limits(comparison, {}).empty());
  comparison.all.der_between = NAN;
  comparison.all.embedding_cosine = 0.9979;
  comparison.all.segmentation_agreement = 0.98;
  const auto missed = missed_limits(comparison, {});
  EXPECT_THAT(missed,
              ElementsAre(HasSubstr("DER rises"), HasSubstr("cosine of 0.9979 is below 0.9980"),
                          HasSubstr("98.00 % of frames")));
}

TEST(Hearing, AgreementCountsFramesAndCosinesCountRows) {
  using namespace modeltools::quantize;
  const auto activity = [](int speakers) {
    LocalActivity one;
    one.windows = 1;
    one.speakers = speakers;
    one.active.assign(static_cast<std::size_t>(LocalActivity::kFrames * speakers), 0);
    return one;
  };
  LocalActivity a = activity(3);
  LocalActivity b = activity(3);
  a.active[0] = b.active[0] = 1;
  b.active[5] = 1;
  EXPECT_DOUBLE_EQ(agreement(a, b), 588.0 / 589);
  LocalActivity other = activity(4);
  other.active[3] = 1;  // As many as in a, under another name.
  EXPECT_EQ(agreement(a, other), 1);
  Embeddings x{256, std::vector<float>(512)};
  Embeddings y = x;
  x.rows[0] = y.rows[0] = 2;
  x.rows[256] = 1;
  y.rows[257] = 1;
  const CosineFigures figures = cosines(x, y);
  EXPECT_EQ(figures.mean, 0.5);
  EXPECT_EQ(figures.least, 0);
  EXPECT_EQ(cosines(x, {128, std::vector<float>(512)}).mean, 0);
}

}  // namespace
}  // namespace diarist
