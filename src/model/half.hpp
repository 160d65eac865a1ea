// 16-bit floats to and from float: IEEE 754 binary16 ("F16") and bfloat16 ("BF16").
//
// Branch-free where it matters, so that a compiler vectorises loops over them. No operation here
// has a subnormal float as its operand or result, so flush-to-zero modes do not change the answer.
#pragma once

#include <bit>
#include <cstdint>

namespace diarist::model {

/// Exact for all 65536 codes; infinities and NaNs keep their class and sign.
inline float half_to_float(std::uint16_t half) {
  constexpr std::uint32_t kRebias = (127 - 15) << 23;    // Between the two exponents' biases.
  constexpr std::uint32_t kSmallestNormal = 113u << 23;  // 2^-14 as a float.
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t magnitude = static_cast<std::uint32_t>(half & 0x7fffu) << 13;
  const std::uint32_t normal = magnitude + kRebias;
  // A subnormal half is mantissa x 2^-24: put the mantissa below a leading one, take the one away.
  const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(
      std::bit_cast<float>(magnitude + kSmallestNormal) - std::bit_cast<float>(kSmallestNormal));
  const std::uint32_t special = normal + kRebias;  // Exponent 31 becomes 255.
  std::uint32_t bits = magnitude < (0x0400u << 13) ? subnormal : normal;
  bits = magnitude >= (0x7c00u << 13) ? special : bits;
  return std::bit_cast<float>(sign | bits);
}

/// Rounds to nearest, ties to even. Beyond +-65519.996 gives an infinity; a NaN stays one.
inline std::uint16_t float_to_half(float value) {
  constexpr std::uint32_t kRebias = (127 - 15) << 23;
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);
  if (magnitude >= 0x47800000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // >= 2^16
  if (magnitude < 0x38800000u) {  // < 2^-14: the result is subnormal.
    // At 0.5 one unit in the last place of a float is 2^-24, which is a subnormal half's unit:
    // the addition rounds for us.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(
        sign | (std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(0.5f)));
  }
  // 13 bits go; half of their unit less one, plus one where the kept part is odd. A carry out of
  // the mantissa goes to the exponent, and from the largest exponent to infinity, as it should.
  const std::uint32_t odd = (magnitude >> 13) & 1u;
  return static_cast<std::uint16_t>(sign | ((magnitude - kRebias + 0x0fffu + odd) >> 13));
}

inline float bfloat_to_float(std::uint16_t bfloat) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bfloat) << 16);
}

/// Rounds to nearest, ties to even. Beyond the largest bfloat gives an infinity; a NaN stays one.
inline std::uint16_t float_to_bfloat(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
  // Half of the unit that stays less one, plus one where the kept part is odd.
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace diarist::model
