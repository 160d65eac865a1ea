#include "linking/vector_sums.hpp"

#include <array>

// Compiled for wider registers too, where compiler and loader can choose at run time. Neither AVX2
// nor what there is without it adds and multiplies in one step, so that both give the same bits.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DIARIST_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define DIARIST_WIDE
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

}  // namespace

DIARIST_WIDE float squared_distance(const float* a, const float* b, std::size_t size) {
  return sum_of<SquaredDifference>(a, b, size);
}

DIARIST_WIDE float inner_product(const float* a, const float* b, std::size_t size) {
  return sum_of<Product>(a, b, size);
}

}  // namespace diarist::linking
