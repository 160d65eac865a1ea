// Runs of samples folded about their middle: what symmetric and antisymmetric filters need of them.
//
// With x one run of `taps` samples and h a filter as long, h[k] = h[taps - 1 - k] for a symmetric
// one: sum over k < taps of h[k] * x[k] = sum over k < depth of g[k] * (x[k] + x[taps - 1 - k]),
// where g is the first half of h, and the middle tap, whose sample is added to itself, halved. An
// antisymmetric filter, whose middle is 0, takes the differences. Folded runs are shared by all
// filters, which so need half of the multiplications.
#pragma once

#include <cstddef>

namespace diarist::kernels {

/// sums[row, k] = x[k] + x[taps - 1 - k] and differences[row, k] = x[k] - x[taps - 1 - k] for all
/// k < depth(taps), where x = samples + row * stride. Strides count floats.
struct SymmetricFold {
  const float* samples = nullptr;
  std::ptrdiff_t stride = 0;
  int taps = 0;  ///< Odd, at least kFewestTaps.
  float* sums = nullptr;
  float* differences = nullptr;
  std::ptrdiff_t row_stride = 0;  ///< At least room(taps); what lies behind the depth is undefined.
  int rows = 0;

  static constexpr int kMostLanes = 16;  ///< Of any instruction set's vectors of floats.
  static constexpr int kFewestTaps = 2 * kMostLanes - 1;

  /// Values of a folded run, the middle one among them.
  static constexpr int depth(int taps) { return taps / 2 + 1; }
  /// The same in whole vectors.
  static constexpr int room(int taps) {
    return (depth(taps) + kMostLanes - 1) / kMostLanes * kMostLanes;
  }
};

}  // namespace diarist::kernels
