// A map of the trunk: [lines, bins, channels] with zeros around it, for 3 x 3 convolutions to read.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/winograd.hpp"

namespace diarist::nets {

/// [whole_tiles(lines) + 2, whole_tiles(bins) + 2, channels]: one cell of border on every side, and
/// what fills the last tiles of a Winograd convolution up. A view; the memory is the caller's.
template <class Element>
struct FeatureMap {
  Element* data;
  int lines;  ///< Time.
  int bins;   ///< Frequency.
  int channels;

  static constexpr std::size_t size(int lines, int bins, int channels) {
    return static_cast<std::size_t>(kernels::whole_tiles(lines) + 2) *
           static_cast<std::size_t>(kernels::whole_tiles(bins) + 2) *
           static_cast<std::size_t>(channels);
  }

  std::ptrdiff_t line_stride() const {
    return static_cast<std::ptrdiff_t>(kernels::whole_tiles(bins) + 2) * channels;
  }
  /// The first cell that is not border.
  Element* inside() const { return line(0) + channels; }
  /// Line `index` with its border; -1 is the border above.
  Element* line(int index) const { return data + (index + 1) * line_stride(); }

  /// `values`: [lines, bins, channels], to the inside; zeros around it.
  void fill(const Element* values) const {
    clear_border();
    const std::ptrdiff_t line_values = static_cast<std::ptrdiff_t>(bins) * channels;
    for (int t = 0; t < lines; ++t) {
      std::copy_n(values + t * line_values, line_values, line(t) + channels);
    }
  }

  /// Zeros around the map; what is inside stays.
  void clear_border() const {
    const std::ptrdiff_t stride = line_stride();
    std::fill(data, data + stride, Element{});
    std::fill(line(lines), data + static_cast<std::ptrdiff_t>(size(lines, bins, channels)),
              Element{});
    for (int t = 0; t < lines; ++t) {
      Element* cells = line(t);
      std::fill(cells, cells + channels, Element{});
      std::fill(cells + static_cast<std::ptrdiff_t>(bins + 1) * channels, cells + stride,
                Element{});
    }
  }
};

}  // namespace diarist::nets
