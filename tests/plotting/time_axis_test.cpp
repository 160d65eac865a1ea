// Ticks at times that clocks know.
#include "plotting/time_axis.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diarist::plotting {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts(double from_s, double to_s, int most) {
  std::vector<std::string> texts;
  for (const TimeTick& tick : time_ticks(from_s, to_s, most)) texts.push_back(tick.text);
  return texts;
}

TEST(TimeAxis, RoundTimes) {
  EXPECT_THAT(texts(0, 30, 7), ElementsAre("0:00", "0:05", "0:10", "0:15", "0:20", "0:25", "0:30"));
  EXPECT_THAT(texts(0, 30, 4), ElementsAre("0:00", "0:10", "0:20", "0:30"));
  EXPECT_THAT(texts(0, 5400, 4), ElementsAre("0:00", "30:00", "1:00:00", "1:30:00"));
  EXPECT_THAT(texts(12.3, 12.75, 6), ElementsAre("0:12.3", "0:12.4", "0:12.5", "0:12.6", "0:12.7"));
  EXPECT_THAT(texts(0, 86400 * 10, 3), ElementsAre("0:00", "120:00:00", "240:00:00"));
  EXPECT_THAT(texts(1, 1.004, 5),
              ElementsAre("0:01.000", "0:01.001", "0:01.002", "0:01.003", "0:01.004"));
}

TEST(TimeAxis, NeverMoreThanThereIsRoomFor) {
  for (const double from : {0.0, 0.7, 59.99, 3599.5, 1e6}) {
    for (double length = 0.01; length < 1e7; length *= 1.37) {
      for (const int most : {2, 3, 5, 12, 40}) {
        const auto ticks = time_ticks(from, from + length, most);
        EXPECT_LE(ticks.size(), static_cast<std::size_t>(most));
        for (std::size_t i = 0; i < ticks.size(); ++i) {
          EXPECT_GE(ticks[i].at_s, from);
          EXPECT_LE(ticks[i].at_s, from + length);
          EXPECT_TRUE(i == 0 || ticks[i - 1].text != ticks[i].text);
        }
        EXPECT_TRUE(most < 5 || !ticks.empty()) << from << " " << length << " " << most;
      }
    }
  }
}

TEST(TimeAxis, ClockText) {
  EXPECT_EQ(clock_text(59.96, 1), "1:00.0");
  EXPECT_EQ(clock_text(3599.999, 2), "1:00:00.00");
  EXPECT_EQ(clock_text(6.679719, 3), "0:06.680");
  EXPECT_EQ(clock_text(-1, 0), "0:00");
}

}  // namespace
}  // namespace diarist::plotting
