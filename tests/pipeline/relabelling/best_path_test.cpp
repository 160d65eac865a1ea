#include "pipeline/relabelling/best_path.hpp"

#include <random>

#include <gtest/gtest.h>

namespace diarist::pipeline {
namespace {

using Path = std::vector<std::size_t>;

double value(const std::vector<double>& emission, std::size_t speakers, const Path& path,
             double cost) {
  double sum = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    sum += emission[i * speakers + path[i]];
    if (i > 0 && path[i] != path[i - 1]) sum -= cost;
  }
  return sum;
}

TEST(BestPath, OneStepIsTheBestSpeaker) {
  EXPECT_EQ(best_path(std::vector<double>{0.1, 0.5, 0.3}, 3, 0.1), Path{1});
}

TEST(BestPath, AShortDoubtIsNotWorthAChange) {
  const std::vector<double> emission{0.9, 0.1, 0.45, 0.5, 0.9, 0.1};
  EXPECT_EQ(best_path(emission, 2, 0.1), (Path{0, 0, 0}));
  EXPECT_EQ(best_path(emission, 2, 0.01), (Path{0, 1, 0}));
}

TEST(BestPath, WhoIsAsGoodStays) {
  EXPECT_EQ(best_path(std::vector<double>{0.5, 0.5, 0.5, 0.5}, 2, 0), (Path{0, 0}));
}

TEST(BestPath, NoOtherPathIsBetter) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> any(0, 1);
  for (int round = 0; round < 200; ++round) {
    const std::size_t speakers = 1 + round % 4;
    const std::size_t steps = 1 + round % 6;
    const double cost = any(random) / 2;
    std::vector<double> emission(steps * speakers);
    for (double& each : emission) each = any(random);
    const double found = value(emission, speakers, best_path(emission, speakers, cost), cost);
    Path path(steps, 0);
    for (;;) {
      EXPECT_LE(value(emission, speakers, path, cost), found + 1e-12);
      std::size_t i = 0;
      while (i < steps && ++path[i] == speakers) path[i++] = 0;
      if (i == steps) break;
    }
  }
}

}  // namespace
}  // namespace diarist::pipeline
