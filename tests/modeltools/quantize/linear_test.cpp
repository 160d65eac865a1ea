#include "modeltools/quantize/linear.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/random_values.hpp"

namespace diarist::modeltools::quantize {
namespace {

using ::testing::ElementsAre;

TEST(Linear, ScalesEachRowByItsLargest) {
  const LinearCodes codes = fit_linear(std::vector<float>{1, -127, 63.4F, 0.5F, 0.25F, 0}, 2);
  EXPECT_THAT(codes.scales, ElementsAre(1, 0.5F / 127));
  EXPECT_THAT(codes.codes, ElementsAre(1, -127, 63, 127, 64, 0));
}

TEST(Linear, IsHalfAScaleOffAtMost) {
  std::vector<float> values(64 * 100);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::sin(static_cast<float>(i * i)) * static_cast<float>(1 + i / 100);
  }
  const LinearCodes codes = fit_linear(values, 64);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float scale = codes.scales[i / 100];
    ASSERT_LE(std::fabs(static_cast<float>(codes.codes[i]) * scale - values[i]), 0.5001F * scale);
  }
}

TEST(Linear, TakesZerosAndTheSmallestAndLargestFloats) {
  const float least = std::numeric_limits<float>::denorm_min();
  const float most = std::numeric_limits<float>::max();
  const LinearCodes codes = fit_linear(std::vector<float>{0, 0, least, -least, most, -most}, 3);
  EXPECT_THAT(codes.codes, ElementsAre(0, 0, 1, -1, 127, -127));
  EXPECT_THAT(codes.scales, ElementsAre(1, least, most / 127));
}

}  // namespace
}  // namespace diarist::modeltools::quantize
