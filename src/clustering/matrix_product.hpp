// The dense loops of clustering in double precision: products of tall matrices, and sums of
// exponentials. Compiled for every instruction set; the best one that the machine has is taken.
//
// Single-threaded and free of state. Sums run in a fixed order on any one machine; another
// instruction set may differ in the last bits.
#pragma once

#include <cstddef>

#include "base/aligned_buffer.hpp"

namespace diarist::clustering {

/// The right-hand side of a product, [depth, columns], in panels of a few columns that lie behind
/// one another, so that the innermost loop reads it in order. The last panel is filled up with
/// zeros.
class PackedMatrix {
 public:
  PackedMatrix() = default;

  /// Element (k, j) is values[k * depth_step + j * column_step].
  PackedMatrix(const double* values, std::ptrdiff_t depth_step, std::ptrdiff_t column_step,
               int depth, int columns);

  int depth() const { return depth_; }
  int columns() const { return columns_; }
  /// Columns per panel.
  int panel() const { return panel_; }
  const double* data() const { return values_.data(); }

 private:
  int depth_ = 0;
  int columns_ = 0;
  int panel_ = 0;
  AlignedBuffer<double> values_;
};

/// The left-hand side, [rows, depth]: element (i, k) is values[i * row_step + k * depth_step].
struct LeftMatrix {
  const double* values = nullptr;
  std::ptrdiff_t row_step = 0;
  std::ptrdiff_t depth_step = 0;
  int rows = 0;
};

/// output[i * stride + j] = (accumulate ? itself : 0) + sum over k of left(i, k) * right(k, j), for
/// the columns j from `first_column`, a multiple of right.panel(), to the last; output starts
/// there.
void multiply(const LeftMatrix& left, const PackedMatrix& right, int first_column, double* output,
              std::ptrdiff_t stride, bool accumulate);

/// values[i] += offsets[i]; returns the highest of them, -infinity for none.
double add_and_find_highest(double* values, const double* offsets, std::size_t count);

/// values[i] = exp(values[i] - shift), for values up to shift; returns their sum.
double exponentiate(double* values, std::size_t count, double shift);

}  // namespace diarist::clustering
