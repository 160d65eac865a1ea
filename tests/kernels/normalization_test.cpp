#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/contraction.hpp"
#include "kernels/kernel_set.hpp"
#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::kRounding;
using testing::random_values;

constexpr int kChannels[] = {1, 7, 60, 80, 128};

class MaxPool : public testing::EachInstructionSet {};

TEST_P(MaxPool, IsTheTwinsBitForBit) {
  for (const int channels : kChannels) {
    for (const int frames : {1, 2, 589}) {
      const std::ptrdiff_t stride = channels + 2;
      // No more than the last row needs: reading beyond it is a mistake.
      const auto input =
          random_values(static_cast<std::size_t>((3 * frames - 1) * stride + channels), 1);
      std::vector<float> found(static_cast<std::size_t>(frames) * channels);
      std::vector<float> expected(found.size());
      kernels_.max_pool(input.data(), stride, found.data(), frames, channels);
      twin_.max_pool(input.data(), stride, expected.data(), frames, channels);
      EXPECT_EQ(found, expected) << frames << " frames of " << channels;
    }
  }
}

TEST_P(MaxPool, FindsTheLargestInEveryPlace) {
  for (int place = 0; place < 3; ++place) {
    std::vector<float> input(3 * 5, -2.0F);
    for (int c = 0; c < 5; ++c) input[static_cast<std::size_t>(place * 5 + c)] = -1.0F - 0.1F * c;
    std::vector<float> output(5);
    kernels_.max_pool(input.data(), 5, output.data(), 1, 5);
    for (int c = 0; c < 5; ++c) EXPECT_EQ(output[static_cast<std::size_t>(c)], -1.0F - 0.1F * c);
  }
}

