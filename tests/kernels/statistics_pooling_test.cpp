#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/kernel_set.hpp"
#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::kRounding;
using testing::random_values;

class StatisticsPool : public testing::EachInstructionSet {
 protected:
  static std::vector<const float*> rows_of(const std::vector<float>& features, int dimensions) {
    std::vector<const float*> rows;
    for (std::size_t at = 0; at < features.size(); at += static_cast<std::size_t>(dimensions)) {
      rows.push_back(features.data() + at);
    }
    return rows;
  }

  static std::vector<float> run(const KernelSet& kernels, const std::vector<float>& features,
                                const std::vector<float>& weights, int dimensions) {
    std::vector<float> output(static_cast<std::size_t>(2) * dimensions, -1.0F);
    const std::vector<const float*> rows = rows_of(features, dimensions);
    kernels.statistics_pool(rows.data(), weights.data(), static_cast<int>(weights.size()), 1,
                            dimensions, output.data());
    return output;
  }

  /// `features` [weights.size(), dimensions] under `weights`, against the definition in f64.
  void check(const std::vector<float>& features, const std::vector<float>& weights,
             int dimensions) const {
    const std::vector<float> found = run(kernels_, features, weights, dimensions);
    const std::vector<float> twin = run(twin_, features, weights, dimensions);
    double v1 = 1e-8;
    double v2 = 0;
    for (const float w : weights) {
      v1 += static_cast<double>(w);
      v2 += static_cast<double>(w) * static_cast<double>(w);
    }
    const double denominator = v1 - v2 / v1 + 1e-8;
    // Every frame rounds a product and a sum, in the mean as in the variance; some more for the
    // rest of the formula.
    const double roundings = 2.0 * (static_cast<double>(weights.size()) + 4) * kRounding;
    for (int j = 0; j < dimensions; ++j) {
      const auto at = [&](std::size_t t) {
        return static_cast<double>(
            features[t * static_cast<std::size_t>(dimensions) + static_cast<std::size_t>(j)]);
      };
      double mean = 0;
      double size = 0;
      for (std::size_t t = 0; t < weights.size(); ++t) {
        mean += static_cast<double>(weights[t]) * at(t) / v1;
        size += static_cast<double>(weights[t]) * std::abs(at(t)) / v1;
      }
      double variance = 0;
      for (std::size_t t = 0; t < weights.size(); ++t) {
        variance += static_cast<double>(weights[t]) * std::pow(at(t) - mean, 2) / denominator;
      }
      const double deviation = std::sqrt(variance);
      const double of_mean = roundings * size;
      // A mean that is off adds its square; with one frame the denominator is nearly nothing, and
      // that is all that is there.
      const double of_variance = roundings * variance + v1 / denominator * of_mean * of_mean;
      const double of_deviation =
          std::min(std::sqrt(of_variance), deviation > 0 ? of_variance / deviation : 1e30);
      const auto i = static_cast<std::size_t>(j);
      for (const std::vector<float>* each : {&found, &twin}) {
        ASSERT_NEAR((*each)[i], mean, of_mean) << weights.size() << " frames, dimension " << j;
        ASSERT_NEAR((*each)[static_cast<std::size_t>(dimensions) + i], deviation,
                    of_deviation + 2 * kRounding * deviation)
            << weights.size() << " frames, dimension " << j;
      }
    }
  }

  static std::vector<float> features(std::size_t frames, int dimensions) {
    auto values = random_values(frames * static_cast<std::size_t>(dimensions), 21);
    for (float& x : values) x = std::max(0.0F, x + 0.3F);  // after a ReLU, as the trunk's are
    return values;
  }
};

TEST_P(StatisticsPool, EveryFrameCounts) {
  for (const int dimensions : {64, 2560}) {
    for (const std::size_t frames : {2, 3, 13, 125}) {
      check(features(frames, dimensions), std::vector<float>(frames, 1.0F), dimensions);
    }
  }
}

