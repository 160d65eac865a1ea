// Weights of one layer as 16-bit codes, in the order in which the integer kernels read them.
#pragma once

#include <cstdint>
#include <span>

#include "base/aligned_buffer.hpp"

namespace diarist::kernels {

/// How an activation becomes a code: round(value * per_unit), at most `largest` in magnitude. The
/// range is fixed, so that a code depends on nothing but the value.
struct CodeRange {
  float per_unit = 1;
  int largest = 1;
};

/// For values in [-1, 1], as an LSTM's outputs are: 13 bits with the sign, which leaves about as
/// many to the weights of a sum over 128 to 256 products.
inline constexpr CodeRange kUnitRange{4096.0F, 4096};

/// A matrix [depth, columns] cut into panels of `panel` columns: [ceil(columns / panel)]
/// [depth / 2][panel][2], pairs of consecutive k beside each other as dot_i16-inl.hpp takes them;
/// the last panel and an odd depth are filled up with zeros.
///
/// Symmetric codes with one step per column, as fine as 16 bits allow and as keeps
/// sum |code| * largest activation within 32 bits: no sum overflows, whatever the activations.
class PackedWeightsI16 {
 public:
  PackedWeightsI16() = default;

  /// `matrix`: [columns, depth] row-major, as PyTorch stores the weights of a linear layer.
  /// `bias`: [columns], or empty for zeros. `range` is that of the activations.
  PackedWeightsI16(std::span<const float> matrix, int columns, int depth,
                   std::span<const float> bias, int panel, CodeRange range);

  int columns() const { return columns_; }
  /// Even; an odd one was rounded up.
  int depth() const { return depth_; }
  int panel() const { return panel_; }
  int panels() const { return (columns_ + panel_ - 1) / panel_; }

  const std::int16_t* panel_data(int index) const {
    return codes_.data() + static_cast<std::ptrdiff_t>(index) * depth_ * panel_;
  }
  /// What one unit of a column's integer sum is worth; padded as the panels are.
  const float* scale() const { return scale_.data(); }
  const float* bias() const { return bias_.data(); }

 private:
  int columns_ = 0;
  int depth_ = 0;
  int panel_ = 0;
  AlignedBuffer<std::int16_t> codes_;
  AlignedBuffer<float> scale_;
  AlignedBuffer<float> bias_;
};

}  // namespace diarist::kernels
