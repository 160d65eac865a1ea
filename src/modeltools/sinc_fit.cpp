#include "modeltools/sinc_fit.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <vector>

#include "nets/segmentation_shape.hpp"

namespace diarist::modeltools {
namespace {

using Shape = nets::SegmentationShape;
using Complex = std::complex<double>;

constexpr std::size_t kTaps = Shape::kSincTaps;
constexpr std::size_t kHalf = kTaps / 2;
constexpr double kNyquist_hz = Shape::kSampleRateHz / 2.0;

// Of the largest tap, which is 1: what filters may differ from what their frequencies give. Those
// of 16 bits are 0.0005 away; those of another window, or trained freely, a hundred times as much.
constexpr double kTolerance = 1e-3;

// Widths to begin from: over 125 taps, two that are closer than 16000 / 125 Hz look much alike.
constexpr double kWidthStep_hz = 20;
// From there a few steps are enough; what still moves then is no band.
constexpr int kMostSteps = 50;
constexpr double kSettled_hz = 1e-7;

/// Of each tap before the middle, as PyTorch computes them.
std::vector<float> places() {
  std::vector<float> n;
  for (std::size_t i = 0; i < kHalf; ++i) {
    const float k = static_cast<float>(i) - static_cast<float>(kHalf);
    n.push_back(static_cast<float>(2 * M_PI) * (k / static_cast<float>(Shape::kSampleRateHz)));
  }
  return n;
}

std::vector<float> hamming_window() {
  std::vector<float> window;
  for (std::size_t i = 0; i < kHalf; ++i) {
    const double turn = 2 * M_PI * static_cast<double>(i) / static_cast<double>(kTaps - 1);
    window.push_back(static_cast<float>(0.54 - 0.46 * std::cos(turn)));
  }
  return window;
}

/// What the magnitude of every tap is, for bands of any width: [widths, 125].
class Magnitudes {
 public:
  explicit Magnitudes(const nets::SincParameters& known) {
    for (double width = Shape::kSincMinBandHz; width <= kNyquist_hz; width += kWidthStep_hz) {
      widths_.push_back(width);
      for (const float n : known.n) {
        const double half_turn = width * static_cast<double>(n) / 2;
        values_.push_back(std::abs(std::sin(half_turn) / half_turn));
      }
    }
  }

  /// The width that is nearest to `taps` [125], under `weight`.
  double nearest_hz(std::span<const Complex> taps, std::span<const double> weight) const {
    std::vector<double> magnitude;
    for (const Complex& tap : taps) magnitude.push_back(std::abs(tap));
    double best = std::numeric_limits<double>::infinity();
    double best_width = widths_.front();
    for (std::size_t w = 0; w < widths_.size(); ++w) {
      double error = 0;
      for (std::size_t i = 0; i < kHalf; ++i) {
        const double difference = values_[w * kHalf + i] - magnitude[i];
        error += weight[i] * difference * difference;
      }
      if (error < best) {
        best = error;
        best_width = widths_[w];
      }
    }
    return best_width;
  }

 private:
  std::vector<double> widths_;
  std::vector<double> values_;
};

struct Band {
  double low_hz;
  double high_hz;
};

/// One band's taps without window: (exp(i high n) - exp(i low n)) / (i n width).
class Response {
 public:
  Response(std::span<const double> cosine, std::span<const double> sine,
           const nets::SincParameters& known) {
    for (std::size_t i = 0; i < kHalf; ++i) {
      n_.push_back(static_cast<double>(known.n[i]));
      weight_.push_back(static_cast<double>(known.window[i]));
      taps_.push_back(Complex(cosine[i], sine[i]) / weight_.back());
    }
  }

  Band fit(const Magnitudes& magnitudes) const {
    // Next to the middle one, the phase turns less than half a circle up to 8 kHz.
    const double middle_hz = std::clamp(std::arg(taps_.back()) / n_.back(), 0.0, kNyquist_hz);
    const double width_hz = magnitudes.nearest_hz(taps_, weight_);
    Band band{middle_hz - width_hz / 2, middle_hz + width_hz / 2};
    for (int step = 0; step < kMostSteps && improve(band) > kSettled_hz; ++step) {
    }
    return band;
  }

 private:
  static Complex turned(double hz, double n) { return std::polar(1.0, hz * n); }

  /// A step of Gauss and Newton. Returns how far it moved, in Hz; 0 where it cannot.
  double improve(Band& band) const {
    const double width = band.high_hz - band.low_hz;
    double ll = 0;
    double lh = 0;
    double hh = 0;
    double l = 0;
    double h = 0;
    for (std::size_t i = 0; i < kHalf; ++i) {
      const Complex i_n(0, n_[i]);
      const Complex low = turned(band.low_hz, n_[i]);
      const Complex high = turned(band.high_hz, n_[i]);
      const Complex value = (high - low) / (i_n * width);
      const Complex of_low = (value - low) / width;  // derivatives by either frequency
      const Complex of_high = (high - value) / width;
      const Complex missing = taps_[i] - value;
      const double weight = weight_[i] * weight_[i];
      ll += weight * std::norm(of_low);
      lh += weight * (std::conj(of_low) * of_high).real();
      hh += weight * std::norm(of_high);
      l += weight * (std::conj(of_low) * missing).real();
      h += weight * (std::conj(of_high) * missing).real();
    }
    const double determinant = ll * hh - lh * lh;
    const double low_step = (l * hh - h * lh) / determinant;
    const double high_step = (h * ll - l * lh) / determinant;
    const Band next{band.low_hz + low_step, band.high_hz + high_step};
    // Also where they are no numbers.
    if (!(next.high_hz - next.low_hz > 1) || !(std::abs(low_step) < kNyquist_hz)) return 0;
    band = next;
    return std::max(std::abs(low_step), std::abs(high_step));
  }

  std::vector<double> n_;
  std::vector<double> weight_;
  std::vector<Complex> taps_;
};

}  // namespace

SincFit fit_sinc(std::span<const double> filters) {
  const std::size_t bands = filters.size() / kTaps / 2;
  SincFit fit;
  fit.parameters.n = places();
  fit.parameters.window = hamming_window();
  const Magnitudes magnitudes(fit.parameters);
  for (std::size_t b = 0; b < bands; ++b) {
    const Band band = Response(filters.subspan(b * kTaps, kTaps),
                               filters.subspan((bands + b) * kTaps, kTaps), fit.parameters)
                          .fit(magnitudes);
    const double low = band.low_hz - Shape::kSincMinLowHz;
    const double width = band.high_hz - band.low_hz - Shape::kSincMinBandHz;
    fit.parameters.low_hz.push_back(static_cast<float>(std::clamp(low, 0.0, kNyquist_hz)));
    fit.parameters.band_hz.push_back(static_cast<float>(std::clamp(width, 0.0, kNyquist_hz)));
  }
  const std::vector<float> again = nets::sinc_filters(fit.parameters);
  const auto apart =
      std::mismatch(filters.begin(), filters.end(), again.begin(), [](double given, float made) {
        return std::abs(given - static_cast<double>(made)) <= kTolerance;
      });
  if (apart.first != filters.end()) {
    fit.stranger = static_cast<std::size_t>(apart.first - filters.begin()) / kTaps;
  }
  return fit;
}

}  // namespace diarist::modeltools
