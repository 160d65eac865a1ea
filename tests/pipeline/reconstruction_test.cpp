#include "pipeline/reconstruction.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "clustering/golden.hpp"
#include "pipeline/set_frame.hpp"
#include "testing/shared.hpp"

namespace diarist::pipeline {
namespace {

using diarist::testing::Golden;

constexpr int kFrames = LocalActivity::kFrames;
constexpr double kStep_s = 1.0;

LocalActivity silence(int windows) {
  LocalActivity activity;
  activity.windows = windows;
  activity.active.assign(static_cast<std::size_t>(windows) * kFrames * 3, 0);
  activity.probability = activity.active;
  return activity;
}

void set_active(LocalActivity& activity, int window, int speaker, int first, int end) {
  for (int f = first; f < end; ++f) {
    const auto at = static_cast<std::size_t>((window * kFrames + f) * 3 + speaker);
    activity.active[at] = 1;
    activity.probability[at] = 255;
  }
}

/// Random but plausible: each window's speakers talk in a few stretches.
LocalActivity babble(int windows, unsigned seed) {
  std::mt19937 random(seed);
  LocalActivity activity = silence(windows);
  for (int w = 0; w < windows; ++w) {
    for (int s = 0; s < 2; ++s) {
      const int first = static_cast<int>(random() % kFrames);
      set_active(activity, w, s, first, std::min<int>(kFrames, first + 100 + random() % 300));
    }
  }
  return activity;
}

std::vector<int> integers(const std::vector<std::uint8_t>& values) {
  return {values.begin(), values.end()};
}

struct NamedTurn {
  double start_s;
  double end_s;
  std::string name;
};

std::vector<NamedTurn> read_turns(const std::filesystem::path& rttm) {
  std::ifstream file(rttm);
  std::vector<NamedTurn> turns;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string type, recording, channel, ortho, subtype, name;
    double start = 0, length = 0;
    fields >> type >> recording >> channel >> start >> length >> ortho >> subtype >> name;
    if (type == "SPEAKER") turns.push_back({start, start + length, name});
  }
  return turns;
}

class ReconstructionGolden : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { DIARIST_NEEDS_SHARED(); }

  /// The reference's labels, without those it left on inactive local speakers (they add nothing).
  static std::vector<int> labels(const Golden& golden) {
    return golden.integers("clustering", "hard_clusters");
  }
  static int clusters(const Golden& golden) {
    return static_cast<int>(golden.array("clustering", "centroids").shape.at(0));
  }
};

TEST_P(ReconstructionGolden, CountsAreEqual) {
  const Golden golden(GetParam());
  EXPECT_EQ(integers(speaker_counts(golden.activity(), kStep_s)),
            golden.integers("reconstruction", "count"));
}

TEST_P(ReconstructionGolden, FramesAreEqual) {
  const Golden golden(GetParam());
  const LocalActivity activity = golden.activity();
  const FrameSpeakers found =
      reconstruct(activity, labels(golden), clusters(golden), speaker_counts(activity, kStep_s),
                  kStep_s, MissingSpeakers::pad);
  const clustering::RowMatrix expected = golden.matrix("reconstruction", "discrete_diarization");
  ASSERT_EQ(static_cast<Eigen::Index>(found.size()), expected.rows());
  for (Eigen::Index f = 0; f < expected.rows(); ++f) {
    std::set<int> now(found[static_cast<std::size_t>(f)].begin(),
                      found[static_cast<std::size_t>(f)].end());
    now.erase(FrameSpeakers::kNobody);
    std::set<int> reference;
    for (Eigen::Index k = 0; k < expected.cols(); ++k) {
      if (expected(f, k) > 0.5) reference.insert(static_cast<int>(k));
    }
    ASSERT_EQ(now, reference) << "frame " << f;
  }
}

