#include "linking/voice_groups.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "linking/vector_sums.hpp"
#include "voices/voice_scorer.hpp"
#include "voices/voices.hpp"

namespace diarist::linking {
namespace {

using diarist::testing::voice_of;

class VoiceGroupsTest : public ::testing::Test {
 protected:
  /// What --identify says of the same two.
  double score_of_scorer(const std::vector<float>& a, const std::vector<float>& b) const {
    const voices::VoiceScorer scorer(model_.pack());
    KnownVoice known;
    known.sessions.push_back({{a, 10, "a"}, 0, false, {}});
    return scorer.score(scorer.enrol(known), scorer.features(b));
  }
  const Model model_ = Model::builtin();
};

TEST_F(VoiceGroupsTest, TwoLooksScoreAsIdentificationScoresThem) {
  VoiceGroups groups(model_.pack(), 3);
  groups.add_look(0, voice_of(1, 0), 10);
  groups.add_look(1, voice_of(1, 1), 3);
  groups.add_look(2, voice_of(2, 0), 30);
  EXPECT_NEAR(groups.score(0, 1), score_of_scorer(voice_of(1, 0), voice_of(1, 1)), 0.01);
  EXPECT_NEAR(groups.score(0, 2), score_of_scorer(voice_of(1, 0), voice_of(2, 0)), 0.01);
  EXPECT_GT(groups.score(0, 1), groups.score(0, 2));
}

TEST_F(VoiceGroupsTest, GroupsScoreAsTheMeanOfTheirPairs) {
  VoiceGroups groups(model_.pack(), 6);
  for (unsigned i = 0; i < 4; ++i) groups.add_look(i, voice_of(i / 3, i), 10);
  double mean = 0;
  for (std::size_t a = 0; a < 2; ++a) {
    for (std::size_t b = 2; b < 4; ++b) mean += static_cast<double>(groups.score(a, b)) / 4;
  }
  groups.merge(0, 1);
  groups.merge(2, 3);
  EXPECT_NEAR(static_cast<double>(groups.score(0, 2)), mean, 0.01);
}

TEST_F(VoiceGroupsTest, MoreSpeechWeighsMore) {
  VoiceGroups groups(model_.pack(), 5);
  groups.add_look(0, voice_of(1, 0), 60);
  groups.add_look(0, voice_of(2, 0), 1);
  groups.add_look(1, voice_of(1, 1), 10);
  groups.add_look(2, voice_of(2, 1), 10);
  EXPECT_GT(groups.score(0, 1), groups.score(0, 2));
}

TEST_F(VoiceGroupsTest, AnAppearanceIsScoredWithTheOthers) {
  VoiceGroups groups(model_.pack(), 4);
  for (unsigned i = 0; i < 3; ++i) groups.add_look(i, voice_of(1, i), 10);
  groups.add_look(3, voice_of(1, 0), 10);
  groups.merge(1, 2);
  const float expected = groups.score(0, 1);
  groups.merge(1, 0);
  EXPECT_NEAR(groups.score_with_rest(1, groups, 3), expected, 0.01);
}

TEST_F(VoiceGroupsTest, SumsComeBackAsTheyWere) {
  VoiceGroups groups(model_.pack(), 2);
  groups.add_look(0, voice_of(1, 0), 10);
  groups.add_look(0, voice_of(1, 1), 2);
  groups.add(1, groups.sums(0));
  EXPECT_EQ(groups.sums(0).sum, groups.sums(1).sum);
  EXPECT_EQ(groups.sums(0).weight, groups.sums(1).weight);
  EXPECT_EQ(groups.sums(0).spread, groups.sums(1).spread);
}

/// Nearest points are the best candidates: a person's other looks come first.
TEST_F(VoiceGroupsTest, PointsLieNearWhereScoresAreHigh) {
  VoiceGroups groups(model_.pack(), 40);
  for (unsigned i = 0; i < 40; ++i) groups.add_look(i, voice_of(i / 4, i), 10);
  std::vector<float> points(40 * groups.dimensions());
  for (std::size_t i = 0; i < 40; ++i) {
    groups.point(i, points.data() + i * groups.dimensions());
  }
  const auto distance = [&](std::size_t a, std::size_t b) {
    return squared_distance(points.data() + a * groups.dimensions(),
                            points.data() + b * groups.dimensions(), groups.dimensions());
  };
  for (std::size_t i = 0; i < 40; ++i) {
    std::vector<std::size_t> others;
    for (std::size_t k = 0; k < 40; ++k) {
      if (k != i) others.push_back(k);
    }
    std::sort(others.begin(), others.end(),
              [&](std::size_t a, std::size_t b) { return distance(i, a) < distance(i, b); });
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(others[k] / 4, i / 4);
  }
}

}  // namespace
}  // namespace diarist::linking
