// The sizes of the segmentation network, pyannote's PyanNet (Plaquet and Bredin 2023), all in one
// place.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "model/architecture.hpp"

namespace diarist::nets {

/// By default segmentation-3.0. When each frame is follows from the constants, which every network
/// of this kind shares.
struct SegmentationShape {
  static constexpr int kSampleRateHz = 16000;
  static constexpr int kWindowSamples = 160000;  ///< 10 s

  // SincNet (Ravanelli and Bengio 2018): three convolutions, each followed by max pooling over 3.
  static constexpr int kSincTaps = model::kSincTaps;
  static constexpr int kSincStride = model::kSincStride;
  static constexpr float kSincMinLowHz = 50;
  static constexpr float kSincMinBandHz = 50;
  static constexpr int kConvTaps = model::kConvolutionTaps;
  static constexpr int kPool = 3;

  // Frames after each step for one window.
  static constexpr int sinc_frames() { return (kWindowSamples - kSincTaps) / kSincStride + 1; }
  static constexpr int pooled1() { return sinc_frames() / kPool; }
  static constexpr int conv2_frames() { return pooled1() - kConvTaps + 1; }
  static constexpr int pooled2() { return conv2_frames() / kPool; }
  static constexpr int conv3_frames() { return pooled2() - kConvTaps + 1; }
  static constexpr int frames() { return conv3_frames() / kPool; }

  int sinc_filters = 80;
  std::array<int, 2> conv_channels = {60, 60};
  int lstm_layers = 4;
  int lstm_hidden = 128;  ///< per direction
  std::vector<int> linear = {128, 128};
  int classes = 7;
  int speakers = 3;
  int speakers_at_once = 2;

  static SegmentationShape of(const model::SegmentationArchitecture& architecture) {
    SegmentationShape shape;
    shape.sinc_filters = static_cast<int>(architecture.sinc_filters);
    for (std::size_t i = 0; i < shape.conv_channels.size(); ++i) {
      shape.conv_channels[i] = static_cast<int>(architecture.convolution_channels[i]);
    }
    shape.lstm_layers = static_cast<int>(architecture.lstm_layers);
    shape.lstm_hidden = static_cast<int>(architecture.lstm_hidden);
    shape.linear.assign(architecture.linear.begin(), architecture.linear.end());
    shape.classes = static_cast<int>(architecture.classes);
    shape.speakers = architecture.speakers;
    shape.speakers_at_once = architecture.speakers_at_once;
    return shape;
  }

  /// Values per frame that go into the LSTM, and that come out of it.
  int features() const { return conv_channels.back(); }
  int lstm_outputs() const { return 2 * lstm_hidden; }
};

static_assert(SegmentationShape::frames() == 589);

/// The epsilon of every instance normalisation in the network (PyTorch's default).
inline constexpr float kInstanceNormEpsilon = 1e-5F;

}  // namespace diarist::nets
