// Weights of one layer in the order in which a kernel reads them.
#pragma once

#include <span>

#include "base/aligned_buffer.hpp"

namespace diarist::kernels {

/// A matrix [depth, columns] cut into panels of `panel` columns: [ceil(columns /
/// panel)][depth][panel], the last panel filled up with zeros, and the bias [columns] filled up
/// likewise. The panel's width is that of the instruction set's register tile, so weights are
/// packed once for each.
class PackedWeights {
 public:
  PackedWeights() = default;

  /// `matrix`: [columns, depth] row-major, as PyTorch stores the weights of a linear layer.
  /// `bias`: [columns], or empty for zeros.
  PackedWeights(std::span<const float> matrix, int columns, int depth, std::span<const float> bias,
                int panel);

  int columns() const { return columns_; }
  int depth() const { return depth_; }
  int panel() const { return panel_; }
  int panels() const { return (columns_ + panel_ - 1) / panel_; }

  const float* panel_data(int index) const {
    return values_.data() + static_cast<std::ptrdiff_t>(index) * depth_ * panel_;
  }
  const float* bias() const { return bias_.data(); }

 private:
  int columns_ = 0;
  int depth_ = 0;
  int panel_ = 0;
  AlignedBuffer<float> values_;
  AlignedBuffer<float> bias_;
};

}  // namespace diarist::kernels
