// Between floats, 8-bit codes with one scale for each channel, and the 16-bit lanes of integer
// products.
#pragma once

#include <cstddef>
#include <cstdint>

namespace diarist::kernels {

/// codes[i, c] = the nearest of 0 to 255 to values[i, c] * inverse_scale[c], for `cells` cells of
/// `channels` channels, both dense; channels is a multiple of 32. What is negative becomes 0: a
/// ReLU comes free.
struct Quantization {
  const float* values = nullptr;
  std::uint8_t* codes = nullptr;
  const float* inverse_scale = nullptr;
  int cells = 0;
  int channels = 0;
};

inline constexpr int kHighestCode = 255;

/// Adding 2^23 leaves a number between 0 and 255 rounded to the nearest, ties to even, in the low
/// bits of the float.
inline constexpr float kRoundToInteger = 8388608.0F;

}  // namespace diarist::kernels
