#include "dsp/fbank.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <new>
#include <numbers>

#include <kiss_fftr.h>

namespace diarist::dsp {
namespace {

// Kaldi's mel scale (O'Shaughnessy).
double mel(double hz) { return 1127.0 * std::log(1.0 + hz / 700.0); }

}  // namespace

struct Fbank::Workspace::State {
  struct Free {
    void operator()(kiss_fftr_cfg plan) const { kiss_fftr_free(plan); }
  };
  std::unique_ptr<kiss_fftr_state, Free> plan;
  std::vector<float> frame;
  std::vector<kiss_fft_cpx> spectrum;
  std::vector<float> power;
};

Fbank::Workspace::Workspace(const Fbank& fbank) : state_(std::make_unique<State>()) {
  const auto length = static_cast<std::size_t>(fbank.settings_.fft_length);
  state_->plan.reset(kiss_fftr_alloc(fbank.settings_.fft_length, 0, nullptr, nullptr));
  if (!state_->plan) throw std::bad_alloc();
  state_->frame.assign(length, 0.0F);
  state_->spectrum.resize(length / 2 + 1);
  state_->power.resize(length / 2 + 1);
}

Fbank::Workspace::~Workspace() = default;
Fbank::Workspace::Workspace(Workspace&&) noexcept = default;
Fbank::Workspace& Fbank::Workspace::operator=(Workspace&&) noexcept = default;

Fbank::Fbank(const FbankSettings& settings) : settings_(settings) {
  window_.resize(static_cast<std::size_t>(settings.frame_length));
  for (int i = 0; i < settings.frame_length; ++i) {
    window_[static_cast<std::size_t>(i)] = static_cast<float>(
        0.54 - 0.46 * std::cos(2.0 * std::numbers::pi * i / (settings.frame_length - 1)));
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
      filter.weights.push_back(static_cast<float>(weight));
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
  const auto scale = static_cast<float>(settings_.sample_scale);
  const auto preemphasis = static_cast<float>(settings_.preemphasis);
  const auto floor = static_cast<float>(settings_.energy_floor);
  float* frame = state.frame.data();
  for (std::int64_t t = 0; t < count; ++t) {
    const float* in = samples.data() + t * settings_.frame_shift;
    double sum = 0;
    for (int i = 0; i < length; ++i) sum += static_cast<double>(in[i]);
    const auto mean = static_cast<float>(sum / length * settings_.sample_scale);
    // Each sample loses a share of the one before; the first one of itself, as Kaldi has it.
    float previous = in[0] * scale - mean;
    for (int i = 0; i < length; ++i) {
      const float current = in[i] * scale - mean;
      frame[i] = (current - preemphasis * previous) * window_[static_cast<std::size_t>(i)];
      previous = current;
    }
    kiss_fftr(state.plan.get(), frame, state.spectrum.data());
    for (std::size_t bin = 0; bin < state.power.size(); ++bin) {
      const kiss_fft_cpx& x = state.spectrum[bin];
      state.power[bin] = x.r * x.r + x.i * x.i;
    }
    float* row = out + t * settings_.mel_bins;
    for (const MelFilter& filter : filters_) {
      const float* power = state.power.data() + filter.first_bin;
      float energy = 0;
      for (std::size_t i = 0; i < filter.weights.size(); ++i)
        energy += filter.weights[i] * power[i];
      *row++ = std::log(std::max(energy, floor));
    }
  }
}

}  // namespace diarist::dsp