TEST_P(ReconstructionGolden, TurnsAreWithinOneFrameOfTheReferences) {
  const Golden golden(GetParam());
  const LocalActivity activity = golden.activity();
  const std::vector<NamedTurn> expected = read_turns(golden.rttm());
  ASSERT_FALSE(expected.empty());
  // The clips are whole or nearly whole steps long; the reference clips to the file.
  double duration_s = 0;
  for (const NamedTurn& turn : expected) duration_s = std::max(duration_s, turn.end_s);
  std::vector<FrameTurn> found =
      frame_turns(reconstruct(activity, labels(golden), clusters(golden),
                              speaker_counts(activity, kStep_s), kStep_s, MissingSpeakers::pad),
                  duration_s + kFrameStepSeconds);
  ASSERT_EQ(found.size(), expected.size());
  std::map<std::string, int> cluster_of;
  std::map<int, std::string> name_of;
  std::vector<bool> used(found.size(), false);
  for (const NamedTurn& turn : expected) {
    // RTTM is written to the millisecond.
    const auto near = [](double a, double b) {
      return std::abs(a - b) <= kFrameStepSeconds + 1e-3;
    };
    bool matched = false;
    for (std::size_t i = 0; i < found.size() && !matched; ++i) {
      if (used[i] || !near(found[i].start_s, turn.start_s) || !near(found[i].end_s, turn.end_s)) {
        continue;
      }
      const bool new_name = !cluster_of.contains(turn.name) && !name_of.contains(found[i].cluster);
      if (new_name) {
        cluster_of[turn.name] = found[i].cluster;
        name_of[found[i].cluster] = turn.name;
      }
      if (cluster_of.contains(turn.name) && cluster_of[turn.name] == found[i].cluster) {
        matched = used[i] = true;
      }
    }
    EXPECT_TRUE(matched) << turn.name << " from " << turn.start_s << " to " << turn.end_s;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReconstructionGolden, ::testing::ValuesIn(testing::kGoldens),
                         [](const auto& info) {
                           return "Recording" + std::string(info.param).substr(0, 2);
                         });

TEST(Reconstruction, WindowsStartAtTheNearestFrame) {
  EXPECT_EQ(window_start_frame(0, 1.0), 0);
  EXPECT_EQ(window_start_frame(1, 1.0), 59);   // 59.26
  EXPECT_EQ(window_start_frame(2, 1.0), 119);  // 118.52
  EXPECT_EQ(window_start_frame(1, 2.0), 119);
  EXPECT_EQ(frame_count(0, 1.0), 0);
  EXPECT_EQ(frame_count(1, 1.0), 594);  // 592.59, and one
  EXPECT_EQ(frame_count(21, 1.0), 1779);
}

TEST(Reconstruction, CountTakesHalvesToEven) {
  // Two windows over frames 59 to 588; the frames before are the first window's alone.
  LocalActivity activity = silence(2);
  set_active(activity, 0, 0, 0, kFrames);
  set_active(activity, 0, 1, 300, 400);  // Frame 300: 2 and 0 active: 1. Elsewhere 1 and 0: 0.5.
  const std::vector<std::uint8_t> counts = speaker_counts(activity, kStep_s);
  EXPECT_EQ(counts[58], 1);
  EXPECT_EQ(counts[59], 0);
  EXPECT_EQ(counts[300], 1);
  set_active(activity, 1, 0, 0, kFrames);
  EXPECT_EQ(speaker_counts(activity, kStep_s)[300], 2);  // 1.5
  EXPECT_EQ(at_most(speaker_counts(activity, kStep_s), 1)[300], 1);
  EXPECT_EQ(speaker_counts(activity, kStep_s).back(), 0);  // No window reaches the last frame.
}

TEST(Reconstruction, SilenceGivesNoTurns) {
  const LocalActivity activity = silence(3);
  const auto counts = speaker_counts(activity, kStep_s);
  const std::vector<int> nobody(9, -2);
  EXPECT_TRUE(
      frame_turns(reconstruct(activity, nobody, 0, counts, kStep_s, MissingSpeakers::leave_out), 12)
          .empty());
  EXPECT_TRUE(
      frame_turns(reconstruct(silence(0), {}, 0, {}, kStep_s, MissingSpeakers::pad), 1).empty());
}

TEST(Reconstruction, TiesGoToTheLowestCluster) {
  LocalActivity activity = silence(1);
  set_active(activity, 0, 0, 100, 200);
  set_active(activity, 0, 1, 100, 200);
  const std::vector<int> labels{4, 2, -2};
  const auto counts = speaker_counts(activity, kStep_s);
  const FrameSpeakers both =
      reconstruct(activity, labels, 5, counts, kStep_s, MissingSpeakers::leave_out);
  EXPECT_THAT(both[150], ::testing::ElementsAre(2, 4, -1));
  const FrameSpeakers one =
      reconstruct(activity, labels, 5, at_most(counts, 1), kStep_s, MissingSpeakers::leave_out);
  EXPECT_THAT(one[150], ::testing::ElementsAre(2, -1, -1));
  EXPECT_THAT(one[250], ::testing::ElementsAre(-1, -1, -1));
}

TEST(Reconstruction, LocalSpeakersOfOneClusterCountOnce) {
  LocalActivity activity = silence(2);
  set_active(activity, 0, 0, 59, kFrames);
  set_active(activity, 0, 1, 59, kFrames);
  set_active(activity, 1, 0, 0, kFrames - 59);
  set_active(activity, 1, 1, 0, kFrames - 59);
  // Cluster 1 has two local speakers in window 0 and none in window 1; cluster 0 is in both once.
  const std::vector<int> labels{1, 1, 0, 0, 0, -2};
  const auto counts = at_most(speaker_counts(activity, kStep_s), 1);
  const FrameSpeakers frames =
      reconstruct(activity, labels, 2, counts, kStep_s, MissingSpeakers::leave_out);
  EXPECT_EQ(frames[300][0], 0);
}

TEST(Reconstruction, MoreSpeakersThanClustersArePaddedOrLeftOut) {
  LocalActivity activity = silence(1);
  set_active(activity, 0, 0, 0, 300);
  set_active(activity, 0, 1, 100, 200);
  const std::vector<int> labels{0, -2, -2};
  const auto counts = speaker_counts(activity, kStep_s);
  EXPECT_THAT(reconstruct(activity, labels, 1, counts, kStep_s, MissingSpeakers::pad)[150],
              ::testing::ElementsAre(0, 1, -1));
  EXPECT_THAT(reconstruct(activity, labels, 1, counts, kStep_s, MissingSpeakers::leave_out)[150],
              ::testing::ElementsAre(0, -1, -1));
}

TEST(Reconstruction, EqualsTheFormulaOnRandomInputWhateverTheStep) {
  for (const double step_s : {0.5, 1.0, 2.0, 5.0}) {
    // Longer than one range of frames.
    const int windows = 3 + static_cast<int>(120 / step_s);
    const LocalActivity activity = babble(windows, 5);
    std::mt19937 random(9);
    std::vector<int> labels(static_cast<std::size_t>(windows) * 3);
    for (int& label : labels) label = static_cast<int>(random() % 5) - 1;
    const auto counts = speaker_counts(activity, step_s);
    const FrameSpeakers found =
        reconstruct(activity, labels, 4, counts, step_s, MissingSpeakers::leave_out);

    const auto frames = static_cast<std::size_t>(frame_count(windows, step_s));
    std::vector<std::array<int, 4>> votes(frames, std::array<int, 4>{});
    std::vector<double> heard(frames, 0);
    std::vector<double> covering(frames, 0);
    for (int w = 0; w < windows; ++w) {
      for (int f = 0; f < kFrames; ++f) {
        const auto at = static_cast<std::size_t>(std::nearbyint(w * step_s / 0.016875)) +
                        static_cast<std::size_t>(f);
        std::array<int, 4> here{};
        for (int s = 0; s < 3; ++s) {
          const int label = labels[static_cast<std::size_t>(w * 3 + s)];
          const int active = activity.active[static_cast<std::size_t>((w * kFrames + f) * 3 + s)];
          heard[at] += active;
          if (label >= 0 && active) here[static_cast<std::size_t>(label)] = 1;
        }
        covering[at] += 1;
        for (std::size_t k = 0; k < 4; ++k) votes[at][k] += here[k];
      }
    }
    for (std::size_t f = 0; f < frames; ++f) {
      const int count =
          covering[f] > 0 ? static_cast<int>(std::nearbyint(heard[f] / covering[f])) : 0;
      ASSERT_EQ(counts[f], count) << "step " << step_s << ", frame " << f;
      std::vector<int> order{0, 1, 2, 3};
      std::ranges::stable_sort(order, [&](int a, int b) {
        return votes[f][static_cast<std::size_t>(a)] > votes[f][static_cast<std::size_t>(b)];
      });
      for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(found[f][static_cast<std::size_t>(i)],
                  i < count ? order[static_cast<std::size_t>(i)] : FrameSpeakers::kNobody)
            << "step " << step_s << ", frame " << f;
      }
    }
  }
}

