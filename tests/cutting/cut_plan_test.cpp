// What is cut out, held against what a bitmap of the recording says: random turns on a coarse grid.
#include "cutting/cut_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cutting/alone.hpp"

namespace diarist::cutting {
namespace {

constexpr int kRateHz = 400;  // on the grid, and few enough to look at each sample of each round
constexpr double kStep_s = 0.05;
constexpr std::int64_t kSamples = 20 * kRateHz;

Diarization random_turns(std::mt19937& random, int speakers, int channels = 1) {
  std::uniform_int_distribution<int> count(0, 25);
  std::uniform_int_distribution<int> start(0, 395);
  std::uniform_int_distribution<int> length(1, 60);
  std::uniform_int_distribution<int> who(0, speakers - 1);
  std::uniform_int_distribution<int> channel(1, channels);
  Diarization turns;
  for (int i = 0; i < speakers; ++i) turns.speakers.push_back({"S" + std::to_string(i), 0, {}, 1});
  const int all = count(random);
  for (int i = 0; i < all; ++i) {
    const int first = start(random);
    turns.turns.push_back({first * kStep_s, (first + length(random)) * kStep_s, who(random),
                           static_cast<float>(i % 5) / 4, channel(random)});
  }
  std::sort(turns.turns.begin(), turns.turns.end(),
            [](const Turn& a, const Turn& b) { return a.start_s < b.start_s; });
  return turns;
}

/// Per sample: does he speak, by the turns alone?
std::vector<bool> spoken_by(const Diarization& turns, int speaker, int channel = 0) {
  std::vector<bool> spoken(kSamples, false);
  for (const Turn& turn : turns.turns) {
    if (turn.speaker != speaker || (channel > 0 && turn.channel != channel)) continue;
    const auto first = samples_of(turn.start_s, kRateHz);
    const auto end = std::min(samples_of(turn.end_s, kRateHz), kSamples);
    std::fill(spoken.begin() + first, spoken.begin() + end, true);
  }
  return spoken;
}

std::vector<bool> cut_of(const std::vector<Piece>& pieces, int speaker, int channel = 0) {
  std::vector<bool> cut(kSamples, false);
  for (const Piece& piece : pieces) {
    if (piece.speaker != speaker || piece.channel != channel) continue;
    for (std::int64_t i = piece.first; i < piece.end; ++i) {
      EXPECT_FALSE(cut[static_cast<std::size_t>(i)]) << "twice in one speaker's files: " << i;
      cut[static_cast<std::size_t>(i)] = true;
    }
  }
  return cut;
}

std::vector<Piece> plan(const Diarization& turns, const SplitOptions& options, bool own = false) {
  return plan_pieces(turns, {kRateHz, kSamples}, options, own);
}

void expect_sound(const std::vector<Piece>& pieces) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_LE(0, pieces[i].first);
    EXPECT_LT(pieces[i].first, pieces[i].end);
    EXPECT_LE(pieces[i].end, kSamples);
    EXPECT_GE(pieces[i].before, 0);
    EXPECT_GE(pieces[i].after, 0);
    EXPECT_TRUE(i == 0 || pieces[i - 1].first <= pieces[i].first);
  }
}

class CutPlan : public ::testing::TestWithParam<SplitBy> {
 protected:
  CutPlan() { options.by = GetParam(); }
  SplitOptions options;
};

TEST_P(CutPlan, WithoutOptionsIsWhatIsSpoken) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const Diarization turns = random_turns(random, 1 + round % 4);
    const std::vector<Piece> pieces = plan(turns, options);
    expect_sound(pieces);
    for (int s = 0; s < static_cast<int>(turns.speakers.size()); ++s) {
      ASSERT_EQ(cut_of(pieces, s), spoken_by(turns, s)) << "round " << round;
    }
  }
}

TEST_P(CutPlan, WithoutOverlapIsWhatOnePersonSpeaks) {
  std::mt19937 random(2);
  options.exclude_overlap = true;
  for (int round = 0; round < 200; ++round) {
    const Diarization turns = random_turns(random, 2 + round % 3);
    std::vector<int> speaking(kSamples, 0);
    std::vector<std::vector<bool>> spoken;
    for (int s = 0; s < static_cast<int>(turns.speakers.size()); ++s) {
      spoken.push_back(spoken_by(turns, s));
      for (std::size_t i = 0; i < speaking.size(); ++i) speaking[i] += spoken.back()[i];
    }
    const std::vector<Piece> pieces = plan(turns, options);
    expect_sound(pieces);
    for (std::size_t s = 0; s < spoken.size(); ++s) {
      std::vector<bool> alone = spoken[s];
      for (std::size_t i = 0; i < alone.size(); ++i) alone[i] = alone[i] && speaking[i] == 1;
      ASSERT_EQ(cut_of(pieces, static_cast<int>(s)), alone) << "round " << round;
    }
  }
}