TEST_P(MaxPool, AffineAbsoluteOneIsNearTheTwin) {
  for (const int channels : kChannels) {
    for (const int frames : {1, 2, 1774}) {
      for (const float scale : {0.01F, -3.0F, 0.0F}) {
        const std::ptrdiff_t stride = channels + 1;
        const auto input =
            random_values(static_cast<std::size_t>((3 * frames - 1) * stride + channels), 2);
        const auto shift = random_values(static_cast<std::size_t>(channels), 3);
        std::vector<float> found(static_cast<std::size_t>(frames) * channels);
        std::vector<float> expected(found.size());
        kernels_.affine_abs_max_pool(input.data(), stride, scale, shift.data(), found.data(),
                                     frames, channels);
        twin_.affine_abs_max_pool(input.data(), stride, scale, shift.data(), expected.data(),
                                  frames, channels);
        for (std::size_t i = 0; i < found.size(); ++i) {
          // With a fused multiply-add the product is not rounded.
          const auto c = i % static_cast<std::size_t>(channels);
          double size = std::abs(static_cast<double>(shift[c]));
          for (std::size_t row = 0; row < 3; ++row) {
            const std::size_t t = 3 * (i / static_cast<std::size_t>(channels)) + row;
            size = std::max(size, std::abs(static_cast<double>(scale) *
                                           input[t * static_cast<std::size_t>(stride) + c]));
          }
          ASSERT_NEAR(found[i], expected[i], 4 * kRounding * size)
              << frames << " frames of " << channels;
        }
      }
    }
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(MaxPool);

class InstanceNorm : public testing::EachInstructionSet {
 protected:
  static constexpr float kEpsilon = 1e-5F;

  struct Norm {
    int frames;
    int channels;
    std::vector<float> scale = random_values(static_cast<std::size_t>(channels), 11);
    std::vector<float> shift = random_values(static_cast<std::size_t>(channels), 12);
  };

  static std::vector<float> run(const KernelSet& kernels, const Norm& norm,
                                const std::vector<float>& data) {
    std::vector<float> output(data.size());
    kernels.instance_norm_leaky(data.data(), norm.frames, norm.channels, norm.scale.data(),
                                norm.shift.data(), kEpsilon, output.data(), norm.channels);
    return output;
  }

  // The kernel sums at most 64 values in f32, each addition rounding, and the rest in f64: that
  // much of the mean size may the mean be off, and that much of itself the variance. A mean that
  // is off moves every output by the gain; the output then rounds some times itself.
  static void expect_near(const Norm& norm, const std::vector<float>& data,
                          const std::vector<float>& found, const std::vector<float>& expected) {
    constexpr double kRoundings = 64 + 6;
    for (int c = 0; c < norm.channels; ++c) {
      const auto at = [&](int t) {
        return static_cast<std::size_t>(t) * static_cast<std::size_t>(norm.channels) +
               static_cast<std::size_t>(c);
      };
      double size = 0;
      double mean = 0;
      for (int t = 0; t < norm.frames; ++t) {
        size += std::abs(static_cast<double>(data[at(t)])) / norm.frames;
        mean += static_cast<double>(data[at(t)]) / norm.frames;
      }
      double variance = 0;
      for (int t = 0; t < norm.frames; ++t) {
        variance += std::pow(static_cast<double>(data[at(t)]) - mean, 2) / norm.frames;
      }
      const auto channel = static_cast<std::size_t>(c);
      const double gain = std::abs(static_cast<double>(norm.scale[channel])) /
                          std::sqrt(variance + static_cast<double>(kEpsilon));
      const double shift = std::abs(static_cast<double>(norm.shift[channel]));
      for (int t = 0; t < norm.frames; ++t) {
        const double distance = std::abs(static_cast<double>(data[at(t)]) - mean);
        const double tolerance = kRounding * (kRoundings * gain * (size + distance) + 4 * shift);
        ASSERT_NEAR(found[at(t)], expected[at(t)], tolerance)
            << norm.frames << " frames of " << norm.channels << ", at " << t << ", " << c;
      }
    }
  }
};

TEST_P(InstanceNorm, IsNearTheTwin) {
  for (const int channels : kChannels) {
    for (const int frames : {1, 2, 63, 64, 65, 589, 5325}) {
      const Norm norm{frames, channels};
      auto data = random_values(static_cast<std::size_t>(frames) * channels, 13);
      for (float& x : data) x = 3 * x + 5;
      expect_near(norm, data, run(kernels_, norm, data), run(twin_, norm, data));
    }
  }
}

TEST_P(InstanceNorm, GivesMeanAndDeviationOfItsScaleAndShift) {
  Norm norm{5000, 7};
  std::fill(norm.scale.begin(), norm.scale.end(), 0.25F);
  std::fill(norm.shift.begin(), norm.shift.end(), 4.0F);  // all stay positive
  auto data = random_values(5000 * 7, 14);
  for (float& x : data) x = 100 * x - 1000;
  const std::vector<float> found = run(kernels_, norm, data);
  for (std::size_t c = 0; c < 7; ++c) {
    double mean = 0;
    double squares = 0;
    for (std::size_t t = 0; t < 5000; ++t) {
      mean += static_cast<double>(found[t * 7 + c]) / 5000;
      squares += std::pow(static_cast<double>(found[t * 7 + c]) - 4, 2) / 5000;
    }
    EXPECT_NEAR(mean, 4, 1e-5);
    EXPECT_NEAR(std::sqrt(squares), 0.25, 1e-5);
  }
}

TEST_P(InstanceNorm, ConstantChannelsBecomeTheirShift) {
  for (const float value : {0.0F, 1.0F, -0.5F, 3.14159F, 1e4F}) {
    for (const int frames : {1, 100, 5325}) {
      const Norm norm{frames, 7};
      const std::vector<float> data(static_cast<std::size_t>(frames) * 7, value);
      const std::vector<float> found = run(kernels_, norm, data);
      expect_near(norm, data, found, run(twin_, norm, data));
      if (value != 0) continue;
      for (std::size_t i = 0; i < found.size(); ++i) {
        const float shift = norm.shift[i % 7];
        ASSERT_EQ(found[i], std::max(shift, kLeakySlope * shift));
      }
    }
  }
}

TEST_P(InstanceNorm, WorksInPlaceAndIntoRowsApart) {
  for (const int channels : {7, 60}) {
    const Norm norm{50, channels};
    const auto data = random_values(static_cast<std::size_t>(50) * channels, 15);
    const std::vector<float> dense = run(kernels_, norm, data);

    std::vector<float> in_place = data;
    kernels_.instance_norm_leaky(in_place.data(), 50, channels, norm.scale.data(),
                                 norm.shift.data(), kEpsilon, in_place.data(), channels);
    EXPECT_EQ(in_place, dense);

    const std::ptrdiff_t stride = 3 * channels;
    std::vector<float> apart(static_cast<std::size_t>(49 * stride + channels), 77.0F);
    kernels_.instance_norm_leaky(data.data(), 50, channels, norm.scale.data(), norm.shift.data(),
                                 kEpsilon, apart.data(), stride);
    for (std::size_t i = 0; i < apart.size(); ++i) {
      const std::size_t t = i / static_cast<std::size_t>(stride);
      const std::size_t c = i % static_cast<std::size_t>(stride);
      const auto width = static_cast<std::size_t>(channels);
      ASSERT_EQ(apart[i], c < width ? dense[t * width + c] : 77.0F);
    }
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(InstanceNorm);

}  // namespace
}  // namespace diarist::kernels
