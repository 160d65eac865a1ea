#include "clustering/ahc.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "clustering/plda.hpp"
#include "clustering/synthetic_recording.hpp"
#include "clustering/training_set.hpp"

namespace diarist::clustering {
namespace {

RowMatrix synthetic_units(int n, unsigned seed) {
  const auto recording = diarist::testing::synthetic_recording(n, 12, seed);
  RowMatrix units = gather(recording.embeddings, training_speakers(recording.activity, 0.2), 256);
  normalise_rows(units);
  return units;
}

/// Share of pairs' decisions that agree, corrected for chance (adjusted Rand index).
double agreement(const std::vector<int>& a, const std::vector<int>& b) {
  std::map<std::pair<int, int>, double> both;
  std::map<int, double> in_a;
  std::map<int, double> in_b;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++both[{a[i], b[i]}];
    ++in_a[a[i]];
    ++in_b[b[i]];
  }
  const auto pairs = [](const auto& counts) {
    double sum = 0;
    for (const auto& [key, count] : counts) sum += count * (count - 1) / 2;
    return sum;
  };
  const double all = static_cast<double>(a.size()) * static_cast<double>(a.size() - 1) / 2;
  const double chance = pairs(in_a) * pairs(in_b) / all;
  return (pairs(both) - chance) / ((pairs(in_a) + pairs(in_b)) / 2 - chance);
}

TEST(Ahc, LevelsGiveThePlainPartition) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const RowMatrix units = synthetic_units(3000, seed);
    const AhcClusters plain = agglomerate(units, 0.6, {});
    EXPECT_EQ(plain.levels, 1);
    AhcLimits limits;
    limits.plain_limit = 2000;
    limits.chunk = 500;
    const AhcClusters levels = agglomerate(units, 0.6, {}, limits);
    EXPECT_EQ(levels.levels, 2);
    EXPECT_EQ(levels.threshold, 0.6);
    EXPECT_EQ(levels.clusters, plain.clusters);
    EXPECT_EQ(agreement(levels.labels, plain.labels), 1.0) << "seed " << seed;
  }
}

TEST(Ahc, ManyLevelsStayNearThePlainPartition) {
  const RowMatrix units = synthetic_units(3000, 4);
  const AhcClusters plain = agglomerate(units, 0.6, {});
  AhcLimits limits;
  limits.plain_limit = 400;
  limits.chunk = 200;
  const AhcClusters levels = agglomerate(units, 0.6, {}, limits);
  EXPECT_GT(levels.levels, 3);
  EXPECT_GT(agreement(levels.labels, plain.labels), 0.9);
}

TEST(Ahc, ARecordingBeyondAllBoundsRaisesTheThresholdAndEnds) {
  const RowMatrix units = synthetic_units(600, 5);
  AhcLimits limits;
  limits.plain_limit = 50;
  limits.chunk = 40;
  const AhcClusters found = agglomerate(units, 0.01, {}, limits);
  EXPECT_GT(found.threshold, 0.01);
  EXPECT_LE(found.clusters, 50);
  EXPECT_EQ(found.labels.size(), 600U);
}

TEST(Ahc, AThresholdOfNothingKeepsAllApart) {
  const AhcClusters found = agglomerate(synthetic_units(50, 6), 0.0, {});
  EXPECT_EQ(found.clusters, 50);
}

TEST(Ahc, TakesOneVector) {
  RowMatrix one = RowMatrix::Zero(1, 256);
  one(0, 0) = 1;
  const AhcClusters found = agglomerate(one, 0.6, {});
  EXPECT_EQ(found.labels, std::vector<int>{0});
  EXPECT_EQ(found.clusters, 1);
}

}  // namespace
}  // namespace diarist::clustering
