// The waveform against its plain definition, and the sound that goes into a page.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include "diarist/error.hpp"
#include "diarist/report.hpp"

#include "audio/ogg_pages.hpp"
#include "audio/reader.hpp"
#include "audio/recordings.hpp"
#include "testing/places.hpp"

namespace diarist {
namespace {

using audio::testing::TemporaryFolder;

void write_wav(const std::filesystem::path& file, const std::vector<float>& interleaved,
               int channels = 1, int rate_hz = 16000) {
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = channels;
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  SNDFILE* handle = sf_open(file.c_str(), SFM_WRITE, &info);
  ASSERT_NE(handle, nullptr);
  sf_writef_float(handle, interleaved.data(),
                  static_cast<sf_count_t>(interleaved.size()) / channels);
  sf_close(handle);
}

/// Noise whose loudness wanders.
std::vector<float> noise(std::size_t count) {
  std::vector<float> samples(count);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525U + 1013904223U;
    const double loudness = 0.5 + 0.45 * std::sin(static_cast<double>(i) / 30000);
    samples[i] = static_cast<float>(loudness * (static_cast<double>(state >> 8) / (1 << 23) - 1));
  }
  return samples;
}

/// The definition: for each bin the root of the loudest sample over the loudest of all.
std::vector<std::uint8_t> plain_bins(const std::vector<float>& samples, std::size_t bin_samples,
                                     float peak) {
  std::vector<std::uint8_t> bins;
  for (std::size_t i = 0; i < samples.size(); i += bin_samples) {
    float loudest = 0;
    for (std::size_t j = i; j < std::min(samples.size(), i + bin_samples); ++j) {
      loudest = std::max(loudest, std::fabs(samples[j]));
    }
    bins.push_back(static_cast<std::uint8_t>(std::lround(255 * std::sqrt(loudest / peak))));
  }
  return bins;
}

float peak_of(const std::vector<float>& samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
  return peak;
}

TEST(Waveform, OfAShortRecordingHasTwoHundredBinsASecond) {
  const TemporaryFolder folder;
  const std::vector<float> samples = noise(16000 * 3 + 123);
  write_wav(folder / "talk.wav", samples);
  const ReportAudio found = read_report_audio(folder / "talk.wav");
  EXPECT_EQ(found.bins_per_s, 200);
  EXPECT_EQ(found.file, "talk.wav");
  EXPECT_DOUBLE_EQ(found.duration_s, (16000 * 3 + 123) / 16000.0);
  ASSERT_EQ(found.waveforms.size(), 1u);
  EXPECT_EQ(found.peak, peak_of(samples));
  EXPECT_EQ(found.waveforms[0].bins, plain_bins(samples, 80, peak_of(samples)));
  EXPECT_TRUE(found.ogg_opus.empty());
}

// 26 minutes have 312,000 bins of 5 ms: two become one.
TEST(Waveform, OfALongRecordingHasNoMoreBinsThanFit) {
  const TemporaryFolder folder;
  const std::vector<float> samples = noise(std::size_t{16000} * 60 * 26);
  write_wav(folder / "talk.wav", samples);
  const ReportAudio found = read_report_audio(folder / "talk.wav");
  EXPECT_EQ(found.bins_per_s, 100);
  EXPECT_EQ(found.waveforms[0].bins, plain_bins(samples, 160, peak_of(samples)));
}

TEST(Waveform, OfSilenceIsZero) {
  const TemporaryFolder folder;
  write_wav(folder / "quiet.wav", std::vector<float>(16000));
  EXPECT_THAT(read_report_audio(folder / "quiet.wav").waveforms[0].bins, ::testing::Each(0));
}

TEST(Waveform, OfEachChannelOrOneOfThem) {
  const TemporaryFolder folder;
  std::vector<float> left = noise(16000);
  std::vector<float> right(16000, 0.25F);
  std::vector<float> both;
  for (std::size_t i = 0; i < left.size(); ++i) {
    both.push_back(left[i]);
    both.push_back(right[i]);
  }
  write_wav(folder / "call.wav", both, 2);
  ReportAudioOptions options;
  options.channel_mode = ChannelMode::each;
  const ReportAudio apart = read_report_audio(folder / "call.wav", options);
  const float peak = std::max(peak_of(left), 0.25F);
  ASSERT_EQ(apart.waveforms.size(), 2u);
  EXPECT_EQ(apart.waveforms[0].channel, 1);
  EXPECT_EQ(apart.waveforms[1].channel, 2);
  EXPECT_EQ(apart.waveforms[0].bins, plain_bins(left, 80, peak));
  EXPECT_EQ(apart.waveforms[1].bins, plain_bins(right, 80, peak));

  options.channel_mode = ChannelMode::pick;
  options.channel = 2;
  const ReportAudio one = read_report_audio(folder / "call.wav", options);
  ASSERT_EQ(one.waveforms.size(), 1u);
  EXPECT_EQ(one.waveforms[0].channel, 2);
  EXPECT_THAT(one.waveforms[0].bins, ::testing::Each(255));
  options.channel = 3;
  EXPECT_THROW(read_report_audio(folder / "call.wav", options), Error);
}

TEST(Waveform, CanBeStopped) {
  CancellationToken cancellation;
  cancellation.cancel();
  try {
    read_report_audio(testing::source_dir() / "samples" / "sample.wav", {}, cancellation);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
}

std::vector<float> samples_of(const std::filesystem::path& file, int channel = 0) {
  const auto reader = channel > 0 ? audio::Reader::open(file, ChannelMode::pick, channel)
                                  : audio::Reader::open(file, ChannelMode::downmix, 1);
  std::vector<float> all;
  std::vector<float> block(16000);
  float* const place = block.data();
  while (const std::size_t count = reader->read(std::span(&place, 1), block.size())) {
    all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return all;
}

/// How alike two sounds are, shifted by `shift` samples: 1 where they are the same.
double correlation(const std::vector<float>& a, const std::vector<float>& b, int shift) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 1000; i + 1000 < std::min(a.size(), b.size()); ++i) {
    const double x = a[i];
    const double y = b[static_cast<std::size_t>(static_cast<int>(i) + shift)];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

// Boundaries are corrected by ear: the sound must not be early or late.
TEST(EmbeddedSound, IsTheRecordingAtTheSamePlace) {
  const auto recording = testing::source_dir() / "samples" / "sample.wav";
  ReportAudioOptions options;
  options.embed = true;
  const ReportAudio found = read_report_audio(recording, options);
  // 24 kbit/s, give or take what is silence.
  EXPECT_GT(found.ogg_opus.size(), 30u * 1500);
  EXPECT_LT(found.ogg_opus.size(), 30u * 4500);

  const TemporaryFolder folder;
  std::ofstream(folder / "sound.ogg", std::ios::binary) << found.ogg_opus;
  const std::vector<float> original = samples_of(recording);
  const std::vector<float> decoded = samples_of(folder / "sound.ogg");
  EXPECT_NEAR(static_cast<double>(decoded.size()), static_cast<double>(original.size()), 400);
  const double here = correlation(original, decoded, 0);
  EXPECT_GT(here, 0.8);
  for (const int shift : {-32, -16, 16, 32}) {
    EXPECT_LT(correlation(original, decoded, shift), here) << shift;
  }
}

TEST(EmbeddedSound, IsTheSameEachTime) {
  const auto recording = testing::source_dir() / "samples" / "sample.wav";
  ReportAudioOptions options;
  options.embed = true;
  EXPECT_EQ(read_report_audio(recording, options).ogg_opus,
            read_report_audio(recording, options).ogg_opus);
}

TEST(EmbeddedSound, OfChannelsApartIsTheirMean) {
  const TemporaryFolder folder;
  const std::vector<float> tone = audio::testing::sine(32000, 440, 16000);
  std::vector<float> both;
  for (const float sample : tone) {
    both.push_back(sample);
    both.push_back(-sample);
  }
  write_wav(folder / "call.wav", both, 2);
  ReportAudioOptions options;
  options.channel_mode = ChannelMode::each;
  options.embed = true;
  std::ofstream(folder / "sound.ogg", std::ios::binary)
      << read_report_audio(folder / "call.wav", options).ogg_opus;
  EXPECT_LT(peak_of(samples_of(folder / "sound.ogg")), 0.01);
}

TEST(OggPages, RefuseWhatIsNone) {
  std::string cut = "OggS and then nothing";
  EXPECT_THROW(audio::set_ogg_serial(cut, 1), Error);
  std::string other = "RIFF";
  EXPECT_THROW(audio::set_ogg_serial(other, 1), Error);
}

}  // namespace
}  // namespace diarist