TEST_P(CutPlan, PaddingReachesSoFarAndNoFarther) {
  std::mt19937 random(3);
  const std::int64_t padding = samples_of(0.3, kRateHz);
  options.padding_s = 0.3;
  for (const bool exclude : {false, true}) {
    options.exclude_overlap = exclude;
    SplitOptions bare = options;
    bare.padding_s = 0;
    for (int round = 0; round < 100; ++round) {
      const Diarization turns = random_turns(random, 1 + round % 4);
      const std::vector<Piece> pieces = plan(turns, options);
      const std::vector<Piece> unpadded = plan(turns, bare);
      expect_sound(pieces);
      for (int s = 0; s < static_cast<int>(turns.speakers.size()); ++s) {
        std::vector<bool> others(kSamples, false);
        for (int o = 0; o < static_cast<int>(turns.speakers.size()); ++o) {
          const std::vector<bool> spoken = spoken_by(turns, o);
          for (std::size_t i = 0; o != s && i < others.size(); ++i)
            others[i] = others[i] || spoken[i];
        }
        // Each sample near enough to a piece, with nobody else's on the way where that counts.
        std::vector<bool> expected = cut_of(unpadded, s);
        for (const Piece& piece : unpadded) {
          if (piece.speaker != s) continue;
          for (std::int64_t i = piece.first - 1;
               i >= std::max<std::int64_t>(0, piece.first - padding); --i) {
            if (exclude && others[static_cast<std::size_t>(i)]) break;
            expected[static_cast<std::size_t>(i)] = true;
          }
          for (std::int64_t i = piece.end; i < std::min(kSamples, piece.end + padding); ++i) {
            if (exclude && others[static_cast<std::size_t>(i)]) break;
            expected[static_cast<std::size_t>(i)] = true;
          }
        }
        ASSERT_EQ(cut_of(pieces, s), expected) << "round " << round << ", exclude " << exclude;
      }
    }
  }
}

TEST_P(CutPlan, WhatIsTooShortIsLeftOutByItsUnpaddedLength) {
  std::mt19937 random(4);
  options.min_duration_s = 0.5;
  SplitOptions bare = options;
  bare.min_duration_s = 0;
  bare.by = SplitBy::turn;
  for (int round = 0; round < 100; ++round) {
    const Diarization turns = random_turns(random, 1 + round % 4);
    std::vector<Piece> expected = plan(turns, bare);
    std::erase_if(expected, [](const Piece& p) { return p.end - p.first < kRateHz / 2; });
    const std::vector<Piece> pieces = plan(turns, options);
    for (int s = 0; s < static_cast<int>(turns.speakers.size()); ++s) {
      ASSERT_EQ(cut_of(pieces, s), cut_of(expected, s));
    }
    SplitOptions padded = options;
    padded.padding_s = 5;
    EXPECT_EQ(plan(turns, padded).empty(), pieces.empty());
  }
}

