#include "pipeline/turn_tidying.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/options.hpp"

#include "pipeline/preset.hpp"

namespace diarist::pipeline {
namespace {

/// A turn of whole seconds; frames are made up, as nobody looks at them.
FrameTurn turn(double start_s, double end_s, int cluster) {
  return {static_cast<std::int64_t>(start_s * 60), static_cast<std::int64_t>(end_s * 60), start_s,
          end_s, cluster};
}

void expect_turns(const std::vector<FrameTurn>& found, const std::vector<FrameTurn>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].start_s, expected[i].start_s) << i;
    EXPECT_EQ(found[i].end_s, expected[i].end_s) << i;
    EXPECT_EQ(found[i].first_frame, expected[i].first_frame) << i;
    EXPECT_EQ(found[i].end_frame, expected[i].end_frame) << i;
    EXPECT_EQ(found[i].cluster, expected[i].cluster) << i;
  }
}

TEST(Tidy, ClosesPausesOfOneSpeakerWhateverOthersDo) {
  expect_turns(tidy({turn(0, 2, 0), turn(2, 2.25, 1), turn(2.25, 4, 0), turn(4.5, 5, 0)},
                    {.merge_gap_s = 0.25}),
               {turn(0, 4, 0), turn(2, 2.25, 1), turn(4.5, 5, 0)});
}

TEST(Tidy, LeavesOutFlickersOnceWhatBelongsTogetherIsTogether) {
  expect_turns(tidy({turn(0, 0.1, 0), turn(0.2, 0.3, 0), turn(1, 1.1, 1), turn(2, 3, 1)},
                    {.merge_gap_s = 0.1, .min_turn_s = 0.2}),
               {turn(0, 0.3, 0), turn(2, 3, 1)});
}

TEST(Tidy, OfNothingChangesNothing) {
  const std::vector<FrameTurn> turns{turn(0, 0.01, 0), turn(0.02, 1, 0), turn(0.5, 2, 1)};
  expect_turns(tidy(turns, {}), turns);
  expect_turns(tidy({}, {.merge_gap_s = 1, .min_turn_s = 1}), {});
}

TEST(Tidy, IsThePresetsOwnUnlessAskedFor) {
  EXPECT_EQ(parameters(BehaviorOptions{.preset = Preset::exact}).tidying.merge_gap_s, 0);
  EXPECT_EQ(parameters(BehaviorOptions{.preset = Preset::exact}).tidying.min_turn_s, 0);
  EXPECT_GT(parameters(BehaviorOptions{}).tidying.min_turn_s, 0);
  const auto asked = parameters(BehaviorOptions{.merge_gap_s = 2, .min_turn_s = 0});
  EXPECT_EQ(asked.tidying.merge_gap_s, 2);
  EXPECT_EQ(asked.tidying.min_turn_s, 0);
  EXPECT_THROW(parameters(BehaviorOptions{.merge_gap_s = -1}), Error);
  EXPECT_THROW(parameters(BehaviorOptions{.min_turn_s = 1.0 / 0.0}), Error);
}

}  // namespace
}  // namespace diarist::pipeline
