#include "nets/powerset.hpp"

#include <array>
#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

namespace diarist::nets {
namespace {

struct Decoded {
  std::array<std::uint8_t, 3> active{9, 9, 9};
  std::array<std::uint8_t, 3> probability{9, 9, 9};
};

Decoded decode(const std::array<float, 7>& scores) {
  Decoded result;
  decode_powerset(scores.data(), result.active.data(), result.probability.data());
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

}  // namespace
}  // namespace diarist::nets
