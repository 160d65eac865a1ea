#include "nets/activation_range.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace diarist::nets {
namespace {

TEST(ActivationRange, MomentsAfterAReluAreThoseOfManyDraws) {
  const std::vector<std::pair<double, double>> cases = {{0, 1}, {1, 0.5}, {-1, 2}, {3, 1}, {-4, 1}};
  ChannelMoments before;
  for (const auto& [mean, deviation] : cases) {
    before.mean.push_back(mean);
    before.variance.push_back(deviation * deviation);
  }
  const ChannelMoments after = rectified(before);
  for (std::size_t c = 0; c < cases.size(); ++c) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal(cases[c].first, cases[c].second);
    constexpr int kDraws = 400000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double x = std::max(0.0, normal(random));
      sum += x;
      squares += x * x;
    }
    const double mean = sum / kDraws;
    EXPECT_NEAR(after.mean[c], mean, 0.01) << "channel " << c;
    EXPECT_NEAR(after.variance[c], squares / kDraws - mean * mean, 0.02) << "channel " << c;
  }
}

TEST(ActivationRange, AChannelThatNeverMovesKeepsItsMean) {
  const ChannelMoments after = rectified({{2.0, -2.0}, {0.0, 0.0}});
  EXPECT_EQ(after.mean, (std::vector<double>{2.0, 0.0}));
  EXPECT_EQ(after.variance, (std::vector<double>{0.0, 0.0}));
}

TEST(ActivationRange, BranchesAddUp) {
  const ChannelMoments total = sum({{1, 2}, {3, 4}}, {{10, 20}, {30, 40}});
  EXPECT_EQ(total.mean, (std::vector<double>{11, 22}));
  EXPECT_EQ(total.variance, (std::vector<double>{33, 44}));
}

TEST(ActivationRange, IsPositiveAndSpansManyDeviations) {
  // The second channel never fires, the third is large.
  const auto range = activation_range({{0.0, -100.0, 10.0}, {1.0, 1.0, 4.0}});
  EXPECT_GT(range[0], 5.0F);
  EXPECT_GT(range[1], 0.0F);
  EXPECT_LT(range[1], range[2]);
  EXPECT_GT(range[2], 20.0F);
  EXPECT_GT(activation_range({{0.0}, {0.0}})[0], 0.0F);
}

}  // namespace
}  // namespace diarist::nets
