// Somebody new is a speaker once clustering has found them for long enough.
#include "pipeline/live/live_candidates.hpp"

#include <array>

#include <gtest/gtest.h>

namespace diarist::pipeline {
namespace {

constexpr double kConfirming_s = 6;
using Voice = std::array<float, 3>;
constexpr Voice kAnn{1, 0, 0};
constexpr Voice kAnnAgain{3, 1, 0};  // cosine 0.95
constexpr Voice kBob{0, 1, 0};

class LiveCandidatesTest : public ::testing::Test {
 protected:
  bool found(double heard_s, const Voice& voice) {
    candidates_.begin_answer(heard_s);
    return candidates_.confirmed(voice.data());
  }
  LiveCandidates candidates_{3, kConfirming_s};
};

TEST_F(LiveCandidatesTest, IsConfirmedOnceFoundForLongEnough) {
  EXPECT_FALSE(found(20, kAnn));
  EXPECT_FALSE(found(23, kAnnAgain));
  EXPECT_FALSE(found(25.9, kAnn));
  EXPECT_TRUE(found(26, kAnnAgain));
}

TEST_F(LiveCandidatesTest, AnAnswerWithoutThemBeginsAnew) {
  EXPECT_FALSE(found(20, kAnn));
  candidates_.begin_answer(23);
  EXPECT_FALSE(found(26, kAnn));
  EXPECT_TRUE(found(32, kAnn));
}

TEST_F(LiveCandidatesTest, SomebodyElseDoesNotStandForThem) {
  EXPECT_FALSE(found(20, kAnn));
  EXPECT_FALSE(found(26, kBob));
  EXPECT_FALSE(found(30, kAnn));
}

TEST_F(LiveCandidatesTest, SeveralAreToldApart) {
  candidates_.begin_answer(20);
  EXPECT_FALSE(candidates_.confirmed(kAnn.data()));
  candidates_.begin_answer(23);
  EXPECT_FALSE(candidates_.confirmed(kBob.data()));
  EXPECT_FALSE(candidates_.confirmed(kAnn.data()));
  candidates_.begin_answer(26);
  EXPECT_FALSE(candidates_.confirmed(kBob.data()));
  EXPECT_TRUE(candidates_.confirmed(kAnnAgain.data()));
}

TEST(LiveCandidates, AreBelievedAtOnceWhereNothingIsAsked) {
  LiveCandidates candidates(3, 0);
  candidates.begin_answer(2);
  EXPECT_TRUE(candidates.confirmed(kAnn.data()));
}

}  // namespace
}  // namespace diarist::pipeline