TEST(Reconstruction, TurnsAreSortedInsideTheRecordingAndNeverEmpty) {
  FrameSpeakers frames(100, 3);
  for (std::size_t f = 10; f < 40; ++f) testing::set_frame(frames, f, {1, -1, -1});
  for (std::size_t f = 20; f < 30; ++f) testing::set_frame(frames, f, {0, 1, -1});
  for (std::size_t f = 60; f < 100; ++f) testing::set_frame(frames, f, {0, -1, -1});
  const std::vector<FrameTurn> all = frame_turns(frames, 100.0);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].cluster, 1);
  EXPECT_DOUBLE_EQ(all[0].start_s, 10 * 0.016875 + 0.03096875);
  EXPECT_DOUBLE_EQ(all[0].end_s, 40 * 0.016875 + 0.03096875);
  EXPECT_EQ(all[1].cluster, 0);
  EXPECT_EQ(all[2].first_frame, 60);
  EXPECT_EQ(all[2].end_frame, 100);

  const double cut_s = 70 * 0.016875;
  const std::vector<FrameTurn> cut = frame_turns(frames, cut_s);
  ASSERT_EQ(cut.size(), 3U);
  EXPECT_DOUBLE_EQ(cut[2].end_s, cut_s);
  EXPECT_EQ(frame_turns(frames, all[2].start_s).size(), 2U);
}

