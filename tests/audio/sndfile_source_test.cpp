// Formats that libsndfile decodes: each comes back as it was written.
#include "audio/sndfile_source.hpp"

#include <algorithm>

#include "audio/recordings.hpp"

namespace diarist::audio {
namespace {

using namespace testing;

struct Format {
  const char* name;
  int format;
  double tolerance;  // Half a step of the coding; loosely for lossy ones.
};

void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

class LosslessFormat : public ::testing::TestWithParam<Format> {};

TEST_P(LosslessFormat, ComesBackAsWritten) {
  const TemporaryFolder folder;
  for (const std::size_t count : {1U, 399U, 400U, 16000U, 40001U}) {
    const std::vector<float> samples = sine(count, 440, kModelRateHz);
    const auto file = folder / "recording";
    if (!write(file, samples, kModelRateHz, 1, GetParam().format)) {
      GTEST_SKIP() << "this libsndfile cannot write it";
    }
    const auto reader = Reader::open(file, ChannelMode::downmix, 1);
    EXPECT_DOUBLE_EQ(reader->expected_duration_s(), static_cast<double>(count) / kModelRateHz);
    const std::vector<float> read = read_all(*reader).front();
    ASSERT_EQ(read.size(), count);
    EXPECT_DOUBLE_EQ(reader->decoded_duration_s(), static_cast<double>(count) / kModelRateHz);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_NEAR(read[i], samples[i], GetParam().tolerance) << "sample " << i << " of " << count;
    }
  }
}

constexpr double k8Bit = 1.0 / 127;
constexpr double k16Bit = 1.0 / 32767;
constexpr double k24Bit = 1.0 / 8388607;

INSTANTIATE_TEST_SUITE_P(
    All, LosslessFormat,
    ::testing::Values(Format{"wav8", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, k8Bit},
                      Format{"wav16", SF_FORMAT_WAV | SF_FORMAT_PCM_16, k16Bit},
                      Format{"wav24", SF_FORMAT_WAV | SF_FORMAT_PCM_24, k24Bit},
                      Format{"wav32", SF_FORMAT_WAV | SF_FORMAT_PCM_32, k24Bit},
                      Format{"wav_float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0},
                      Format{"wav_double", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 0},
                      Format{"wav_ulaw", SF_FORMAT_WAV | SF_FORMAT_ULAW, 0.02},
                      Format{"rifx16", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, k16Bit},
                      Format{"extensible16", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, k16Bit},
                      Format{"extensible_float", SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, 0},
                      Format{"rf64_24", SF_FORMAT_RF64 | SF_FORMAT_PCM_24, k24Bit},
                      Format{"w64_16", SF_FORMAT_W64 | SF_FORMAT_PCM_16, k16Bit},
                      Format{"aiff16", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, k16Bit},
                      Format{"aiff_float", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, 0},
                      Format{"au16", SF_FORMAT_AU | SF_FORMAT_PCM_16, k16Bit},
                      Format{"au_little_float", SF_FORMAT_AU | SF_FORMAT_FLOAT | SF_ENDIAN_LITTLE,
                             0},
                      Format{"caf24", SF_FORMAT_CAF | SF_FORMAT_PCM_24, k24Bit},
                      Format{"flac8", SF_FORMAT_FLAC | SF_FORMAT_PCM_S8, k8Bit},
                      Format{"flac16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, k16Bit},
                      Format{"flac24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, k24Bit}),
    [](const auto& info) { return std::string(info.param.name); });

class LossyFormat : public ::testing::TestWithParam<Format> {};

TEST_P(LossyFormat, KeepsLengthAndSound) {
  const TemporaryFolder folder;
  const auto file = folder / "recording";
  constexpr std::size_t kCount = 48000;
  const std::vector<float> samples = sine(kCount, 440, kModelRateHz);
  if (!write(file, samples, kModelRateHz, 1, GetParam().format)) {
    GTEST_SKIP() << "this libsndfile cannot write it";
  }
  const std::vector<float> read = read_file(file);
  ASSERT_EQ(read.size(), kCount);
  double error = 0;
  for (std::size_t i = 0; i < kCount; ++i) error += std::pow(read[i] - samples[i], 2);
  EXPECT_LT(std::sqrt(error / kCount), GetParam().tolerance);
}

INSTANTIATE_TEST_SUITE_P(All, LossyFormat,
                         ::testing::Values(Format{"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.02},
                                           Format{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.05},
                                           Format{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
                                                  0.02}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SndfileSource, KeepsSamplesBeyondOne) {
  const TemporaryFolder folder;
  const std::vector<float> samples = {0.5F, 1.5F, -3.0F, 100.0F};
  ASSERT_TRUE(
      write(folder / "loud.wav", samples, kModelRateHz, 1, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  EXPECT_EQ(read_file(folder / "loud.wav"), samples);
}

TEST(SndfileSource, TakesNamesThatLookLikeSomethingElse) {
  const TemporaryFolder folder;
  const std::vector<float> samples = sine(100, 440, kModelRateHz);
  for (const char* name : {"-i", "--help", "a b\n.wav", "http:", "pipe:0", "%d.wav", "'\"$(x)"}) {
    ASSERT_TRUE(write(folder / name, samples, kModelRateHz, 1, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
    EXPECT_EQ(read_file(folder / name), samples) << name;
  }
}

// Writers that cannot seek leave the length open, each in its own way.
TEST(SndfileSource, TakesOpenLengths) {
  const TemporaryFolder folder;
  const std::vector<float> expected = [&] {
    save(folder / "closed.wav", WavByHand{}.bytes());
    return read_file(folder / "closed.wav");
  }();
  ASSERT_EQ(expected.size(), 16000U);
  struct Open {
    std::uint32_t riff_size;
    std::uint32_t data_size;
  };
  for (const Open open : {Open{0xFFFFFFFF, 0xFFFFFFFF}, Open{0, 0}, Open{36, 0},
                          Open{0xFFFFFFFF, 0}, Open{0x7FFFF024, 0x7FFFF000},
                          Open{0x80000024, 0x80000000}, Open{0x7FFFFFFF, 0x7FFFFFFF - 36}}) {
    save(folder / "open.wav",
         WavByHand{.riff_size = open.riff_size, .data_size = open.data_size}.bytes());
    EXPECT_EQ(read_file(folder / "open.wav"), expected)
        << std::hex << open.riff_size << " " << open.data_size;
  }
}

TEST(SndfileSource, TakesFlacOfUnknownLength) {
  const TemporaryFolder folder;
  const std::vector<float> samples = sine(40001, 440, kModelRateHz);
  ASSERT_TRUE(
      write(folder / "a.flac", samples, kModelRateHz, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16));
  save(folder / "open.flac", without_flac_length(load(folder / "a.flac")));
  const auto reader = Reader::open(folder / "open.flac", ChannelMode::downmix, 1);
  EXPECT_EQ(reader->expected_duration_s(), 0);
  EXPECT_EQ(read_all(*reader).front(), read_file(folder / "a.flac"));
  EXPECT_DOUBLE_EQ(reader->decoded_duration_s(), 40001.0 / kModelRateHz);
}

TEST(SndfileSource, StopsWhereTheSamplesStop) {
  const TemporaryFolder folder;
  const std::string list = "LIST" + little(4, 4) + "INFO";
  save(folder / "list.wav", WavByHand{.frames = 100, .after_data = list}.bytes());
  EXPECT_EQ(read_file(folder / "list.wav").size(), 100U);
}

}  // namespace
}  // namespace diarist::audio
