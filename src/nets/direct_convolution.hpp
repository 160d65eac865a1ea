// A convolution over feature maps as one contraction (kernels/contraction.hpp).
#pragma once

#include <cstddef>

#include "kernels/contraction.hpp"
#include "kernels/packed_weights.hpp"
#include "nets/feature_map.hpp"

namespace diarist::nets {

/// Of 3 x 3 taps, from `input` to `output`.
inline kernels::Contraction direct(const FeatureMap<float>& input, int stride,
                                   const kernels::PackedWeights& weights,
                                   const FeatureMap<float>& output) {
  kernels::Contraction c;
  c.input = input.data;
  c.line_stride = stride * input.line_stride();
  c.row_stride = static_cast<std::ptrdiff_t>(stride) * input.channels;
  c.segments = 3;
  c.segment_stride = input.line_stride();
  c.weights = &weights;
  c.output = output.inside();
  c.output_line_stride = output.line_stride();
  c.output_row_stride = output.channels;
  c.lines = output.lines;
  c.rows = output.bins;
  return c;
}

/// The same of 1 x 1 taps.
inline kernels::Contraction pointwise(const FeatureMap<float>& input, int stride,
                                      const kernels::PackedWeights& weights,
                                      const FeatureMap<float>& output) {
  kernels::Contraction c = direct(input, stride, weights, output);
  c.input = input.inside();
  c.segments = 1;
  return c;
}

}  // namespace diarist::nets
