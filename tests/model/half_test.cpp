#include "model/half.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace diarist::model {
namespace {

// The standard's definition, in double precision.
double half_by_definition(std::uint16_t half) {
  const double sign = (half & 0x8000) != 0 ? -1 : 1;
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  if (exponent == 31) {
    return mantissa != 0 ? std::numeric_limits<double>::quiet_NaN()
                         : sign * std::numeric_limits<double>::infinity();
  }
  return exponent == 0 ? sign * std::ldexp(mantissa, -24)
                       : sign * std::ldexp(1024 + mantissa, exponent - 25);
}

TEST(Half, EveryCodeHasItsValueAndComesBack) {
  for (std::uint32_t code = 0; code < 65536; ++code) {
    const auto half = static_cast<std::uint16_t>(code);
    const float value = half_to_float(half);
    const double expected = half_by_definition(half);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(value)) << code;
      ASSERT_TRUE(std::isnan(half_to_float(float_to_half(value)))) << code;
    } else {
      ASSERT_EQ(value, expected) << code;
      ASSERT_EQ(std::signbit(value), (half & 0x8000) != 0) << code;
      ASSERT_EQ(float_to_half(value), half) << code;
    }
  }
}

TEST(Half, RoundsToNearestAndTiesToEven) {
  // Between each two neighbours of the positive finite halves: the middle, and a float to each
  // side.
  for (std::uint16_t low = 0; low < 0x7bff; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const float middle = (half_to_float(low) + half_to_float(high)) / 2;  // Exact in float.
    const std::uint16_t even = low % 2 == 0 ? low : high;
    ASSERT_EQ(float_to_half(middle), even) << low;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0f)), low) << low;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 1e9f)), high) << low;
    ASSERT_EQ(float_to_half(-middle), even | 0x8000) << low;
  }
}

TEST(Half, GoesToInfinityBeyondItsRange) {
  EXPECT_EQ(float_to_half(65519.996f), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_half(1e30f), 0x7c00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
}

TEST(Bfloat, IsTheUpperHalfOfAFloat) {
  EXPECT_EQ(bfloat_to_float(0x3f80), 1.0f);
  EXPECT_EQ(bfloat_to_float(0xc049), -3.140625f);
  EXPECT_TRUE(std::isinf(bfloat_to_float(0x7f80)));
}

TEST(Bfloat, RoundsToNearestAndTiesToEven) {
  for (std::uint16_t low = 0; low < 0x7f7f; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    // Halved first: the sum of the largest is beyond a float. Exact all the same.
    const float middle = bfloat_to_float(low) / 2 + bfloat_to_float(high) / 2;
    const std::uint16_t even = low % 2 == 0 ? low : high;
    ASSERT_EQ(float_to_bfloat(bfloat_to_float(low)), low);
    ASSERT_EQ(float_to_bfloat(middle), even) << low;
    ASSERT_EQ(float_to_bfloat(std::nextafter(middle, 0.0f)), low) << low;
    ASSERT_EQ(float_to_bfloat(-middle), even | 0x8000) << low;
  }
  EXPECT_EQ(float_to_bfloat(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_EQ(float_to_bfloat(-std::numeric_limits<float>::infinity()), 0xff80);
  EXPECT_TRUE(
      std::isnan(bfloat_to_float(float_to_bfloat(std::numeric_limits<float>::quiet_NaN()))));
}

}  // namespace
}  // namespace diarist::model
