#include "formats/number.hpp"

#include <limits>
#include <optional>

#include <gtest/gtest.h>

namespace diarist::formats {
namespace {

TEST(Number, FixedRoundsAndNeverShowsMinusZero) {
  EXPECT_EQ(fixed(1.2345, 3), "1.235");
  EXPECT_EQ(fixed(-0.0001, 3), "0.000");
  EXPECT_EQ(fixed(2, 0), "2");
  EXPECT_EQ(fixed(0.3, 6), "0.300000");
  EXPECT_EQ(fixed(86400.016875, 6), "86400.016875");
  EXPECT_EQ(fixed(std::numeric_limits<double>::max(), 6).size(), 316u);
  EXPECT_EQ(fixed(std::numeric_limits<double>::infinity(), 2), "inf");
}

TEST(Number, RoundedKeepsDecimals) {
  EXPECT_EQ(rounded(0.03096875, 6), 0.030969);
  EXPECT_EQ(rounded(1e300, 6), 1e300);
}

TEST(Number, ParsesAllOfItOrNothing) {
  EXPECT_EQ(parse_non_negative("12.5"), 12.5);
  EXPECT_EQ(parse_non_negative("1e3"), 1000);
  EXPECT_EQ(parse_non_negative("-0"), 0);
  for (const char* text : {"", "-1", "1 ", " 1", "1x", "nan", "inf", "1e400", "0x1"}) {
    EXPECT_EQ(parse_non_negative(text), std::nullopt) << text;
  }
}

TEST(Number, ClockCarries) {
  EXPECT_EQ(clock_time(0), "0:00:00.0");
  EXPECT_EQ(clock_time(6.69), "0:00:06.7");
  EXPECT_EQ(clock_time(59.96), "0:01:00.0");
  EXPECT_EQ(clock_time(3599.99), "1:00:00.0");
  EXPECT_EQ(clock_time(36000 + 61.23), "10:01:01.2");
}

}  // namespace
}  // namespace diarist::formats
