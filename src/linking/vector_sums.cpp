#include "linking/vector_sums.hpp"

#include <array>

// Compiled for wider registers too, and chosen as it runs: by hand, as functions that the loader
// chooses between are seen from outside the library. Neither AVX2 nor what there is without it adds
// and multiplies in one step, so that both give the same bits.
#if defined(__x86_64__) && defined(__GNUC__)
#define DIARIST_WIDE __attribute__((target("avx2")))
#endif

namespace diarist::linking {
namespace {

constexpr std::size_t kLanes = 16;

/// What is summed up, of two values.
struct SquaredDifference {
  [[gnu::always_inline]] static float of(float a, float b) { return (a - b) * (a - b); }
};
struct Product {
  [[gnu::always_inline]] static float of(float a, float b) { return a * b; }
};

template <typename Term>
[[gnu::always_inline]] inline float sum_of(const float* a, const float* b, std::size_t size) {
  std::array<float, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += Term::of(a[i + k], b[i + k]);
  }
  float sum = 0;
  for (; i < size; ++i) sum += Term::of(a[i], b[i]);
  for (const float lane : lanes) sum += lane;
  return sum;
}

#ifdef DIARIST_WIDE
const bool kWide = __builtin_cpu_supports("avx2") != 0;

template <typename Term>
DIARIST_WIDE float wide_sum_of(const float* a, const float* b, std::size_t size) {
  return sum_of<Term>(a, b, size);
}
template <typename Term>
float best_sum_of(const float* a, const float* b, std::size_t size) {
  return kWide ? wide_sum_of<Term>(a, b, size) : sum_of<Term>(a, b, size);
}
#else
template <typename Term>
float best_sum_of(const float* a, const float* b, std::size_t size) {
  return sum_of<Term>(a, b, size);
}
#endif

}  // namespace

float squared_distance(const float* a, const float* b, std::size_t size) {
  return best_sum_of<SquaredDifference>(a, b, size);
}

float inner_product(const float* a, const float* b, std::size_t size) {
  return best_sum_of<Product>(a, b, size);
}

}  // namespace diarist::linking
