// The stages before clustering, used alone: the same numbers whichever way they are asked for, and
// no memory asked for by a caller who brings his own.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "nets/counted_allocations.hpp"
#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

constexpr int kRate = 16000;

class Stages : public ::testing::Test {
 protected:
  std::span<const float> seconds(double from, double count) const {
    return std::span(samples_).subspan(static_cast<std::size_t>(from * kRate),
                                       static_cast<std::size_t>(count * kRate));
  }

  template <class Call>
  static void expect_error(ErrorCode code, const char* words, const Call& call) {
    try {
      call();
      ADD_FAILURE() << "no error; expected: " << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(words));
    }
  }

  const std::vector<float> samples_ =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  const FeatureExtractor extractor_;
  const Embedder embedder_{Model::builtin(), {.threads = 2}};
};

TEST_F(Stages, FeaturesAreAsManyAsFramesSays) {
  for (const std::size_t samples : {400U, 559U, 560U, 16000U}) {
    const auto frames = extractor_.frames(static_cast<std::int64_t>(samples));
    EXPECT_EQ(frames, static_cast<std::int64_t>((samples - 400) / 160 + 1));
    const std::vector<float> features = extractor_.extract(std::span(samples_).first(samples));
    ASSERT_EQ(features.size(), static_cast<std::size_t>(frames) * FeatureExtractor::kBins);
    std::vector<float> own(features.size());
    extractor_.extract(std::span(samples_).first(samples), own);
    EXPECT_EQ(own, features);
  }
  EXPECT_EQ(extractor_.frames(399), 0);
}

TEST_F(Stages, FeaturesOfALongStretchAreThoseOfItsParts) {
  const std::vector<float> whole = extractor_.extract(samples_);
  ASSERT_GT(extractor_.frames(static_cast<std::int64_t>(samples_.size())), 2900);
  // Over the ends of the blocks of 1000 frames in which it was computed.
  for (const std::size_t first : {900U, 1950U}) {
    const std::vector<float> part =
        extractor_.extract(std::span(samples_).subspan(first * 160, 199 * 160 + 400));
    ASSERT_EQ(part.size(), 200U * 80);
    EXPECT_TRUE(std::equal(part.begin(), part.end(),
                           whole.begin() + static_cast<std::ptrdiff_t>(first * 80)));
  }
}

TEST_F(Stages, SamplesAndFeaturesGiveTheSameEmbedding) {
  for (const double length : {0.1, 1.0, 7.3}) {
    const auto speech = seconds(8, length);
    const std::vector<float> embedding = embedder_.embed(speech);
    ASSERT_EQ(embedding.size(), 256U);
    EXPECT_EQ(embedder_.embed_features(extractor_.extract(speech)), embedding) << length << " s";
  }
}

TEST_F(Stages, AWorkspaceGivesTheSameAgainAndAgain) {
  // More than half a minute, in blocks; then shorter ones.
  std::vector<float> longer(samples_);
  longer.insert(longer.end(), samples_.begin(), samples_.begin() + 2 * kRate);
  const std::vector<float> halves{1, 0, 0, 1, 0.5F, 0.5F};
  Embedder::Workspace workspace(embedder_);
  for (const std::span<const float> speech :
       {std::span<const float>(longer), seconds(3, 2), seconds(8, 9.9)}) {
    const std::vector<float> embeddings = embedder_.embed(speech, halves, 2);
    ASSERT_EQ(embeddings.size(), 3U * 256);
    EXPECT_TRUE(std::ranges::equal(embedder_.embed(speech, halves, 2, workspace), embeddings));
    const std::vector<float> features = extractor_.extract(speech);
    EXPECT_TRUE(
        std::ranges::equal(embedder_.embed_features(features, halves, 2, workspace), embeddings));
  }
}

TEST_F(Stages, AWorkspaceThatHasGrownAllocatesNothing) {
  const auto speech = seconds(8, 5);
  const std::vector<float> features = extractor_.extract(speech);
  const std::vector<float> halves{1, 0, 0, 1};
  Embedder::Workspace workspace(embedder_);
  const float first = embedder_.embed(speech, halves, 2, workspace)[0];
  const std::int64_t before = testing::allocations();
  const float again = embedder_.embed(speech, halves, 2, workspace)[0];
  const float of_features = embedder_.embed_features(features, halves, 2, workspace)[0];
  embedder_.embed(speech.first(kRate), std::span(halves).first(2), 2, workspace);
  EXPECT_EQ(testing::allocations() - before, 0);
  EXPECT_EQ(again, first);
  EXPECT_EQ(of_features, first);
}

TEST_F(Stages, EndSoonWhenCancelled) {
  CancellationToken cancellation;
  cancellation.cancel();
  const std::vector<float> samples(32000, 0.01F);
  const Segmenter segmenter(Model::builtin(), {.threads = 1});
  const Embedder embedder(Model::builtin(), {.threads = 1});
  const auto code_of = [](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of([&] { segmenter.segment(samples, cancellation); }), ErrorCode::cancelled);
  EXPECT_EQ(code_of([&] { embedder.embed(samples, cancellation); }), ErrorCode::cancelled);
  const std::vector<float> features = FeatureExtractor().extract(samples);
  EXPECT_EQ(code_of([&] { embedder.embed_features(features, cancellation); }),
            ErrorCode::cancelled);
  EXPECT_EQ(code_of([&] { FeatureExtractor().extract(samples, cancellation); }),
            ErrorCode::cancelled);
}

TEST_F(Stages, WhatCannotBeEmbeddedIsNamed) {
  const std::vector<float> one{1};
  const std::vector<float> broken{1, -1};
  std::vector<float> features(80 * 3);
  Embedder::Workspace workspace(embedder_);
  expect_error(ErrorCode::corrupt_audio, "399, too few",
               [&] { embedder_.embed(std::span(samples_).first(399)); });
  expect_error(ErrorCode::invalid_argument, "no multiple of 80",
               [&] { embedder_.embed_features(std::span(features).first(81)); });
  expect_error(ErrorCode::corrupt_audio, "no frame", [&] { embedder_.embed_features({}); });
  expect_error(ErrorCode::invalid_argument, "no multiple of frames",
               [&] { embedder_.embed(seconds(8, 1), one, 2, workspace); });
  expect_error(ErrorCode::invalid_argument, "negative",
               [&] { embedder_.embed_features(features, broken, 2, workspace); });
  features[80 + 7] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorCode::corrupt_audio, "bin 7 of frame 1",
               [&] { embedder_.embed_features(features); });
  expect_error(ErrorCode::invalid_argument, "ask frames()",
               [&] { extractor_.extract(seconds(0, 1), features); });
}

}  // namespace
}  // namespace diarist
