#include "modeltools/sinc_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "model/half.hpp"
#include "model/pack.hpp"

namespace diarist::modeltools {
namespace {

constexpr std::size_t kTaps = 251;

nets::SincParameters builtin_parameters() {
  const Model model = Model::builtin();
  const auto values = [&](const std::string& name, std::vector<std::int64_t> shape) {
    return model.pack().floats("segmentation.sincnet.conv1d.0.filterbank." + name, shape);
  };
  return {values("low_hz_", {40, 1}), values("band_hz_", {40, 1}), values("window_", {125}),
          values("n_", {1, 125})};
}

std::vector<double> doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

double most_apart(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, static_cast<double>(std::abs(a[i] - b[i])));
  }
  return most;
}

TEST(SincFit, FindsThePublishedNetsFrequenciesAgain) {
  const nets::SincParameters known = builtin_parameters();
  const std::vector<float> filters = nets::sinc_filters(known);
  const SincFit fit = fit_sinc(doubles(filters));
  EXPECT_FALSE(fit.stranger);
  EXPECT_EQ(fit.parameters.window, known.window);
  EXPECT_EQ(fit.parameters.n, known.n);
  // A thousandth of a hertz; the last band's upper edge, which is cut to 8 kHz, is not in them.
  EXPECT_LT(most_apart(fit.parameters.low_hz, known.low_hz), 1e-3);
  std::vector<float> band_hz = known.band_hz;
  band_hz.back() = 8000 - 100 - known.low_hz.back();
  EXPECT_LT(most_apart(fit.parameters.band_hz, band_hz), 1e-3);
  EXPECT_LT(most_apart(nets::sinc_filters(fit.parameters), filters), 3e-5);
}

TEST(SincFit, FindsAnyBandsThatTrainingMayLeaveAndInSixteenBits) {
  nets::SincParameters parameters = builtin_parameters();
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    // Of either sign, as PyTorch takes their size; narrow and wide, low and high, cut and not.
    std::uniform_real_distribution<float> low(-7900, 7900);
    std::uniform_real_distribution<float> exponent(-1, 3.7F);
    for (std::size_t b = 0; b < parameters.low_hz.size(); ++b) {
      parameters.low_hz[b] = low(random);
      parameters.band_hz[b] = std::pow(10.0F, exponent(random));
    }
    const std::vector<float> filters = nets::sinc_filters(parameters);
    const SincFit fit = fit_sinc(doubles(filters));
    EXPECT_FALSE(fit.stranger) << round;
    EXPECT_LT(most_apart(nets::sinc_filters(fit.parameters), filters), 3e-5) << round;

    std::vector<double> halves;
    for (const float value : filters) {
      halves.push_back(static_cast<double>(model::half_to_float(model::float_to_half(value))));
    }
    const SincFit rough = fit_sinc(halves);
    EXPECT_FALSE(rough.stranger) << round;
    EXPECT_LT(most_apart(nets::sinc_filters(rough.parameters), filters), 5e-4) << round;
  }
}

TEST(SincFit, TellsTheFirstFilterThatIsNone) {
  const std::vector<double> filters = doubles(nets::sinc_filters(builtin_parameters()));
  for (const std::size_t stranger : {0U, 7U, 39U, 40U, 79U}) {
    std::vector<double> other = filters;
    other[stranger * kTaps + 100] += 0.01;
    const SincFit fit = fit_sinc(other);
    ASSERT_TRUE(fit.stranger);
    // A fit to a wrong sine may show in its cosine first.
    EXPECT_EQ(*fit.stranger % 40, stranger % 40);
  }
  std::vector<double> scaled = filters;
  for (double& value : scaled) value *= 2;
  EXPECT_EQ(fit_sinc(scaled).stranger, 0U);
}

TEST(SincFit, TakesAnyFiniteNumbers) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> kinds(4, std::vector<double>(4 * kTaps, 0.0));
  for (double& value : kinds[1]) value = normal(random);
  std::fill(kinds[2].begin(), kinds[2].end(), 1.0);
  std::fill(kinds[3].begin(), kinds[3].end(), std::numeric_limits<double>::max());
  for (const std::vector<double>& each : kinds) {
    const SincFit fit = fit_sinc(each);
    EXPECT_TRUE(fit.stranger);
    for (std::size_t b = 0; b < 2; ++b) {
      EXPECT_TRUE(std::isfinite(fit.parameters.low_hz[b]));
      EXPECT_TRUE(std::isfinite(fit.parameters.band_hz[b]));
    }
  }
}

}  // namespace
}  // namespace diarist::modeltools