TEST_P(StatisticsPool, MaskedAndFractionalWeights) {
  std::vector<float> mask(125);
  std::vector<float> fractions(125);
  for (std::size_t t = 0; t < 125; ++t) {
    mask[t] = t / 10 % 3 == 1 ? 1.0F : 0.0F;
    fractions[t] = static_cast<float>(t % 5) * 0.25F;
  }
  for (const int dimensions : {64, 2560}) {
    check(features(125, dimensions), mask, dimensions);
    check(features(125, dimensions), fractions, dimensions);
  }
}

TEST_P(StatisticsPool, OneFrame) {
  check(features(1, 64), {1.0F}, 64);
  check(features(1, 64), {0.5F}, 64);
  check(features(3, 64), {0.0F, 1.0F, 0.0F}, 64);
  check(features(3, 2560), {0.0F, 0.0F, 0.3F}, 2560);
}

TEST_P(StatisticsPool, ConstantFeaturesDeviateByNothing) {
  const std::vector<float> found =
      run(kernels_, std::vector<float>(50 * 64, 2.0F), std::vector<float>(50, 1.0F), 64);
  for (std::size_t j = 0; j < 64; ++j) {
    EXPECT_NEAR(found[j], 2.0F, 4 * kRounding);
    EXPECT_NEAR(found[64 + j], 0.0F, 1e-6);
  }
}

TEST_P(StatisticsPool, NoWeightGivesNothing) {
  EXPECT_EQ(run(kernels_, features(125, 2560), std::vector<float>(125, 0.0F), 2560),
            std::vector<float>(5120, 0.0F));
}

// Frames of no weight might as well not be there.
TEST_P(StatisticsPool, WhatIsMaskedOutDoesNotMatter) {
  const std::vector<float> all = features(40, 64);
  std::vector<float> weights(40, 0.0F);
  std::vector<float> kept;
  for (std::size_t t = 5; t < 40; t += 3) {
    weights[t] = 1.0F;
    kept.insert(kept.end(), all.begin() + static_cast<std::ptrdiff_t>(t * 64),
                all.begin() + static_cast<std::ptrdiff_t>(t * 64 + 64));
  }
  EXPECT_EQ(run(kernels_, all, weights, 64),
            run(kernels_, kept, std::vector<float>(kept.size() / 64, 1.0F), 64));
}

// Several speakers at once: each gets what it gets alone, bit for bit.
TEST_P(StatisticsPool, SpeakersDoNotMeet) {
  constexpr std::size_t kFrames = 41;
  for (const int dimensions : {64, 2560}) {
    const std::vector<float> all = features(kFrames, dimensions);
    std::vector<float> weights(3 * kFrames, 0.0F);
    for (std::size_t t = 0; t < kFrames; ++t) {
      weights[t] = t % 3 == 0 ? 1.0F : 0.0F;
      weights[2 * kFrames + t] = t > 20 ? 0.5F : 0.0F;  // the second speaker has none
    }
    const std::size_t each = 2 * static_cast<std::size_t>(dimensions);
    std::vector<float> together(3 * each, -1.0F);
    kernels_.statistics_pool(rows_of(all, dimensions).data(), weights.data(), kFrames, 3,
                             dimensions, together.data());
    for (std::size_t s = 0; s < 3; ++s) {
      const std::vector<float> own(
          weights.begin() + static_cast<std::ptrdiff_t>(s * kFrames),
          weights.begin() + static_cast<std::ptrdiff_t>((s + 1) * kFrames));
      const std::vector<float> found(
          together.begin() + static_cast<std::ptrdiff_t>(s * each),
          together.begin() + static_cast<std::ptrdiff_t>((s + 1) * each));
      EXPECT_EQ(found, run(kernels_, all, own, dimensions)) << "speaker " << s;
      check(all, own, dimensions);
    }
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(StatisticsPool);

}  // namespace
}  // namespace diarist::kernels
