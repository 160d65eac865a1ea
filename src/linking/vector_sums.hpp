// The two loops that linking spends its time in, apart from the rest: these are compiled for speed.
//
// Sixteen sums side by side, in an order of their own, so that a compiler may take them at once and
// the result is the same on every processor. Pure.
#pragma once

#include <cstddef>

namespace diarist::linking {

/// Of a[0, size) and b[0, size).
float squared_distance(const float* a, const float* b, std::size_t size);
float inner_product(const float* a, const float* b, std::size_t size);

}  // namespace diarist::linking
