// How alike two centroids are.
#pragma once

#include <cmath>
#include <cstddef>

namespace diarist::pipeline {

/// Of [dimensions] each, of any length; 0 where one has none.
inline double cosine(const float* a, const float* b, std::size_t dimensions) {
  double product = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t d = 0; d < dimensions; ++d) {
    product += static_cast<double>(a[d]) * static_cast<double>(b[d]);
    aa += static_cast<double>(a[d]) * static_cast<double>(a[d]);
    bb += static_cast<double>(b[d]) * static_cast<double>(b[d]);
  }
  return aa > 0 && bb > 0 ? product / std::sqrt(aa * bb) : 0;
}

}  // namespace diarist::pipeline
