// What is kept for clustering on the way does not grow, and is spread over the time that it is of.
#include "pipeline/live/live_history.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace diarist::pipeline {
namespace {

constexpr std::size_t kDimensions = 4;
constexpr std::size_t kActivity = LocalActivity::kFrames * std::size_t{2};

/// Two local speakers; each window's first embedding holds its step, each voice's direction its
/// place on the grid.
class Filled {
 public:
  explicit Filled(double history_s) : history(2, kDimensions, history_s) {}

  /// Two seconds more.
  void add() {
    embeddings[0] = static_cast<float>(step);
    history.add_window(step, active, embeddings);
    for (int i = 0; i < 8; ++i, ++voice) {
      history.voices().subsegments.push_back({3 * voice, 3 * voice + 12});
      history.voices().directions.insert(history.voices().directions.end(), kDimensions,
                                         static_cast<std::uint16_t>(voice % 60000));
    }
    ++step;
    for (int i = 0; i < 118; ++i) history.add_count(1);
    if (!history.forget(2.0 * static_cast<double>(step)).empty()) ++forgot;
  }

  std::vector<std::int64_t> steps() {
    std::vector<std::int64_t> found;
    const std::vector<float> last(2 * kDimensions, 0.0F);
    history.with(active, last, Voices{kDimensions, {}, {}}, {}, [&](const Analysis& all) {
      for (int w = 0; w + 1 < all.activity.windows; ++w) {
        found.push_back(static_cast<std::int64_t>(
            all.embeddings[static_cast<std::size_t>(w) * 2 * kDimensions]));
      }
      EXPECT_EQ(all.activity.active.size(),
                static_cast<std::size_t>(all.activity.windows) * kActivity);
      EXPECT_EQ(all.voices.directions.size(), all.voices.subsegments.size() * kDimensions);
    });
    return found;
  }

  LiveHistory history;
  std::vector<std::uint8_t> active = std::vector<std::uint8_t>(kActivity, 1);
  std::vector<float> embeddings = std::vector<float>(2 * kDimensions, 0.5F);
  std::int64_t step = 0;
  std::int64_t voice = 0;
  int forgot = 0;
};

TEST(LiveHistory, KeepsAllWhileThereIsRoom) {
  Filled filled(4 * 3600);
  while (filled.step < 300) filled.add();
  EXPECT_EQ(filled.steps().size(), 300U);
  EXPECT_EQ(filled.history.voices().subsegments.size(), 2400U);
  EXPECT_EQ(filled.forgot, 0);
  EXPECT_DOUBLE_EQ(filled.history.step_s(), kLive.kept_step_s);
}

TEST(LiveHistory, IsBoundedAndSpreadOverTheHistory) {
  Filled filled(3600);
  std::size_t most_windows = 0;
  std::size_t most_voices = 0;
  std::size_t bytes_at_two_hours = 0;
  while (filled.step < 8 * 1800) {  // eight hours
    filled.add();
    if (filled.step % 50 != 0) continue;
    most_windows = std::max(most_windows, filled.steps().size());
    most_voices = std::max(most_voices, filled.history.voices().subsegments.size());
    if (filled.step == 2 * 1800) bytes_at_two_hours = filled.history.bytes();
  }
  EXPECT_LE(most_windows, 300 + kLive.most_old_windows * 5 / 4 + 1);
  EXPECT_LE(most_voices, 2500 + kLive.most_old_voices * 5 / 4 + 8);
  EXPECT_EQ(filled.history.bytes(), bytes_at_two_hours) << "no more than after two hours";

  const std::vector<std::int64_t> steps = filled.steps();
  EXPECT_TRUE(std::ranges::is_sorted(steps));
  EXPECT_LT(steps.front(), filled.step - 1500) << "goes back for most of the hour";
  EXPECT_GE(steps.front(), filled.step - 1800 - 1800 / 8 - 1) << "and no further";
  std::int64_t widest = 0;
  std::int64_t widest_recent = 0;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const std::int64_t gap = steps[i] - steps[i - 1];
    auto& most = steps[i - 1] < filled.step - 300 ? widest : widest_recent;
    most = std::max(most, gap);
  }
  EXPECT_EQ(widest_recent, 1) << "the last ten minutes are whole";
  EXPECT_LE(widest, 16);
  EXPECT_GT(filled.history.step_s(), kLive.kept_step_s);

  // Directions stay with their voices.
  const Voices& voices = filled.history.voices();
  for (std::size_t i = 0; i < voices.subsegments.size(); ++i) {
    ASSERT_EQ(voices.directions[i * kDimensions], voices.subsegments[i].first / 3 % 60000);
  }
}

}  // namespace
}  // namespace diarist::pipeline
