#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/clustering.hpp"
#include "diarist/error.hpp"

#include "clustering/synthetic_recording.hpp"

namespace diarist {
namespace {

using testing::synthetic_recording;
using testing::SyntheticRecording;

LocalActivity silence(int windows) {
  LocalActivity activity;
  activity.windows = windows;
  activity.active.assign(static_cast<std::size_t>(windows) * LocalActivity::kFrames * 3, 0);
  return activity;
}

void set_active(LocalActivity& activity, int window, int speaker, int first, int end) {
  for (int f = first; f < end; ++f) {
    activity.active[static_cast<std::size_t>((window * LocalActivity::kFrames + f) * 3 + speaker)] =
        1;
  }
}

ErrorCode code_of(const LocalActivity& activity, const std::vector<float>& embeddings,
                  const ClusteringOptions& options, const CancellationToken& cancellation = {}) {
  try {
    cluster(Model::builtin(), activity, embeddings, options, cancellation);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::internal;
}

void expect_sound(const Clustering& found, std::size_t cells) {
  ASSERT_EQ(found.labels.size(), cells);
  ASSERT_EQ(found.certainty.size(), cells);
  EXPECT_EQ(found.centroids.size(), static_cast<std::size_t>(found.clusters) * 256);
  for (std::size_t i = 0; i < cells; ++i) {
    EXPECT_LT(found.labels[i], found.clusters);
    EXPECT_TRUE(found.labels[i] >= 0 || found.labels[i] == kUnassigned);
    EXPECT_EQ(found.certainty[i] > 0, found.labels[i] >= 0);
    EXPECT_LE(found.certainty[i], 1);
  }
  for (std::size_t w = 0; w < cells && found.clusters > 1; w += 3) {
    std::set<int> labels;
    for (std::size_t s = 0; s < 3; ++s) {
      const int label = found.labels[w + s];
      EXPECT_TRUE(label < 0 || labels.insert(label).second);
    }
  }
}

TEST(Cluster, TellsSpeakersApart) {
  const SyntheticRecording recording = synthetic_recording(600, 3, 1);
  const Clustering found = cluster(Model::builtin(), recording.activity, recording.embeddings);
  expect_sound(found, recording.people.size());
  // Most of each cluster is one person; windows where both halves are one person cannot be right.
  std::map<int, std::map<int, int>> people;
  int agree = 0;
  int all = 0;
  for (std::size_t i = 0; i < recording.people.size(); ++i) {
    if (recording.people[i] >= 0) ++people[found.labels[i]][recording.people[i]];
  }
  for (const auto& [label, counts] : people) {
    int most = 0;
    for (const auto& [person, count] : counts) {
      most = std::max(most, count);
      all += count;
    }
    agree += most;
  }
  EXPECT_GT(agree, 0.75 * all);
}

TEST(Cluster, HonoursTheNumberAskedFor) {
  const SyntheticRecording recording = synthetic_recording(300, 3, 2);
  for (const int speakers : {1, 2, 3, 4, 7}) {
    ClusteringOptions options;
    options.min_speakers = speakers;
    options.max_speakers = speakers;
    const Clustering found =
        cluster(Model::builtin(), recording.activity, recording.embeddings, options);
    expect_sound(found, recording.people.size());
    EXPECT_EQ(found.clusters, speakers);
    std::set<int> heard(found.labels.begin(), found.labels.end());
    heard.erase(kUnassigned);
    EXPECT_EQ(static_cast<int>(heard.size()) < speakers, !found.notices.empty());
  }
}

TEST(Cluster, BoundsAreOnlyBounds) {
  const SyntheticRecording recording = synthetic_recording(300, 3, 3);
  const int free = cluster(Model::builtin(), recording.activity, recording.embeddings).clusters;
  ClusteringOptions options;
  options.min_speakers = std::max(1, free - 1);
  options.max_speakers = free + 1;
  const Clustering found =
      cluster(Model::builtin(), recording.activity, recording.embeddings, options);
  EXPECT_EQ(found.clusters, free);
  EXPECT_TRUE(found.notices.empty());
  options.min_speakers = free + 2;
  options.max_speakers.reset();
  EXPECT_EQ(cluster(Model::builtin(), recording.activity, recording.embeddings, options).clusters,
            free + 2);
}

TEST(Cluster, SaysSoWhereTheRecordingCannotGiveTheNumber) {
  // Two windows, one voice each and both the same numbers: one distinct embedding.
  LocalActivity activity = silence(2);
  set_active(activity, 0, 0, 0, 400);
  set_active(activity, 1, 1, 0, 400);
  std::vector<float> embeddings(2 * 3 * 256, 0.0F);
  for (std::size_t d = 0; d < 256; ++d) {
    embeddings[d] = embeddings[4 * 256 + d] = std::sin(static_cast<float>(d));
  }
  ClusteringOptions options;
  options.min_speakers = 2;
  const Clustering found = cluster(Model::builtin(), activity, embeddings, options);
  EXPECT_EQ(found.clusters, 1);
  ASSERT_EQ(found.notices.size(), 1U);
  EXPECT_NE(found.notices[0].find("2 speakers"), std::string::npos) << found.notices[0];
}

TEST(Cluster, SilenceIsNobody) {
  const Clustering found =
      cluster(Model::builtin(), silence(3), std::vector<float>(3 * 3 * 256, 0.0F));
  EXPECT_EQ(found.clusters, 0);
  EXPECT_TRUE(found.centroids.empty());
  EXPECT_EQ(found.labels, std::vector<int>(9, kUnassigned));
  EXPECT_EQ(cluster(Model::builtin(), silence(0), {}).clusters, 0);
}

TEST(Cluster, TooLittleToTellApartIsOneSpeaker) {
  LocalActivity activity = silence(2);
  set_active(activity, 0, 0, 0, 50);  // Less than a fifth of the window.
  set_active(activity, 0, 2, 20, 60);
  set_active(activity, 1, 1, 0, 300);  // The only one to train on.
  std::vector<float> embeddings(2 * 3 * 256, std::numeric_limits<float>::quiet_NaN());
  for (const std::size_t cell : {0U, 2U, 4U}) {
    std::fill_n(embeddings.begin() + static_cast<std::ptrdiff_t>(cell * 256), 256,
                static_cast<float>(cell));
  }
  ClusteringOptions options;
  Clustering found = cluster(Model::builtin(), activity, embeddings, options);
  EXPECT_EQ(found.clusters, 1);
  EXPECT_EQ(found.labels, (std::vector<int>{0, -2, 0, -2, 0, -2}));
  EXPECT_EQ(found.certainty, (std::vector<float>{1, 0, 1, 0, 1, 0}));
  EXPECT_EQ(found.centroids, std::vector<float>(256, 2.0F));
  EXPECT_TRUE(found.notices.empty());
  options.min_speakers = 2;
  found = cluster(Model::builtin(), activity, embeddings, options);
  EXPECT_EQ(found.clusters, 1);
  EXPECT_EQ(found.notices.size(), 1U);
}

TEST(Cluster, IsTheSameEveryTime) {
  const SyntheticRecording recording = synthetic_recording(500, 4, 4);
  const Clustering once = cluster(Model::builtin(), recording.activity, recording.embeddings);
  const Clustering again = cluster(Model::builtin(), recording.activity, recording.embeddings);
  EXPECT_EQ(once.labels, again.labels);
  EXPECT_EQ(once.certainty, again.certainty);
  EXPECT_EQ(once.centroids, again.centroids);
}

TEST(Cluster, RefusesWhatContradictsItself) {
  SyntheticRecording recording = synthetic_recording(20, 2, 5);
  const auto code = [&](ClusteringOptions options) {
    return code_of(recording.activity, recording.embeddings, options);
  };
  ClusteringOptions options;
  options.min_speakers = 0;
  EXPECT_EQ(code(options), ErrorCode::invalid_argument);
  options.min_speakers = 3;
  options.max_speakers = 2;
  EXPECT_EQ(code(options), ErrorCode::invalid_argument);
  options = {};
  options.ahc_threshold = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code(options), ErrorCode::invalid_argument);
  options = {};
  options.fa = 0;
  EXPECT_EQ(code(options), ErrorCode::invalid_argument);

  std::vector<float> fewer = recording.embeddings;
  fewer.pop_back();
  EXPECT_EQ(code_of(recording.activity, fewer, {}), ErrorCode::invalid_argument);
  recording.embeddings[5] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(code({}), ErrorCode::invalid_argument);
}

TEST(Cluster, StopsWhenCancelled) {
  const SyntheticRecording recording = synthetic_recording(100, 2, 6);
  CancellationToken cancellation;
  cancellation.cancel();
  EXPECT_EQ(code_of(recording.activity, recording.embeddings, {}, cancellation),
            ErrorCode::cancelled);
}

}  // namespace
}  // namespace diarist