TEST(Reconstruction, ATurnGoesOnBetweenWindowsThatDoNotMeet) {
  LocalActivity activity = silence(3);
  for (int w = 0; w < 3; ++w) set_active(activity, w, w, 0, kFrames);
  const std::vector<int> labels{0, -2, -2, -2, 0, -2, -2, -2, 0};
  const std::vector<std::uint8_t> counts = speaker_counts(activity, 10.0);
  const FrameSpeakers frames =
      reconstruct(activity, labels, 1, counts, 10.0, MissingSpeakers::leave_out);
  const std::vector<FrameTurn> turns = frame_turns(frames, 30.0);
  ASSERT_EQ(turns.size(), 1U);
  EXPECT_EQ(turns[0].first_frame, 0);
  EXPECT_EQ(turns[0].end_frame, window_start_frame(2, 10.0) + kFrames);
}

TEST(Reconstruction, RefusesSizesThatDisagree) {
  const LocalActivity activity = silence(2);
  const std::vector<int> labels(6, 0);
  const auto counts = speaker_counts(activity, kStep_s);
  const auto run = [&](std::span<const int> l, int clusters, std::span<const std::uint8_t> c) {
    return reconstruct(activity, l, clusters, c, kStep_s, MissingSpeakers::leave_out);
  };
  EXPECT_NO_THROW(run(labels, 1, counts));
  EXPECT_THROW(run(std::span(labels).first(3), 1, counts), Error);
  EXPECT_THROW(run(labels, 0, counts), Error);
  EXPECT_THROW(run(labels, 1, std::span(counts).first(10)), Error);
  EXPECT_THROW(speaker_counts(activity, 0), Error);
}

}  // namespace
}  // namespace diarist::pipeline
