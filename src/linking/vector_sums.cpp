#include "linking/vector_sums.hpp"

#include <array>

namespace diarist::linking {
namespace {

constexpr std::size_t kLanes = 16;

template <typename Term>
float sum_of(std::size_t size, const Term& term) {
  std::array<float, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += term(i + k);
  }
  float sum = 0;
  for (; i < size; ++i) sum += term(i);
  for (const float lane : lanes) sum += lane;
  return sum;
}

}  // namespace

float squared_distance(const float* a, const float* b, std::size_t size) {
  return sum_of(size, [=](std::size_t i) { return (a[i] - b[i]) * (a[i] - b[i]); });
}

float inner_product(const float* a, const float* b, std::size_t size) {
  return sum_of(size, [=](std::size_t i) { return a[i] * b[i]; });
}

}  // namespace diarist::linking
