// Numbers to test with: the same in every run.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace diarist::testing {

/// `count` draws of a normal distribution with variance 1.
inline std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

}  // namespace diarist::testing
