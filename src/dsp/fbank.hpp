// Log mel filter-bank energies as Kaldi defines them, with the settings that WeSpeaker trains on.
//
// In: mono samples at 16 kHz in [-1, 1]. Out: [frames, 80], row-major, natural logarithm. A frame
// is 400 samples (25 ms), one starts every 160 (10 ms), and only whole frames count (snip edges).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace diarist::dsp {

/// Settings of WeSpeaker's recipe (kaldi.fbank with num_mel_bins=80, frame_length=25,
/// frame_shift=10, dither=0, window_type=hamming) and Kaldi's own defaults for the rest.
struct FbankSettings {
  int sample_rate_hz = 16000;
  int frame_length = 400;  ///< samples
  int frame_shift = 160;   ///< samples
  int fft_length = 512;    ///< samples: the next power of two
  int mel_bins = 80;
  double low_hz = 20;
  double high_hz = 8000;
  double preemphasis = 0.97;
  double sample_scale = 32768;                   ///< Kaldi reads 16-bit integers.
  double energy_floor = 1.1920928955078125e-07;  ///< FLT_EPSILON
};

/// Tables made once. Immutable, safe from any thread, each with a workspace of its own.
class Fbank {
 public:
  explicit Fbank(const FbankSettings& settings = {});

  /// Scratch of one thread; compute() allocates nothing.
  class Workspace {
   public:
    explicit Workspace(const Fbank& fbank);
    ~Workspace();
    Workspace(Workspace&&) noexcept;
    Workspace& operator=(Workspace&&) noexcept;

   private:
    friend class Fbank;
    struct State;
    std::unique_ptr<State> state_;
  };

  const FbankSettings& settings() const { return settings_; }

  /// Whole frames in that many samples.
  std::int64_t frames(std::int64_t samples) const;

  /// `out`: [frames(samples.size()), mel_bins].
  void compute(std::span<const float> samples, float* out, Workspace& workspace) const;

 private:
  /// One triangular filter: weights over consecutive FFT bins.
  struct MelFilter {
    int first_bin;
    std::vector<double> weights;
  };

  FbankSettings settings_;
  std::vector<double> window_;
  std::vector<MelFilter> filters_;
};

}  // namespace diarist::dsp
