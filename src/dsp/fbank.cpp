#include "dsp/fbank.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <kissfft.hh>
#include <numbers>

namespace diarist::dsp {
namespace {

// Kaldi's mel scale (O'Shaughnessy).
double mel(double hz) { return 1127.0 * std::log(1.0 + hz / 700.0); }

}  // namespace

// In f64 throughout: in f32 the FFT's rounding, relative to the loudest bin, shows as 2e-4 in the
// quietest filters of speech and as 3e-3 beside a pure tone.
struct Fbank::Workspace::State {
  // A real transform is one of half as many complex numbers.
  explicit State(std::size_t fft_length)
      : fft(fft_length / 2, false),
        frame(fft_length, 0.0),
        spectrum(fft_length / 2),
        power(fft_length / 2) {}

  kissfft<double> fft;
  std::vector<double> frame;
  std::vector<std::complex<double>> spectrum;
  std::vector<double> power;
};

Fbank::Workspace::Workspace(const Fbank& fbank)
    : state_(std::make_unique<State>(static_cast<std::size_t>(fbank.settings_.fft_length))) {}

Fbank::Workspace::~Workspace() = default;
Fbank::Workspace::Workspace(Workspace&&) noexcept = default;
Fbank::Workspace& Fbank::Workspace::operator=(Workspace&&) noexcept = default;

Fbank::Fbank(const FbankSettings& settings) : settings_(settings) {
  window_.resize(static_cast<std::size_t>(settings.frame_length));
  for (int i = 0; i < settings.frame_length; ++i) {
    window_[static_cast<std::size_t>(i)] =
        0.54 - 0.46 * std::cos(2.0 * std::numbers::pi * i / (settings.frame_length - 1));
  }

  // Triangles of equal width on the mel scale, each reaching to its neighbours' centres. The
  // Nyquist bin takes no part, as in Kaldi.
  const double low = mel(settings.low_hz);
  const double spacing = (mel(settings.high_hz) - low) / (settings.mel_bins + 1);
  const double bin_hz = static_cast<double>(settings.sample_rate_hz) / settings.fft_length;
  for (int m = 0; m < settings.mel_bins; ++m) {
    const double left = low + m * spacing;
    const double center = left + spacing;
    const double right = center + spacing;
    MelFilter filter{0, {}};
    for (int bin = 0; bin < settings.fft_length / 2; ++bin) {
      const double position = mel(bin * bin_hz);
      const double weight = position <= center ? (position - left) / (center - left)
                                               : (right - position) / (right - center);
      if (weight <= 0) continue;
      if (filter.weights.empty()) filter.first_bin = bin;
      filter.weights.push_back(weight);
    }
    filters_.push_back(std::move(filter));
  }
}

std::int64_t Fbank::frames(std::int64_t samples) const {
  if (samples < settings_.frame_length) return 0;
  return 1 + (samples - settings_.frame_length) / settings_.frame_shift;
}

void Fbank::compute(std::span<const float> samples, float* out, Workspace& workspace) const {
  Workspace::State& state = *workspace.state_;
  const std::int64_t count = frames(static_cast<std::int64_t>(samples.size()));
  const int length = settings_.frame_length;
  double* frame = state.frame.data();
  for (std::int64_t t = 0; t < count; ++t) {
    const float* in = samples.data() + t * settings_.frame_shift;
    double sum = 0;
    for (int i = 0; i < length; ++i) sum += static_cast<double>(in[i]);
    const double mean = sum / length;
    // Each sample loses a share of the one before; the first one of itself, as Kaldi has it.
    double previous = static_cast<double>(in[0]) - mean;
    for (int i = 0; i < length; ++i) {
      const double current = static_cast<double>(in[i]) - mean;
      frame[i] = settings_.sample_scale * (current - settings_.preemphasis * previous) *
                 window_[static_cast<std::size_t>(i)];
      previous = current;
    }
    state.fft.transform_real(frame, state.spectrum.data());
    // The first number holds both bins that are real; Nyquist's takes no part.
    state.power[0] = state.spectrum[0].real() * state.spectrum[0].real();
    for (std::size_t bin = 1; bin < state.power.size(); ++bin) {
      state.power[bin] = std::norm(state.spectrum[bin]);
    }
    float* row = out + t * settings_.mel_bins;
    for (const MelFilter& filter : filters_) {
      const double* power = state.power.data() + filter.first_bin;
      double energy = 0;
      for (std::size_t i = 0; i < filter.weights.size(); ++i)
        energy += filter.weights[i] * power[i];
      *row++ = std::log(static_cast<float>(std::max(energy, settings_.energy_floor)));
    }
  }
}

}  // namespace diarist::dsp
