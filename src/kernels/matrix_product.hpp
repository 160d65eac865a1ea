// The sides of a matrix product in double precision, which clustering's distances and mixtures are
// made of; KernelSet::multiply is the product.
#pragma once

#include <cstddef>

#include "base/aligned_buffer.hpp"

namespace diarist::kernels {

/// The right-hand side of a product, [depth, columns], in panels of a few columns that lie behind
/// one another, so that the innermost loop reads it in order. The last panel is filled up with
/// zeros.
class PackedMatrix {
 public:
  PackedMatrix() = default;

  /// Element (k, j) is values[k * depth_step + j * column_step].
  /// `panel`: KernelSet::panel_f64 of the kernels that will read it.
  PackedMatrix(const double* values, std::ptrdiff_t depth_step, std::ptrdiff_t column_step,
               int depth, int columns, int panel);

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

}  // namespace diarist::kernels