TEST_P(CutPlan, ChannelsApartKnowNothingOfEachOther) {
  std::mt19937 random(5);
  for (const bool exclude : {false, true}) {
    options.exclude_overlap = exclude;
    for (int round = 0; round < 50; ++round) {
      const Diarization both = random_turns(random, 3, 2);
      const std::vector<Piece> pieces = plan(both, options, true);
      for (const int channel : {1, 2}) {
        Diarization one = both;
        std::erase_if(one.turns, [&](const Turn& turn) { return turn.channel != channel; });
        const std::vector<Piece> expected = plan(one, options, true);
        for (int s = 0; s < 3; ++s) {
          ASSERT_EQ(cut_of(pieces, s, channel), cut_of(expected, s, channel));
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(By, CutPlan, ::testing::Values(SplitBy::speaker, SplitBy::turn),
                         [](const auto& info) {
                           return info.param == SplitBy::speaker ? "speaker" : "turn";
                         });

Diarization two_turns(double first_end_s, double second_start_s) {
  Diarization turns;
  turns.speakers = {{"A", 0, {}, 1}};
  turns.turns = {{1, first_end_s, 0, 0.5F, 1}, {second_start_s, 4, 0, 1.0F, 1}};
  return turns;
}

TEST(CutPlanOfTwo, WhereTurnsOfOneSpeakerMeet) {
  SplitOptions by_turn;
  by_turn.by = SplitBy::turn;
  EXPECT_EQ(plan(two_turns(2, 2), by_turn).size(), 2U);    // They touch.
  EXPECT_EQ(plan(two_turns(2.1, 2), by_turn).size(), 1U);  // They overlap.
  EXPECT_EQ(plan(two_turns(2, 2), {}).size(), 1U);         // One file, without a seam.
  by_turn.padding_s = 0.25;
  EXPECT_EQ(plan(two_turns(2, 2.5), by_turn).size(), 1U);  // Padded they touch.
  EXPECT_EQ(plan(two_turns(2, 2.51), by_turn).size(), 2U);
}

TEST(CutPlanOfTwo, PaddingAndConfidenceOfWhatBecameOne) {
  SplitOptions options;
  options.padding_s = 0.5;
  const std::vector<Piece> pieces = plan(two_turns(2, 2.5), options);
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].first, kRateHz / 2);
  EXPECT_EQ(pieces[0].end, 4 * kRateHz + kRateHz / 2);
  EXPECT_EQ(pieces[0].before, kRateHz / 2);
  EXPECT_EQ(pieces[0].after, kRateHz / 2);
  // One second at 0.5, one and a half at 1.
  EXPECT_DOUBLE_EQ(pieces[0].confident / pieces[0].spoken, 2.0 / 2.5);
  // The recording ends before the padding of the second does.
  const Extent shorter{kRateHz, 4 * kRateHz + kRateHz / 4};
  EXPECT_EQ(plan_pieces(two_turns(2, 2.5), shorter, options, false)[0].after, kRateHz / 4);
}

TEST(CutPlanOfTwo, AConfidenceThatIsNotKnownDoesNotCount) {
  Diarization turns = two_turns(2, 2);
  turns.turns[1].confidence = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Piece> pieces = plan(turns, {});
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_DOUBLE_EQ(pieces[0].confident / pieces[0].spoken, 0.5);
  turns.turns[0].confidence = turns.turns[1].confidence;
  EXPECT_EQ(plan(turns, {})[0].spoken, 0);
}

TEST(Alone, AsABitmapHasIt) {
  std::mt19937 random(6);
  constexpr std::int64_t kEnd = 120;
  for (int round = 0; round < 500; ++round) {
    std::uniform_int_distribution<std::int64_t> at(0, kEnd);
    std::vector<Spoken> spoken;
    for (int i = 0; i < round % 12; ++i) {
      const std::int64_t a = at(random);
      const std::int64_t b = at(random);
      spoken.push_back({std::min(a, b), std::max(a, b), static_cast<int>(random() % 3)});
    }
    const auto speaking = [&](std::int64_t sample) {
      std::set<int> who;
      for (const Spoken& each : spoken) {
        if (each.first <= sample && sample < each.end) who.insert(each.speaker);
      }
      return who;
    };
    std::vector<bool> covered(kEnd, false);
    for (const Alone& alone : find_alone(spoken)) {
      const std::set<int> only = {alone.speaker};
      for (std::int64_t i = alone.first; i < alone.end; ++i) {
        ASSERT_EQ(speaking(i), only);
        covered[static_cast<std::size_t>(i)] = true;
      }
      EXPECT_NE(speaking(alone.first - 1), only);
      EXPECT_NE(speaking(alone.end), only);
      const auto others = [&](std::int64_t i) {
        const std::set<int> who = speaking(i);
        return !who.empty() && who != only;
      };
      std::int64_t before = alone.first;
      while (before > 0 && !others(before - 1)) --before;
      EXPECT_EQ(before == 0 ? std::numeric_limits<std::int64_t>::min() : before, alone.others_end);
      std::int64_t after = alone.end;
      while (after < kEnd && !others(after)) ++after;
      EXPECT_EQ(after == kEnd ? std::numeric_limits<std::int64_t>::max() : after,
                alone.others_begin);
    }
    for (std::int64_t i = 0; i < kEnd; ++i) {
      ASSERT_EQ(covered[static_cast<std::size_t>(i)], speaking(i).size() == 1);
    }
  }
}

}  // namespace
}  // namespace diarist::cutting
