#include "clustering/voice_search.hpp"

#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "clustering/plda.hpp"

namespace diarist::clustering {
namespace {

constexpr VoiceSearchOptions kOptions{};

/// `seconds[k]` embeddings of person k: an axis of their own, with noise; `likeness` of what people
/// sound like is common to all.
struct Crowd {
  explicit Crowd(const std::vector<int>& seconds, double likeness = 0.3) {
    std::mt19937 random(11);
    std::normal_distribution<double> noise(0, 0.02);
    int total = 0;
    for (const int count : seconds) total += count;
    units = RowMatrix::Zero(total, 256);
    Eigen::Index row = 0;
    for (std::size_t k = 0; k < seconds.size(); ++k) {
      for (int i = 0; i < seconds[k]; ++i, ++row) {
        for (double& value : units.row(row)) value = noise(random);
        units(row, static_cast<Eigen::Index>(k)) += 1;
        units(row, 255) += likeness;
      }
    }
    normalise_rows(units);
    weights.assign(static_cast<std::size_t>(total), 12.0);
  }

  /// People that the centroids stand for: those on whose axis one points.
  static std::set<Eigen::Index> people(const RowMatrix& centroids) {
    std::set<Eigen::Index> found;
    for (Eigen::Index k = 0; k < centroids.rows(); ++k) {
      Eigen::Index axis = 0;
      centroids.row(k).head(255).maxCoeff(&axis);
      EXPECT_NEAR(centroids.row(k).norm(), 1, 1e-9);
      found.insert(axis);
    }
    return found;
  }

  RowMatrix units;
  std::vector<double> weights;
};

TEST(VoiceSearch, FindsWhoThereIs) {
  const Crowd crowd({40, 8, 20});
  const RowMatrix found = find_voices(crowd.units, crowd.weights, kOptions, {});
  EXPECT_EQ(found.rows(), 3);
  EXPECT_EQ(Crowd::people(found), (std::set<Eigen::Index>{0, 1, 2}));
}

TEST(VoiceSearch, TakesNobodyForASpeakerWhoIsHeardForLessThanASecond) {
  const Crowd crowd({40, kOptions.least_members - 1, 20});
  EXPECT_EQ(Crowd::people(find_voices(crowd.units, crowd.weights, kOptions, {})),
            (std::set<Eigen::Index>{0, 2}));
  const Crowd few({2, 1});
  EXPECT_EQ(find_voices(few.units, few.weights, kOptions, {}).rows(), 1) << "somebody speaks";
}

TEST(VoiceSearch, MergesVoicesThatAreAlike) {
  const Crowd crowd({30, 30}, 3.0);
  EXPECT_EQ(find_voices(crowd.units, crowd.weights, kOptions, {}).rows(), 1);
}

TEST(ReachCount, SplitsWhereASpeakerIsTwo) {
  const Crowd crowd({40, 10, 20}, 0.1);
  RowMatrix start(1, 256);
  start.row(0) = crowd.units.colwise().mean();
  const RowMatrix two = reach_count(crowd.units, crowd.weights, start, 2, kOptions, {});
  EXPECT_EQ(two.rows(), 2);
  const RowMatrix three = reach_count(crowd.units, crowd.weights, start, 3, kOptions, {});
  EXPECT_EQ(Crowd::people(three), (std::set<Eigen::Index>{0, 1, 2}));
}

TEST(ReachCount, StopsWhereThereIsNobodyElse) {
  const Crowd crowd({40, 10}, 0.1);
  RowMatrix start(1, 256);
  start.row(0) = crowd.units.colwise().mean();
  EXPECT_EQ(reach_count(crowd.units, crowd.weights, start, 7, kOptions, {}).rows(), 2);
}

TEST(ReachCount, MergesDownToTheNumberAndToOne) {
  const Crowd crowd({40, 6, 30});
  const RowMatrix found = find_voices(crowd.units, crowd.weights, kOptions, {});
  const RowMatrix two = reach_count(crowd.units, crowd.weights, found, 2, kOptions, {});
  EXPECT_EQ(Crowd::people(two), (std::set<Eigen::Index>{0, 2})) << "the least is lost";
  EXPECT_EQ(reach_count(crowd.units, crowd.weights, found, 1, kOptions, {}).rows(), 1);
  EXPECT_TRUE(reach_count(crowd.units, crowd.weights, found, 3, kOptions, {}).isApprox(found));
}

TEST(ReachCount, SplitsASpeakerWithMoreSecondsThanAreLinked) {
  const Crowd crowd({3 * kOptions.most_linked, kOptions.most_linked}, 0.1);
  RowMatrix start(1, 256);
  start.row(0) = crowd.units.colwise().mean();
  EXPECT_EQ(Crowd::people(reach_count(crowd.units, crowd.weights, start, 2, kOptions, {})),
            (std::set<Eigen::Index>{0, 1}));
}

}  // namespace
}  // namespace diarist::clustering
