#include "scoring/timeline.hpp"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diarist::scoring {
namespace {

using Pairs = std::vector<std::pair<double, double>>;

Pairs pairs(const Timeline& timeline) {
  Pairs result;
  for (const Stretch& stretch : timeline) result.emplace_back(stretch.start_s, stretch.end_s);
  return result;
}

TEST(Timeline, MergesWhatOverlapsOrTouches) {
  EXPECT_EQ(pairs(merged({{5, 6}, {1, 2}, {2, 3}, {2.5, 4}, {7, 7}, {9, 8}})),
            (Pairs{{1, 4}, {5, 6}}));
  EXPECT_TRUE(merged({}).empty());
}

TEST(Timeline, DifferenceCutsHolesAndEnds) {
  const Timeline from = {{0, 10}, {20, 30}};
  EXPECT_EQ(pairs(difference(from, {{-1, 1}, {3, 4}, {9, 21}, {30, 40}})),
            (Pairs{{1, 3}, {4, 9}, {21, 30}}));
  EXPECT_EQ(pairs(difference(from, {})), pairs(from));
  EXPECT_TRUE(difference(from, {{0, 30}}).empty());
}

TEST(Timeline, OverlapsCountTurnsAndNotTouching) {
  const std::vector<Segment> turns = {
      {0, 5, "A", "1"}, {5, 8, "B", "1"}, {4, 6, "C", "1"}, {10, 12, "D", "1"}, {11, 13, "D", "1"}};
  EXPECT_EQ(pairs(overlaps(turns)), (Pairs{{4, 6}, {11, 12}}));
  EXPECT_TRUE(overlaps({{0, 5, "A", "1"}, {5, 8, "B", "1"}, {6, 6, "C", "1"}}).empty());
}

TEST(Timeline, CollarsLieAroundEachBoundary) {
  EXPECT_EQ(pairs(collars({{2, 6, "A", "1"}, {6.25, 9, "B", "1"}}, 0.25)),
            (Pairs{{1.75, 2.25}, {5.75, 6.5}, {8.75, 9.25}}));
}

}  // namespace
}  // namespace diarist::scoring
