#include "nets/powerset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::nets {
namespace {

struct Decoded {
  std::array<std::uint8_t, 3> active{9, 9, 9};
  std::array<std::uint8_t, 3> probability{9, 9, 9};
};

Decoded decode(const std::array<float, 7>& scores) {
  Decoded result;
  const Powerset powerset(3, 2);
  powerset.decode(scores.data(), result.active.data(), result.probability.data());
  return result;
}

// Written out once more, so that an order changed by accident is seen.
constexpr std::array<std::array<std::uint8_t, 3>, 7> kClasses{
    {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {1, 0, 1}, {0, 1, 1}}};

TEST(Powerset, EveryClassStandsForItsSpeakers) {
  for (std::size_t best = 0; best < kClasses.size(); ++best) {
    std::array<float, 7> scores;
    scores.fill(-40);
    scores[best] = -0.5F;
    const Decoded found = decode(scores);
    EXPECT_EQ(found.active, kClasses[best]) << best;
    for (std::size_t s = 0; s < 3; ++s) {
      EXPECT_EQ(found.probability[s], 255 * kClasses[best][s]) << best << " " << s;
    }
  }
}

TEST(Powerset, TheFirstOfEqualsWins) {
  for (std::size_t first = 0; first < kClasses.size(); ++first) {
    std::array<float, 7> scores;
    scores.fill(2);
    for (std::size_t c = 0; c < first; ++c) scores[c] = 1;
    EXPECT_EQ(decode(scores).active, kClasses[first]) << first;
  }
}

TEST(Powerset, ProbabilityIsTheShareOfASpeakersClasses) {
  // All classes alike: each speaker is in three of seven.
  const Decoded even = decode({5, 5, 5, 5, 5, 5, 5});
  for (const std::uint8_t p : even.probability) EXPECT_EQ(p, std::lround(255 * 3.0 / 7));

  const std::array<float, 7> scores{0.3F, 1.2F, -0.7F, 0.1F, 0.9F, -1.5F, 0.4F};
  double sum = 0;
  std::array<double, 3> shares{};
  for (std::size_t c = 0; c < 7; ++c) {
    const double weight = std::exp(static_cast<double>(scores[c]));
    sum += weight;
    for (std::size_t s = 0; s < 3; ++s) shares[s] += kClasses[c][s] * weight;
  }
  const Decoded found = decode(scores);
  EXPECT_EQ(found.active, kClasses[1]);
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_EQ(found.probability[s], std::lround(255 * shares[s] / sum)) << s;
  }
}

TEST(Powerset, LargeScoresDoNotOverflow) {
  for (const float size : {90.0F, 1e4F, 1e30F}) {
    const Decoded high = decode({size, size, -size, -size, -size, -size, -size});
    EXPECT_EQ(high.active, kClasses[0]);
    EXPECT_EQ(high.probability, (std::array<std::uint8_t, 3>{128, 0, 0}));
    const Decoded low = decode({-size, -size, -size, -size, -size, -size, -size / 2});
    EXPECT_EQ(low.active, kClasses[6]);
    EXPECT_EQ(low.probability, (std::array<std::uint8_t, 3>{0, 255, 255}));
  }
}

TEST(Powerset, LogProbabilitiesAreScoresToo) {
  const std::array<float, 7> scores{0.3F, 1.2F, -0.7F, 0.1F, 0.9F, -1.5F, 0.4F};
  double sum = 0;
  for (const float score : scores) sum += std::exp(static_cast<double>(score));
  std::array<float, 7> logs{};
  for (std::size_t c = 0; c < 7; ++c) logs[c] = scores[c] - static_cast<float>(std::log(sum));
  const Decoded a = decode(scores);
  const Decoded b = decode(logs);
  EXPECT_EQ(a.active, b.active);
  for (std::size_t s = 0; s < 3; ++s) EXPECT_NEAR(a.probability[s], b.probability[s], 1);
}

/// The same from the definition: every set of speakers as the bits of a number.
class PowersetOf : public ::testing::TestWithParam<std::pair<int, int>> {
 protected:
  const int speakers_ = GetParam().first;
  const int at_once_ = GetParam().second;

  /// By size, then by the members in order.
  std::vector<std::vector<int>> sets() const {
    std::vector<std::vector<int>> all;
    for (unsigned bits = 0; bits < 1U << speakers_; ++bits) {
      std::vector<int> members;
      for (int s = 0; s < speakers_; ++s) {
        if ((bits >> s & 1U) != 0) members.push_back(s);
      }
      if (static_cast<int>(members.size()) <= at_once_) all.push_back(members);
    }
    std::ranges::sort(all, [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(Sizes, PowersetOf,
                         ::testing::Values(std::pair(1, 1), std::pair(2, 1), std::pair(2, 2),
                                           std::pair(3, 2), std::pair(3, 3), std::pair(4, 2),
                                           std::pair(5, 3), std::pair(8, 4), std::pair(16, 2)));

TEST_P(PowersetOf, AnySizeFollowsFromTheDefinition) {
  const std::vector<std::vector<int>> all = sets();
  const Powerset powerset(speakers_, at_once_);
  ASSERT_EQ(powerset.classes(), static_cast<int>(all.size()));
  ASSERT_EQ(powerset.speakers(), speakers_);
  std::mt19937 random(5);
  std::normal_distribution<float> score(0, 3);
  std::vector<std::uint8_t> active(static_cast<std::size_t>(speakers_));
  std::vector<std::uint8_t> probability(active.size());
  for (int round = 0; round < 50; ++round) {
    std::vector<float> scores(all.size());
    for (float& each : scores) each = score(random);
    powerset.decode(scores.data(), active.data(), probability.data());
    const auto best = static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
    double sum = 0;
    for (const float each : scores) sum += std::exp(static_cast<double>(each));
    for (int s = 0; s < speakers_; ++s) {
      double share = 0;
      for (std::size_t c = 0; c < all.size(); ++c) {
        if (std::ranges::count(all[c], s) != 0) share += std::exp(static_cast<double>(scores[c]));
      }
      EXPECT_EQ(active[static_cast<std::size_t>(s)], std::ranges::count(all[best], s));
      EXPECT_NEAR(probability[static_cast<std::size_t>(s)], 255 * share / sum, 0.51);
    }
  }
}

TEST(Powerset, WhatIsNoneIsRefused) {
  for (const auto& [speakers, at_once] : {std::pair(0, 0), std::pair(3, 0), std::pair(2, 3),
                                          std::pair(17, 2), std::pair(-1, 1), std::pair(16, 6)}) {
    EXPECT_THROW(Powerset(speakers, at_once), Error) << at_once << " of " << speakers;
  }
}

}  // namespace
}  // namespace diarist::nets
