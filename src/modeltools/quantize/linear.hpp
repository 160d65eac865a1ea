// Symmetric 8-bit codes with one scale for each row of a matrix: what is multiplied by a code is
// the largest magnitude of the row over 127. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace diarist::modeltools::quantize {

struct LinearCodes {
  std::vector<float> scales;       ///< [rows], positive.
  std::vector<std::int8_t> codes;  ///< [rows, columns], -127 to 127.
};

/// `values`: [rows, columns], row-major and finite. A value is at most half of its row's scale from
/// what its code stands for; a row of zeros has the scale 1.
LinearCodes fit_linear(std::span<const float> values, std::size_t rows);

}  // namespace diarist::modeltools::quantize
