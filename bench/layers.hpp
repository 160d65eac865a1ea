// The networks' layers as plain numbers: what the kernels' bench runs on ours and on oneDNN's.
#pragma once

#include <cstddef>

#include "nets/segmentation_shape.hpp"
#include "testing/built_in_sizes.hpp"

namespace diarist::bench {

/// A convolution over a map [lines, rows, channels]; with a kernel of 1 x 1, a matrix product of
/// `rows` rows. Every layer has a bias and ends in a ReLU; where `residual`, it adds a map of its
/// own outputs' shape before that.
struct Layer {
  const char* name;
  int lines;  ///< Of outputs, as `rows`.
  int rows;
  int inputs;   ///< Channels, or the depth of a product.
  int outputs;  ///< Channels, or the columns of a product.
  int kernel_lines;
  int kernel_rows;
  int stride;
  bool border;  ///< One cell of zeros around the input.
  bool residual;

  bool is_product() const { return kernel_lines == 1 && kernel_rows == 1; }
  int depth() const { return kernel_lines * kernel_rows * inputs; }
  int input_lines() const { return kernel_lines == 1 ? 1 : stride * lines; }
  int input_rows() const { return border ? stride * rows : stride * (rows - 1) + kernel_rows; }
  std::size_t output_size() const {
    return static_cast<std::size_t>(lines) * static_cast<std::size_t>(rows) *
           static_cast<std::size_t>(outputs);
  }
  double macs() const { return static_cast<double>(output_size()) * depth(); }
};

/// A 3 x 3 convolution of the trunk to a map of `lines` (time) x `bins`.
constexpr Layer convolution(const char* name, int lines, int bins, int in, int out, int stride,
                            bool residual) {
  return {name, lines, bins, in, out, 3, 3, stride, true, residual};
}

constexpr Layer convolution_1d(const char* name, int frames, int in, int out, int taps,
                               int stride) {
  return {name, 1, frames, in, out, 1, taps, stride, false, false};
}

constexpr Layer product(const char* name, int rows, int columns, int depth, bool residual = false) {
  return {name, 1, rows, depth, columns, 1, 1, 1, false, residual};
}

inline constexpr int kBatch = 20;  ///< Windows that share a step of the recurrence.
inline constexpr int kHidden = testing::kSegmentation.lstm_hidden;

// Trunk shapes are those of five seconds; the other segmentation layers those of one window.
inline constexpr Layer kLayers[] = {
    convolution("conv3x3/1to32_500x80", 500, 80, 1, 32, 1, false),
    convolution("conv3x3/32_500x80", 500, 80, 32, 32, 1, true),
    convolution("conv3x3/32to64_250x40", 250, 40, 32, 64, 2, false),
    convolution("conv3x3/64_250x40", 250, 40, 64, 64, 1, true),
    convolution("conv3x3/64to128_125x20", 125, 20, 64, 128, 2, false),
    convolution("conv3x3/128_125x20", 125, 20, 128, 128, 1, true),
    convolution("conv3x3/128to256_63x10", 63, 10, 128, 256, 2, false),
    convolution("conv3x3/256_63x10", 63, 10, 256, 256, 1, true),
    convolution_1d("sinc/1to80_251taps", 2000, 1, testing::kSegmentation.sinc_filters,
                   nets::SegmentationShape::kSincTaps, nets::SegmentationShape::kSincStride),
    convolution_1d("conv1d/80to60", nets::SegmentationShape::conv2_frames(), 80,
                   testing::kSegmentation.conv_channels, 5, 1),
    convolution_1d("conv1d/60to60", nets::SegmentationShape::conv3_frames(), 60,
                   testing::kSegmentation.conv_channels, 5, 1),
    product("lstm_input/60to512", 16 * kBatch, 4 * kHidden, 60),
    product("lstm_input/256to512", 16 * kBatch, 4 * kHidden, 2 * kHidden),
    product("lstm_recurrent/128to512", kBatch, 4 * kHidden, kHidden, true),
    product("linear/256to128", 589, 128, 256),
    product("projection/5120to256", 3, 256, 5120),
};

}  // namespace diarist::bench
