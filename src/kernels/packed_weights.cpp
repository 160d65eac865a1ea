#include "kernels/packed_weights.hpp"

#include <algorithm>
#include <cassert>

namespace diarist::kernels {

PackedWeights::PackedWeights(std::span<const float> matrix, int columns, int depth,
                             std::span<const float> bias, int panel)
    : columns_(columns),
      depth_(depth),
      panel_(panel),
      values_(static_cast<std::size_t>(panels()) * depth * panel),
      bias_(static_cast<std::size_t>(panels()) * panel) {
  assert(matrix.size() == static_cast<std::size_t>(columns) * depth);
  std::fill(values_.data(), values_.data() + values_.size(), 0.0F);
  std::fill(bias_.data(), bias_.data() + bias_.size(), 0.0F);
  for (int column = 0; column < columns; ++column) {
    const float* source = matrix.data() + static_cast<std::ptrdiff_t>(column) * depth;
    float* target = values_.data() + static_cast<std::ptrdiff_t>(column / panel) * depth * panel +
                    column % panel;
    for (int k = 0; k < depth; ++k) target[static_cast<std::ptrdiff_t>(k) * panel] = source[k];
  }
  std::copy(bias.begin(), bias.end(), bias_.data());
}

}  // namespace diarist::kernels
