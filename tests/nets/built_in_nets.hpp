// What tests of the networks share: the built-in pack, signals, and how far results lie apart.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "diarist/model.hpp"

#include "model/pack.hpp"
#include "testing/random_values.hpp"

namespace diarist::testing {

inline const model::Pack& built_in_pack() {
  static const Model kModel = Model::builtin();
  return kModel.pack();
}

/// Noise that swells and fades: something for the networks to react to.
inline std::vector<float> restless_noise(std::size_t samples, unsigned seed = 1) {
  std::vector<float> noise = random_values(samples, seed);
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / 16000;
    noise[i] *= 0.1F * static_cast<float>(std::pow(std::sin(1.7 * t) * std::sin(5.3 * t), 2));
  }
  return noise;
}

/// |found - expected| / |expected|, Euclidean.
inline double relative_error(std::span<const float> found, std::span<const float> expected) {
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double d = static_cast<double>(found[i]) - static_cast<double>(expected[i]);
    difference += d * d;
    size += static_cast<double>(expected[i]) * static_cast<double>(expected[i]);
  }
  return std::sqrt(difference / size);
}

}  // namespace diarist::testing
