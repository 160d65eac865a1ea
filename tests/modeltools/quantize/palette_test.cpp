#include "modeltools/quantize/palette.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modeltools/quantize/quantized_tensor.hpp"

namespace diarist::modeltools::quantize {
namespace {

using ::testing::ElementsAre;

std::vector<float> normal_values(std::size_t count) {
  std::mt19937 generator(7);
  // By hand: the library's own normal distribution is not the same everywhere.
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) {
    double sum = -6;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(generator()) / 4294967296.0;
    values.push_back(static_cast<float>(sum));
  }
  return values;
}

std::vector<float> looked_up(const std::vector<float>& table,
                             const std::vector<std::uint8_t>& codes) {
  std::vector<float> values;
  for (const std::uint8_t code : codes) values.push_back(table.at(code));
  return values;
}

TEST(Palette, FewValuesAreTheTable) {
  EXPECT_THAT(fit_palette(std::vector<float>{3, -1, 3, 0, -0.0F}, 4), ElementsAre(-1, 0, 3));
  EXPECT_THAT(fit_palette(std::vector<float>{7}, 256), ElementsAre(7));
}

TEST(Palette, FindsClustersThatAreThere) {
  std::vector<float> values;
  for (int i = 0; i < 300; ++i) values.push_back(static_cast<float>(i % 3) * 10);
  for (int i = 0; i < 300; ++i) values[static_cast<std::size_t>(i)] += i < 150 ? 0.25F : -0.25F;
  EXPECT_THAT(fit_palette(values, 3), ElementsAre(0, 10, 20));
}

TEST(Palette, EveryEntryIsTheMeanOfWhatIsNearestToIt) {
  const std::vector<float> values = normal_values(20000);
  const std::vector<float> table = fit_palette(values, 64);
  ASSERT_EQ(table.size(), 64U);
  EXPECT_TRUE(std::is_sorted(table.begin(), table.end()));
  const auto codes = nearest_entries(values, table);
  std::vector<double> sums(64);
  std::vector<int> counts(64);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const float other : table) {
      ASSERT_LE(std::fabs(values[i] - table[codes[i]]), std::fabs(values[i] - other));
    }
    sums[codes[i]] += static_cast<double>(values[i]);
    ++counts[codes[i]];
  }
  for (std::size_t e = 0; e < 64; ++e) {
    ASSERT_GT(counts[e], 0);
    EXPECT_NEAR(sums[e] / counts[e], static_cast<double>(table[e]), 1e-6) << e;
  }
}

TEST(Palette, ComesNearTheBestThatIsPossible) {
  const std::vector<float> values = normal_values(200000);
  // Max (1960) and Panter and Dite (1951), for a normal distribution: distortion sqrt(3) pi / 2 /
  // n^2, which is 43.8 dB at 256 levels.
  const std::vector<float> table = fit_palette(values, 256);
  EXPECT_GT(sqnr_db(values, looked_up(table, nearest_entries(values, table))), 43);
}

TEST(Palette, OfItsOwnValuesIsItself) {
  const std::vector<float> values = normal_values(50000);
  const std::vector<float> table = fit_palette(values, 256);
  const std::vector<float> stored = looked_up(table, nearest_entries(values, table));
  EXPECT_EQ(fit_palette(stored, 256), table);
  EXPECT_EQ(looked_up(table, nearest_entries(stored, table)), stored);
}

TEST(Palette, UsesEveryEntry) {
  // Few outliers far away: where many entries begin and nothing is.
  std::vector<float> values = normal_values(5000);
  for (const float far : {40.0F, 55.0F, -63.0F}) values.push_back(far);
  const std::vector<float> table = fit_palette(values, 64);
  EXPECT_EQ(table.size(), 64U);
  std::vector<int> counts(64);
  for (const std::uint8_t code : nearest_entries(values, table)) ++counts[code];
  EXPECT_EQ(std::count(counts.begin(), counts.end(), 0), 0);
}

TEST(Palette, DoesNotDependOnTheOrder) {
  std::vector<float> values = normal_values(10000);
  const std::vector<float> table = fit_palette(values, 16);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(fit_palette(values, 16), table);
}

TEST(Palette, TakesOneValueThatFillsMost) {
  std::vector<float> values = normal_values(1000);
  values.resize(100000, 0.5F);
  const std::vector<float> table = fit_palette(values, 256);
  // Its cluster may have taken some of its neighbours in.
  const auto code = nearest_entries(std::vector<float>{0.5F}, table)[0];
  EXPECT_NEAR(table[code], 0.5F, 1e-4F);
  EXPECT_GT(sqnr_db(values, looked_up(table, nearest_entries(values, table))), 50);
}

TEST(Palette, TakesTheLargestFloats) {
  const float most = std::numeric_limits<float>::max();
  std::vector<float> values = {-most, most, 0, most / 2};
  const std::vector<float> table = fit_palette(values, 2);
  for (const float entry : table) EXPECT_TRUE(std::isfinite(entry));
}

}  // namespace
}  // namespace diarist::modeltools::quantize
