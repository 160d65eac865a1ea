// Directions in half precision are as good as the embeddings that they were.
#include "pipeline/relabelling/voices.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "testing/built_in_sizes.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::size_t kCount = 40;
constexpr std::size_t kDimensions = testing::kEmbedding.dimensions;

double product(const float* a, const float* b) {
  double sum = 0;
  for (std::size_t d = 0; d < kDimensions; ++d) {
    sum += static_cast<double>(a[d]) * static_cast<double>(b[d]);
  }
  return sum;
}

TEST(Voices, KeepTheirCosines) {
  std::mt19937 random(3);
  // From far below to far beyond what half precision holds.
  std::vector<float> embeddings;
  for (std::size_t i = 0; i < kCount; ++i) {
    std::normal_distribution<float> value(0.3F, std::pow(10.0F, static_cast<float>(i) / 4 - 5));
    for (std::size_t d = 0; d < kDimensions; ++d) embeddings.push_back(value(random));
  }
  Voices voices;
  voices.add_directions(embeddings);
  ASSERT_EQ(voices.directions.size(), embeddings.size());
  std::array<float, kDimensions> first{};
  std::array<float, kDimensions> second{};
  for (std::size_t i = 0; i < kCount; ++i) {
    voices.direction(i, first.data());
    EXPECT_NEAR(product(first.data(), first.data()), 1, 1e-3);
    for (std::size_t k = 0; k < i; ++k) {
      voices.direction(k, second.data());
      const float* a = embeddings.data() + i * kDimensions;
      const float* b = embeddings.data() + k * kDimensions;
      const double cosine = product(a, b) / std::sqrt(product(a, a) * product(b, b));
      EXPECT_NEAR(product(first.data(), second.data()), cosine, 1e-3);
    }
  }
}

TEST(Voices, SilenceHasNoDirection) {
  Voices voices;
  voices.add_directions(std::vector<float>(kDimensions, 0.0F));
  std::array<float, kDimensions> direction{};
  direction.fill(1);
  voices.direction(0, direction.data());
  for (const float value : direction) EXPECT_EQ(value, 0);
}

}  // namespace
}  // namespace diarist::pipeline
