#include "modeltools/quantize/linear.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace diarist::modeltools::quantize {
namespace {

constexpr float kLargestCode = 127;

}  // namespace

LinearCodes fit_linear(std::span<const float> values, std::size_t rows) {
  const std::size_t columns = values.size() / rows;
  LinearCodes result;
  result.scales.reserve(rows);
  result.codes.reserve(values.size());
  for (std::size_t r = 0; r < rows; ++r) {
    const auto row = values.subspan(r * columns, columns);
    float largest = 0;
    for (const float value : row) largest = std::max(largest, std::fabs(value));
    // Where the quotient is no normal float, a code of one already says all.
    float scale = largest / kLargestCode;
    if (scale < std::numeric_limits<float>::min()) scale = largest > 0 ? largest : 1;
    result.scales.push_back(scale);
    for (const float value : row) {
      const float code = std::nearbyint(value / scale);
      result.codes.push_back(
          static_cast<std::int8_t>(std::clamp(code, -kLargestCode, kLargestCode)));
    }
  }
  return result;
}

}  // namespace diarist::modeltools::quantize
