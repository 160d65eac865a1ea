// The whole pipeline with models of other sizes than the built-in one's.
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/clustering.hpp"
#include "diarist/diarizer.hpp"
#include "diarist/embedder.hpp"
#include "diarist/error.hpp"
#include "diarist/segmenter.hpp"

#include "nets/built_in_nets.hpp"
#include "testing/synthetic_model.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;

constexpr int kRate = 16000;
constexpr std::size_t kSamples = std::size_t{14} * kRate;

class OtherSizesPipeline : public ::testing::TestWithParam<bool> {
 protected:
  const Model model_ = testing::synthetic_model(testing::other_sizes(GetParam()));
  const std::vector<float> samples_ = testing::restless_noise(kSamples);
};

bool same(const Diarization& a, const Diarization& b) {
  return a.turns.size() == b.turns.size() && a.speakers.size() == b.speakers.size() &&
         std::equal(a.turns.begin(), a.turns.end(), b.turns.begin(),
                    [](const Turn& x, const Turn& y) {
                      return x.start_s == y.start_s && x.end_s == y.end_s &&
                             x.speaker == y.speaker && x.confidence == y.confidence;
                    }) &&
         std::equal(a.speakers.begin(), a.speakers.end(), b.speakers.begin(),
                    [](const Speaker& x, const Speaker& y) { return x.centroid == y.centroid; });
}

TEST_P(OtherSizesPipeline, StagesHaveTheModelsSizes) {
  const LocalActivity activity = Segmenter(model_).segment(samples_);
  EXPECT_EQ(activity.speakers, 6);
  EXPECT_EQ(activity.active.size(),
            static_cast<std::size_t>(activity.windows * LocalActivity::kFrames * 6));
  EXPECT_EQ(std::count(activity.active.begin(), activity.active.end(), 0) +
                std::count(activity.active.begin(), activity.active.end(), 1),
            static_cast<std::ptrdiff_t>(activity.active.size()));
  const Embedder embedder(model_);
  EXPECT_EQ(embedder.dimensions(), 96);
  EXPECT_EQ(embedder.embed(samples_).size(), 96U);

  std::vector<float> embeddings(static_cast<std::size_t>(activity.windows) * 6 * 96, 0.5F);
  for (std::size_t i = 0; i < embeddings.size(); ++i) embeddings[i] += (i / 96) % 2 == 0 ? 1 : -1;
  const Clustering found = cluster(model_, activity, embeddings);
  EXPECT_EQ(found.labels.size(), static_cast<std::size_t>(activity.windows) * 6);
  EXPECT_EQ(found.centroids.size(), static_cast<std::size_t>(found.clusters) * 96);
  embeddings.pop_back();
  try {
    cluster(model_, activity, embeddings);
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("windows x 6 x 96"), std::string::npos);
  }
}

TEST_P(OtherSizesPipeline, DiarizesTheSameWithAnyThreadsAndFromTheCache) {
  const fs::path folder =
      fs::temp_directory_path() / (std::string("diarist-other-sizes-") + (GetParam() ? "b" : "a"));
  fs::remove_all(folder);
  for (const Preset preset : {Preset::exact, Preset::balanced}) {
    BehaviorOptions behavior;
    behavior.preset = preset;
    PerformanceOptions one;
    one.threads = 1;
    PerformanceOptions three;
    three.threads = 3;
    const Diarization expected = Diarizer(model_, one).diarize(samples_, kRate, behavior);
    EXPECT_FALSE(expected.turns.empty());
    // `exact` has speakers who are nobody, and sound like nothing.
    const auto with_centroid = [&](std::size_t size) {
      return std::count_if(expected.speakers.begin(), expected.speakers.end(),
                           [size](const Speaker& each) { return each.centroid.size() == size; });
    };
    EXPECT_GT(with_centroid(96), 0);
    EXPECT_EQ(with_centroid(96) + with_centroid(0),
              static_cast<std::ptrdiff_t>(expected.speakers.size()));
    EXPECT_TRUE(same(Diarizer(model_, three).diarize(samples_, kRate, behavior), expected));
    three.cache = folder;
    EXPECT_TRUE(same(Diarizer(model_, three).diarize(samples_, kRate, behavior), expected));
    const Diarization again = Diarizer(model_, three).diarize(samples_, kRate, behavior);
    EXPECT_TRUE(again.statistics.cached);
    EXPECT_TRUE(same(again, expected)) << "from the cache";
  }
  fs::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Blocks, OtherSizesPipeline, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "Bottleneck" : "Basic"; });

}  // namespace
}  // namespace diarist
