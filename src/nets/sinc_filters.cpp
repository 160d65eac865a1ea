#include "nets/sinc_filters.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "nets/segmentation_shape.hpp"

namespace diarist::nets {

// Arguments are rounded to f32 as PyTorch does: at 390 rad that is the larger error.
std::vector<float> sinc_filters(const SincParameters& parameters) {
  using Shape = SegmentationShape;
  const std::size_t bands = parameters.low_hz.size();
  const int half = Shape::kSincTaps / 2;
  const float nyquist_hz = static_cast<float>(Shape::kSampleRateHz) / 2;

  std::vector<float> filters(2 * bands * Shape::kSincTaps);
  for (std::size_t b = 0; b < bands; ++b) {
    const float low = Shape::kSincMinLowHz + std::abs(parameters.low_hz[b]);
    const float high = std::clamp(low + Shape::kSincMinBandHz + std::abs(parameters.band_hz[b]),
                                  Shape::kSincMinLowHz, nyquist_hz);
    const float width = high - low;
    float* cosine = filters.data() + b * Shape::kSincTaps;
    float* sine = filters.data() + (bands + b) * Shape::kSincTaps;
    for (int i = 0; i < half; ++i) {
      const auto tap = static_cast<std::size_t>(i);
      const float n = parameters.n[tap];
      const auto low_angle = static_cast<double>(low * n);
      const auto high_angle = static_cast<double>(high * n);
      const float denominator = n / 2;
      const auto difference = [](double a, double c) {
        return static_cast<float>(a) - static_cast<float>(c);
      };
      const float even = difference(std::sin(high_angle), std::sin(low_angle)) / denominator *
                         parameters.window[tap];
      const float odd = difference(std::cos(low_angle), std::cos(high_angle)) / denominator *
                        parameters.window[tap];
      cosine[i] = cosine[Shape::kSincTaps - 1 - i] = even / (2 * width);
      sine[i] = odd / (2 * width);
      sine[Shape::kSincTaps - 1 - i] = -odd / (2 * width);
    }
    cosine[half] = 1;
    sine[half] = 0;
  }
  return filters;
}

}  // namespace diarist::nets
