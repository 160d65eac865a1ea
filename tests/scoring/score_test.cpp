// What any way to score must fulfil, and the edges of both conventions.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/scoring.hpp"

#include "scoring/random_turns.hpp"

namespace diarist {
namespace {

constexpr int kRounds = 40;
/// Sums of some hundred stretches in another order.
constexpr double kRounding = 1e-9;

std::vector<ScoringOptions> all_options() {
  std::vector<ScoringOptions> all;
  for (const auto convention : {ScoringConvention::pyannote, ScoringConvention::nist}) {
    for (const double collar_s : {0.0, 0.25}) {
      for (const bool skip_overlap : {false, true})
        all.push_back({convention, collar_s, skip_overlap});
    }
  }
  return all;
}

void expect_equal(const Score& a, const Score& b) {
  EXPECT_NEAR(a.total_s, b.total_s, kRounding);
  EXPECT_NEAR(a.miss_s, b.miss_s, kRounding);
  EXPECT_NEAR(a.false_alarm_s, b.false_alarm_s, kRounding);
  EXPECT_NEAR(a.confusion_s, b.confusion_s, kRounding);
  EXPECT_NEAR(a.jer_sum, b.jer_sum, kRounding);
  EXPECT_EQ(a.reference_speakers, b.reference_speakers);
  EXPECT_EQ(a.hypothesis_speakers, b.hypothesis_speakers);
}

TEST(Score, OfItselfIsZero) {
  testing::RandomTurns random(1);
  for (int round = 0; round < kRounds; ++round) {
    const Annotation turns = random.reference("r", 120);
    for (const ScoringOptions& options : all_options()) {
      const Score s = score(turns, turns, std::nullopt, options);
      EXPECT_GT(s.total_s, 5);
      EXPECT_EQ(s.der(), 0);
      EXPECT_NEAR(s.jer(), 0, kRounding);
      EXPECT_EQ(s.reference_speakers, s.hypothesis_speakers);
    }
  }
}

TEST(Score, DoesNotDependOnNamesOrOrder) {
  testing::RandomTurns random(2);
  for (int round = 0; round < kRounds; ++round) {
    const Annotation reference = random.reference("r", 120);
    const Annotation hypothesis = random.hypothesis(reference);
    Annotation renamed = hypothesis;
    for (Segment& turn : renamed.segments) {
      turn.label = std::string(1, static_cast<char>('z' - (turn.label.back() - '0') * 3 % 7));
    }
    std::reverse(renamed.segments.begin(), renamed.segments.end());
    for (const ScoringOptions& options : all_options()) {
      expect_equal(score(reference, hypothesis, std::nullopt, options),
                   score(reference, renamed, std::nullopt, options));
    }
  }
}

Annotation split_in_two(const Annotation& turns) {
  Annotation split{turns.recording, {}};
  for (const Segment& turn : turns.segments) {
    const double middle_s = (turn.start_s + turn.end_s) / 2;
    split.segments.push_back({turn.start_s, middle_s, turn.label, turn.channel});
    split.segments.push_back({middle_s, turn.end_s, turn.label, turn.channel});
  }
  return split;
}

TEST(Score, DoesNotDependOnHowTurnsAreCut) {
  testing::RandomTurns random(3);
  for (int round = 0; round < kRounds; ++round) {
    const Annotation reference = random.reference("r", 120);
    const Annotation hypothesis = random.hypothesis(reference);
    for (const ScoringOptions& options : all_options()) {
      const Score whole = score(reference, hypothesis, std::nullopt, options);
      expect_equal(score(reference, split_in_two(hypothesis), std::nullopt, options), whole);
      // A cut in the reference is a boundary, and has a collar by either convention.
      if (options.collar_s == 0) {
        expect_equal(score(split_in_two(reference), hypothesis, std::nullopt, options), whole);
      }
    }
  }
}

TEST(Score, ErrorsAreBounded) {
  testing::RandomTurns random(4);
  for (int round = 0; round < kRounds; ++round) {
    const Annotation reference = random.reference("r", 120);
    const Annotation hypothesis = random.hypothesis(reference);
    for (const ScoringOptions& options : all_options()) {
      const Score s = score(reference, hypothesis, std::nullopt, options);
      EXPECT_GE(s.miss_s, 0);
      EXPECT_GE(s.false_alarm_s, 0);
      EXPECT_GE(s.confusion_s, 0);
      EXPECT_LE(s.miss_s + s.confusion_s, s.total_s + kRounding);
      EXPECT_GE(s.jer(), 0);
      EXPECT_LE(s.jer(), 1);
    }
  }
}

TEST(Score, StretchesAddUpToTheWhole) {
  // One speaker a side, so that the map is the same in each part.
  const Annotation reference{"r", {{0, 4, "A", "1"}, {6, 10, "A", "1"}}};
  const Annotation hypothesis{"r", {{1, 5, "x", "1"}, {6.5, 12, "x", "1"}}};
  const Score whole = score(reference, hypothesis, Annotation{"r", {{0, 12, "", "1"}}});
  Score sum = score(reference, hypothesis, Annotation{"r", {{0, 3, "", "1"}}});
  sum += score(reference, hypothesis, Annotation{"r", {{3, 12, "", "1"}}});
  EXPECT_NEAR(sum.total_s, whole.total_s, kRounding);
  EXPECT_NEAR(sum.miss_s, whole.miss_s, kRounding);
  EXPECT_NEAR(sum.false_alarm_s, whole.false_alarm_s, kRounding);
  EXPECT_DOUBLE_EQ(whole.miss_s, 1.5);
  EXPECT_DOUBLE_EQ(whole.false_alarm_s, 3);
  EXPECT_DOUBLE_EQ(whole.der(), 4.5 / 8);
}

TEST(Score, SumOfFilesWeighsByTimeAndSpeakers) {
  Score a;
  a.total_s = 10, a.miss_s = 1, a.jer_sum = 0.5, a.reference_speakers = 1;
  Score b;
  b.total_s = 30, b.confusion_s = 5, b.jer_sum = 0.7, b.reference_speakers = 3;
  a += b;
  EXPECT_DOUBLE_EQ(a.der(), 6.0 / 40);
  EXPECT_DOUBLE_EQ(a.jer(), 1.2 / 4);
}

// One second of B inside A's ten; the hypothesis hears one voice, half a second late.
const Annotation kReference{"r", {{0, 10, "A", "1"}, {4, 5, "B", "1"}}};
const Annotation kHypothesis{"r", {{0.5, 10.5, "x", "1"}}};

TEST(Score, PyannoteCollarIsTheWholeWidth) {
  const Score s =
      score(kReference, kHypothesis, std::nullopt, {ScoringConvention::pyannote, 0.5, false});
  // Removed: 0.25 s to each side of 0, 4, 5 and 10.
  EXPECT_NEAR(s.total_s, 10 - 0.25 - 1.0 - 0.25 + 0.5, kRounding);
  EXPECT_NEAR(s.miss_s, 0.25 + 0.5, kRounding);
  EXPECT_NEAR(s.false_alarm_s, 0.25, kRounding);
}

TEST(Score, NistCollarGoesToEachSideAndEndsWithTheReference) {
  const Score s =
      score(kReference, kHypothesis, std::nullopt, {ScoringConvention::nist, 0.25, false});
  EXPECT_NEAR(s.total_s, 10 - 0.25 - 1.0 - 0.25 + 0.5, kRounding);
  EXPECT_NEAR(s.miss_s, 0.25 + 0.5, kRounding);
  EXPECT_EQ(s.false_alarm_s, 0) << "past the reference's last end nothing is evaluated";
}

TEST(Score, NistMapsBeforeTheCollarIsRemoved) {
  // x is with A for 0.9 s within the collars and with B for 0.5 s outside of them.
  const Annotation reference{"r", {{0, 0.9, "A", "1"}, {2, 4, "B", "1"}}};
  const Annotation hypothesis{"r", {{0, 0.9, "x", "1"}, {2.75, 3.25, "x", "1"}}};
  const Score nist =
      score(reference, hypothesis, std::nullopt, {ScoringConvention::nist, 0.5, false});
  EXPECT_NEAR(nist.confusion_s, 0.5, kRounding);
  const Score pyannote =
      score(reference, hypothesis, std::nullopt, {ScoringConvention::pyannote, 1.0, false});
  EXPECT_NEAR(pyannote.confusion_s, 0, kRounding);
}

TEST(Score, SpeakerOverHimselfCountsTwiceByPyannoteAndOnceByNist) {
  const Annotation reference{"r", {{0, 4, "A", "1"}, {2, 6, "A", "1"}}};
  EXPECT_DOUBLE_EQ(score(reference, reference).total_s, 8);
  EXPECT_DOUBLE_EQ(
      score(reference, reference, std::nullopt, {ScoringConvention::nist, 0, false}).total_s, 6);
  EXPECT_DOUBLE_EQ(
      score(reference, reference, std::nullopt, {ScoringConvention::nist, 0, true}).total_s, 4);
}

TEST(Score, NistScoresChannelsApart) {
  const Annotation reference{"r", {{0, 4, "A", "1"}, {0, 4, "A", "2"}}};
  const Annotation hypothesis{"r", {{0, 4, "x", "1"}, {0, 4, "y", "2"}, {0, 4, "z", "3"}}};
  const Score s = score(reference, hypothesis, std::nullopt, {ScoringConvention::nist, 0, false});
  EXPECT_DOUBLE_EQ(s.total_s, 8);
  EXPECT_EQ(s.der(), 0);
  EXPECT_EQ(s.reference_speakers, 2);
}

TEST(Score, JaccardErrorOfEachConvention) {
  // Time in common: A with x 4 s, A with y 3 s, C with x 0.5 s. So DER pairs A with x, which leaves
  // C alone; the errors are least with A and y, C and x.
  const Annotation reference{"r", {{0, 10, "A", "1"}, {49.5, 50.5, "C", "1"}}};
  const Annotation hypothesis{"r", {{0, 4, "x", "1"}, {30, 50, "x", "1"}, {4, 7, "y", "1"}}};
  const Score pyannote = score(reference, hypothesis);
  EXPECT_NEAR(pyannote.jer_sum, (1 - 4.0 / 30) + 1, kRounding);
  const Score nist =
      score(reference, hypothesis, std::nullopt, {ScoringConvention::nist, 0, false});
  EXPECT_NEAR(nist.jer_sum, (1 - 3.0 / 10) + (1 - 0.5 / 24.5), kRounding);
}

TEST(Score, EmptySides) {
  const Annotation empty{"r", {}};
  for (const ScoringOptions& options : all_options()) {
    const Score nothing = score(empty, empty, std::nullopt, options);
    EXPECT_EQ(nothing.der(), 0);
    EXPECT_EQ(nothing.jer(), 0);
    const Score all_missed = score(kReference, empty, std::nullopt, options);
    EXPECT_EQ(all_missed.der(), 1);
    EXPECT_EQ(all_missed.jer(), 1);
    const Score invented = score(empty, kHypothesis, Annotation{"r", {{0, 20, "", "1"}}}, options);
    EXPECT_TRUE(std::isinf(invented.der()));
    EXPECT_EQ(invented.jer(), 1);
    EXPECT_DOUBLE_EQ(invented.false_alarm_s, 10);
  }
}

TEST(Score, RefusesWhatCannotBeMeant) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(score(kReference, kHypothesis, std::nullopt, {ScoringConvention::nist, -0.1, false}),
               Error);
  EXPECT_THROW(score(kReference, kHypothesis, std::nullopt, {ScoringConvention::nist, nan, false}),
               Error);
  EXPECT_THROW(score(kReference, Annotation{"r", {{0, nan, "x", "1"}}}), Error);
}

TEST(Score, ConventionsHaveNames) {
  EXPECT_EQ(to_string(ScoringConvention::nist), "nist");
  EXPECT_EQ(scoring_convention_from_string("pyannote"), ScoringConvention::pyannote);
  try {
    scoring_convention_from_string("ami");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("pyannote, nist"), std::string::npos);
  }
}

}  // namespace
}  // namespace diarist
