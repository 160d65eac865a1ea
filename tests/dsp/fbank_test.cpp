// The features against Kaldi's definition, written down directly in f64.
#include "dsp/fbank.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sndfile.h>

#include "testing/random_values.hpp"
#include "testing/shared.hpp"

namespace diarist::dsp {
namespace {

constexpr int kLength = 400;
constexpr int kShift = 160;
constexpr int kFft = 512;
constexpr int kBins = 80;
constexpr double kRate = 16000;

double mel(double hz) { return 1127 * std::log(1 + hz / 700); }

/// kaldi's feature-fbank of 16-bit-sized samples: per frame the mean off, pre-emphasis, a Hamming
/// window, the power spectrum, triangles on the mel scale, the logarithm.
class Definition {
 public:
  Definition() {
    for (std::size_t i = 0; i < kFft; ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / kFft;
      cosine_[i] = std::cos(angle);
      sine_[i] = std::sin(angle);
    }
    for (std::size_t i = 0; i < kLength; ++i) {
      window_[i] =
          0.54 - 0.46 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / (kLength - 1));
    }
    const double step = (mel(8000) - mel(20)) / (kBins + 1);
    for (std::size_t m = 0; m < kBins; ++m) {
      const double left = mel(20) + static_cast<double>(m) * step;
      for (std::size_t k = 0; k < kFft / 2; ++k) {
        const double at = mel(static_cast<double>(k) * kRate / kFft);
        triangles_[m][k] = std::max(0.0, 1 - std::abs(at - (left + step)) / step);
      }
    }
  }

  std::array<double, kBins> frame(const float* samples) const {
    std::array<double, kLength> x{};
    double mean = 0;
    for (std::size_t i = 0; i < kLength; ++i) {
      x[i] = 32768.0 * static_cast<double>(samples[i]);
      mean += x[i] / kLength;
    }
    for (double& value : x) value -= mean;
    std::array<double, kLength> y{};
    for (std::size_t i = 0; i < kLength; ++i) {
      y[i] = (x[i] - 0.97 * x[i == 0 ? 0 : i - 1]) * window_[i];
    }
    std::array<double, kFft / 2> power{};
    for (std::size_t k = 0; k < power.size(); ++k) {
      double real = 0;
      double imaginary = 0;
      for (std::size_t i = 0; i < kLength; ++i) {
        real += y[i] * cosine_[i * k % kFft];
        imaginary -= y[i] * sine_[i * k % kFft];
      }
      power[k] = real * real + imaginary * imaginary;
    }
    std::array<double, kBins> out{};
    for (std::size_t m = 0; m < kBins; ++m) {
      double energy = 0;
      for (std::size_t k = 0; k < power.size(); ++k) energy += triangles_[m][k] * power[k];
      out[m] =
          std::log(std::max(energy, static_cast<double>(std::numeric_limits<float>::epsilon())));
    }
    return out;
  }

 private:
  std::array<double, kFft> cosine_{};
  std::array<double, kFft> sine_{};
  std::array<double, kLength> window_{};
  std::array<std::array<double, kFft / 2>, kBins> triangles_{};
};

class FbankTest : public ::testing::Test {
 protected:
  std::vector<float> features(std::span<const float> samples) {
    std::vector<float> out(
        static_cast<std::size_t>(fbank_.frames(static_cast<std::int64_t>(samples.size()))) * kBins);
    fbank_.compute(samples, out.data(), workspace_);
    return out;
  }

  /// Within 1e-3 of the definition everywhere; returns and records the largest error. Every
  /// `every`th frame is looked at.
  double check(const std::string& what, std::span<const float> samples, std::size_t every = 1) {
    const std::vector<float> found = features(samples);
    double largest = 0;
    for (std::size_t t = 0; t < found.size() / kBins; t += every) {
      const auto expected = definition_.frame(samples.data() + t * kShift);
      for (std::size_t m = 0; m < kBins; ++m) {
        const double error = std::abs(static_cast<double>(found[t * kBins + m]) - expected[m]);
        if (!(error <= largest)) largest = error;
      }
    }
    EXPECT_LT(largest, 1e-3) << what;
    RecordProperty("largest_error_" + what, std::to_string(largest));
    return largest;
  }

