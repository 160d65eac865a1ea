// Who there is, of recordings made of numbers: which way is taken, and what a given number changes.
#include "pipeline/speakers.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clustering/synthetic_recording.hpp"
#include "pipeline/reconstruction.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kPeople = 2;
constexpr int kEmbeddings = 600;
// Nobody is in doubt who it is.
constexpr testing::SyntheticScatter kClear{.between = 0.1, .least_within = 0.2, .most_within = 0.3};

/// Single seconds sound just like the window that they lie in.
Analysis made_up(double one_speaker_s) {
  testing::SyntheticRecording recording =
      testing::synthetic_recording(kEmbeddings, kPeople, /*seed=*/1, kClear);
  Analysis analysis;
  for (std::size_t i = 0; i < recording.people.size(); ++i) {
    if (recording.people[i] < 0) continue;
    const auto first = static_cast<std::int64_t>(i) * 12;
    analysis.voices.subsegments.push_back({first, first + 12});
    analysis.voices.add_directions(std::span(recording.embeddings).subspan(i * 256, 256));
  }
  analysis.counts.assign(static_cast<std::size_t>(one_speaker_s / kFrameStepSeconds), 1);
  analysis.activity = std::move(recording.activity);
  analysis.embeddings = std::move(recording.embeddings);
  return analysis;
}

Clustering found_with(const Analysis& analysis, const ClusteringOptions& options) {
  return find_speakers(Model::builtin(), analysis, options, {}, std::nullopt);
}

void expect_same(const Clustering& a, const Clustering& b) {
  EXPECT_EQ(a.clusters, b.clusters);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.certainty, b.certainty);
  EXPECT_EQ(a.centroids, b.centroids);
}

class FindSpeakers : public ::testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(ShortAndLong, FindSpeakers, ::testing::Values(60.0, 600.0));

TEST_P(FindSpeakers, TellsThemApart) {
  EXPECT_EQ(found_with(made_up(GetParam()), {}).clusters, kPeople);
}

TEST_P(FindSpeakers, TheTrueNumberChangesNothing) {
  const Analysis analysis = made_up(GetParam());
  ClusteringOptions told;
  told.min_speakers = told.max_speakers = kPeople;
  const Clustering found = found_with(analysis, told);
  expect_same(found, found_with(analysis, {}));
  EXPECT_TRUE(found.notices.empty());
}

TEST_P(FindSpeakers, ANumberThatCannotBeHadChangesNothingAndSaysSo) {
  const Analysis analysis = made_up(GetParam());
  ClusteringOptions asked;
  asked.min_speakers = kPeople + 4;
  const Clustering found = found_with(analysis, asked);
  expect_same(found, found_with(analysis, {}));
  EXPECT_THAT(found.notices, ::testing::ElementsAre(::testing::HasSubstr("asked for")));
}

TEST_P(FindSpeakers, ToldOneThereIsOne) {
  const Analysis analysis = made_up(GetParam());
  ClusteringOptions told;
  told.max_speakers = 1;
  const Clustering found = found_with(analysis, told);
  EXPECT_EQ(found.clusters, 1);
  EXPECT_TRUE(found.notices.empty());
}

}  // namespace
}  // namespace diarist::pipeline
