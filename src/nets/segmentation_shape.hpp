// The sizes of pyannote segmentation-3.0 (Plaquet and Bredin 2023), all in one place.
#pragma once

#include <array>

namespace diarist::nets {

struct SegmentationShape {
  int sample_rate_hz = 16000;
  int window_samples = 160000;  ///< 10 s

  // SincNet (Ravanelli and Bengio 2018): three convolutions, each followed by max pooling over 3.
  int sinc_filters = 80;
  int sinc_taps = 251;
  int sinc_stride = 10;
  float sinc_min_low_hz = 50;
  float sinc_min_band_hz = 50;
  int conv_channels = 60;
  int conv_taps = 5;
  int pool = 3;

  int lstm_layers = 4;
  int lstm_hidden = 128;  ///< per direction
  std::array<int, 2> linear = {128, 128};

  int classes = 7;
  int speakers = 3;
  int speakers_at_once = 2;

  // Frames after each step for one window.
  constexpr int sinc_frames() const { return (window_samples - sinc_taps) / sinc_stride + 1; }
  constexpr int pooled1() const { return sinc_frames() / pool; }
  constexpr int conv2_frames() const { return pooled1() - conv_taps + 1; }
  constexpr int pooled2() const { return conv2_frames() / pool; }
  constexpr int conv3_frames() const { return pooled2() - conv_taps + 1; }
  constexpr int frames() const { return conv3_frames() / pool; }
};

inline constexpr SegmentationShape kSegmentation{};
static_assert(kSegmentation.frames() == 589);

/// The epsilon of every instance normalisation in the network (PyTorch's default).
inline constexpr float kInstanceNormEpsilon = 1e-5F;

}  // namespace diarist::nets