  const Fbank fbank_;
  Fbank::Workspace workspace_{fbank_};
  const Definition definition_;
};

std::vector<float> sample_recording() {
  const auto file = testing::source_dir() / "samples" / "sample.wav";
  SF_INFO info{};
  SNDFILE* handle = sf_open(file.c_str(), SFM_READ, &info);
  if (handle == nullptr) return {};
  std::vector<float> samples(static_cast<std::size_t>(info.frames * info.channels));
  const sf_count_t count = sf_readf_float(handle, samples.data(), info.frames);
  sf_close(handle);
  EXPECT_EQ(info.samplerate, 16000);
  EXPECT_EQ(info.channels, 1);
  EXPECT_EQ(count, info.frames);
  return samples;
}

std::vector<float> tone(double hz, double amplitude, std::size_t count = 16000) {
  std::vector<float> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] = static_cast<float>(
        amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / kRate));
  }
  return samples;
}

std::vector<float> noise(float amplitude) {
  auto samples = testing::random_values(16000, 1);
  for (float& sample : samples) sample *= amplitude;
  return samples;
}

TEST_F(FbankTest, IsKaldisDefinitionOnSpeech) {
  const auto samples = sample_recording();
  ASSERT_GT(samples.size(), 16000U * 20);
  check("sample", samples, 7);
}

TEST_F(FbankTest, IsKaldisDefinitionOnNoise) {
  check("noise", noise(0.1F));
  check("loud_noise", noise(0.9F));
  check("quiet_noise", noise(1e-4F));
  check("very_quiet_noise", noise(1e-7F));
}

TEST_F(FbankTest, IsKaldisDefinitionOnTones) {
  check("tone_100", tone(100, 0.5));
  check("tone_440", tone(440, 0.5));
  check("tone_1000", tone(1000, 1.0));
  check("tone_1234", tone(1234.5, 0.9));
  check("tone_7900", tone(7900, 0.9));
  check("very_quiet_tone", tone(440, 1e-6));
}

TEST_F(FbankTest, TakesOffWhatIsConstant) {
  auto samples = noise(0.01F);
  for (float& sample : samples) sample += 0.5F;
  check("offset", samples);
}

TEST_F(FbankTest, SilenceIsTheFloor) {
  const float floor = std::log(std::numeric_limits<float>::epsilon());
  for (const float value : {0.0F, 0.5F}) {  // a constant is silence too
    const auto found = features(std::vector<float>(16000, value));
    ASSERT_EQ(found.size(), 98U * kBins);
    for (const float feature : found) ASSERT_EQ(feature, floor);
  }
}

TEST_F(FbankTest, OnlyWholeFramesCount) {
  for (const auto& [samples, frames] : {std::pair{0, 0},
                                        {1, 0},
                                        {399, 0},
                                        {400, 1},
                                        {559, 1},
                                        {560, 2},
                                        {719, 2},
                                        {720, 3},
                                        {160000, 998}}) {
    EXPECT_EQ(fbank_.frames(samples), frames) << samples;
    std::vector<float> input(static_cast<std::size_t>(samples), 0.25F);
    std::vector<float> out(static_cast<std::size_t>(frames) * kBins + 1, 99.0F);
    fbank_.compute(input, out.data(), workspace_);
    EXPECT_EQ(out.back(), 99.0F) << samples;
  }
}

// A frame depends on its own 400 samples alone.
TEST_F(FbankTest, FramesAreIndependent) {
  const auto samples = noise(0.1F);
  const auto all = features(samples);
  for (const std::size_t t : {0, 1, 50, 97}) {
    const auto one = features(std::span(samples).subspan(t * kShift, kLength));
    EXPECT_TRUE(
        std::equal(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(t * kBins)))
        << t;
  }
}

TEST_F(FbankTest, MelFiltersMatchTheirFrequencies) {
  // A tone is loudest in the filter whose triangle it is in.
  for (const double hz : {200.0, 1000.0, 3000.0, 7000.0}) {
    const auto found = features(tone(hz, 0.5, kLength));
    const auto best = std::max_element(found.begin(), found.end()) - found.begin();
    const double step = (mel(8000) - mel(20)) / (kBins + 1);
    EXPECT_NEAR(static_cast<double>(best), (mel(hz) - mel(20)) / step - 1, 1) << hz;
  }
}

}  // namespace
}  // namespace diarist::dsp
