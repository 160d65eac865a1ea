// Bit for bit: every coding that a file may have, cut and read back.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include "diarist/error.hpp"
#include "diarist/split.hpp"

#include "audio/recordings.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;
using audio::testing::error_of;
using audio::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kRateHz = 11025;
constexpr sf_count_t kFrames = 40000;

struct Coding {
  const char* name;
  int format;        ///< Of the source.
  int copied;        ///< Of what is cut without options.
  const char* told;  ///< In the manifest.
};

void PrintTo(const Coding& coding, std::ostream* out) { *out << coding.name; }

constexpr int kWav = SF_FORMAT_WAV;
constexpr int kFlac = SF_FORMAT_FLAC;

const std::vector<Coding> kCodings = {
    {"wav_u8", kWav | SF_FORMAT_PCM_U8, kWav | SF_FORMAT_PCM_U8, "pcm_8"},
    {"wav_16", kWav | SF_FORMAT_PCM_16, kWav | SF_FORMAT_PCM_16, "pcm_16"},
    {"wav_24", kWav | SF_FORMAT_PCM_24, kWav | SF_FORMAT_PCM_24, "pcm_24"},
    {"wav_32", kWav | SF_FORMAT_PCM_32, kWav | SF_FORMAT_PCM_32, "pcm_32"},
    {"wav_float", kWav | SF_FORMAT_FLOAT, kWav | SF_FORMAT_FLOAT, "f32"},
    {"wav_double", kWav | SF_FORMAT_DOUBLE, kWav | SF_FORMAT_DOUBLE, "f64"},
    {"wav_alaw", kWav | SF_FORMAT_ALAW, kWav | SF_FORMAT_ALAW, "a_law"},
    {"wav_ulaw", kWav | SF_FORMAT_ULAW, kWav | SF_FORMAT_ULAW, "u_law"},
    {"wav_adpcm", kWav | SF_FORMAT_IMA_ADPCM, kWav | SF_FORMAT_PCM_16, "pcm_16"},
    {"wavex_24", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, "pcm_24"},
    {"wavex_float", SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, "f32"},
    {"rf64_16", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, kWav | SF_FORMAT_PCM_16, "pcm_16"},
    {"w64_24", SF_FORMAT_W64 | SF_FORMAT_PCM_24, kWav | SF_FORMAT_PCM_24, "pcm_24"},
    {"flac_8", kFlac | SF_FORMAT_PCM_S8, kFlac | SF_FORMAT_PCM_S8, "pcm_8"},
    {"flac_16", kFlac | SF_FORMAT_PCM_16, kFlac | SF_FORMAT_PCM_16, "pcm_16"},
    {"flac_24", kFlac | SF_FORMAT_PCM_24, kFlac | SF_FORMAT_PCM_24, "pcm_24"},
    {"aiff_s8", SF_FORMAT_AIFF | SF_FORMAT_PCM_S8, kWav | SF_FORMAT_PCM_U8, "pcm_8"},
    {"aiff_24", SF_FORMAT_AIFF | SF_FORMAT_PCM_24, kWav | SF_FORMAT_PCM_24, "pcm_24"},
    {"aiff_float", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, kWav | SF_FORMAT_FLOAT, "f32"},
    {"au_32", SF_FORMAT_AU | SF_FORMAT_PCM_32, kWav | SF_FORMAT_PCM_32, "pcm_32"},
    {"caf_alac_24", SF_FORMAT_CAF | SF_FORMAT_ALAC_24, kWav | SF_FORMAT_PCM_24, "pcm_24"},
    {"ogg_vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, kWav | SF_FORMAT_FLOAT, "f32"},
};

/// A file as libsndfile reads it, in the widest of its own types.
struct Sound {
  SF_INFO info{};
  std::vector<double> exact;       ///< Floats: as doubles, which hold them.
  std::vector<std::int32_t> ints;  ///< Integers, in the highest bits.

  bool floats() const {
    const int coding = info.format & SF_FORMAT_SUBMASK;
    return coding == SF_FORMAT_FLOAT || coding == SF_FORMAT_DOUBLE || coding == SF_FORMAT_VORBIS;
  }
};

Sound read(const fs::path& file) {
  Sound sound;
  SNDFILE* in = sf_open(file.c_str(), SFM_READ, &sound.info);
  if (in == nullptr) throw std::runtime_error("cannot read " + file.string());
  const auto samples = static_cast<std::size_t>(sound.info.frames * sound.info.channels);
  if (sound.floats()) {
    sound.exact.resize(samples);
    sf_readf_double(in, sound.exact.data(), sound.info.frames);
  } else {
    sound.ints.resize(samples);
    sf_readf_int(in, sound.ints.data(), sound.info.frames);
  }
  sf_close(in);
  return sound;
}

/// Noise over the whole range of integers, floats beyond 1 among it.
bool write_noise(const fs::path& file, int format, int channels) {
  SF_INFO info{};
  info.samplerate = kRateHz;
  info.channels = channels;
  info.format = format;
  if (sf_format_check(&info) == 0) return false;
  SNDFILE* out = sf_open(file.c_str(), SFM_WRITE, &info);
  if (out == nullptr) return false;
  std::mt19937 random(static_cast<unsigned>(format));
  const auto samples = static_cast<std::size_t>(kFrames * channels);
  const int coding = format & SF_FORMAT_SUBMASK;
  if (coding == SF_FORMAT_FLOAT || coding == SF_FORMAT_DOUBLE) {
    std::normal_distribution<double> values(0, 0.7);
    std::vector<double> noise(samples);
    for (double& value : noise) value = values(random);
    noise[3] = 1e-42;  // Not normal as a float.
    noise[4] = -0.0;
    sf_writef_double(out, noise.data(), kFrames);
  } else {
    std::vector<int> noise(samples);
    for (int& value : noise) value = static_cast<int>(random());
    noise[5] = std::numeric_limits<int>::min();
    noise[6] = std::numeric_limits<int>::max();
    sf_writef_int(out, noise.data(), kFrames);
  }
  sf_close(out);
  return true;
}

Diarization turns_of(std::vector<std::pair<double, double>> stretches) {
  Diarization turns;
  turns.speakers = {{"A", 0, {}, 1}};
  for (const auto& [start, end] : stretches) turns.turns.push_back({start, end, 0, 0.5F, 1});
  return turns;
}

const Diarization kTurns = turns_of({{0, 0.5}, {1.0001, 2.25}, {3.1, 3.6}});

void expect_copied(const Sound& source, const Sound& cut, const SplitFile& file) {
  ASSERT_EQ(cut.info.channels, source.info.channels);
  ASSERT_EQ(cut.info.samplerate, source.info.samplerate);
  ASSERT_EQ(cut.info.frames, file.samples);
  const auto channels = static_cast<std::int64_t>(source.info.channels);
  for (const SplitPiece& piece : file.pieces) {
    for (std::int64_t i = 0; i < piece.samples * channels; ++i) {
      const auto from = static_cast<std::size_t>(piece.first_sample * channels + i);
      const auto to = static_cast<std::size_t>(piece.sample_in_file * channels + i);
      if (source.floats()) {
        ASSERT_EQ(std::signbit(cut.exact[to]), std::signbit(source.exact[from]));
        ASSERT_EQ(cut.exact[to], source.exact[from]) << i;
      } else {
        ASSERT_EQ(cut.ints[to], source.ints[from]) << i;
      }
    }
  }
}

class EveryCoding : public ::testing::TestWithParam<Coding> {
 protected:
  TemporaryFolder folder;
};

TEST_P(EveryCoding, IsCopiedBitForBit) {
  for (const int channels : {1, 2, 3}) {
    const fs::path file = folder / ("source" + std::to_string(channels));
    if (!write_noise(file, GetParam().format, channels)) {
      ASSERT_GT(channels, 2) << "this libsndfile cannot write the format";
      continue;
    }
    const Sound source = read(file);
    for (const SplitBy by : {SplitBy::speaker, SplitBy::turn}) {
      SplitOptions options;
      options.by = by;
      const SplitResult result = split(file, kTurns, folder / "cut", options);
      ASSERT_EQ(result.files.size(), by == SplitBy::turn ? 3U : 1U);
      EXPECT_EQ(result.coding, GetParam().told);
      for (const SplitFile& each : result.files) {
        const Sound cut = read(folder / ("cut/" + each.name));
        EXPECT_EQ(cut.info.format & (SF_FORMAT_TYPEMASK | SF_FORMAT_SUBMASK), GetParam().copied);
        expect_copied(source, cut, each);
      }
    }
  }
}

TEST_P(EveryCoding, GivesTheSameBytesEachTime) {
  const fs::path file = folder / "source";
  ASSERT_TRUE(write_noise(file, GetParam().format, 2));
  for (const char* cut : {"one", "two"}) split(file, kTurns, folder / cut);
  for (const auto& entry : fs::directory_iterator(folder / "one")) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(audio::testing::load(folder / ("one/" + name)),
              audio::testing::load(folder / ("two/" + name)))
        << name;
    // A chunk that libsndfile puts the time into.
    EXPECT_THAT(audio::testing::load(entry.path()).substr(0, 200), Not(HasSubstr("PEAK"))) << name;
  }
}

TEST_P(EveryCoding, OneChannelOfIt) {
  const fs::path file = folder / "source";
  ASSERT_TRUE(write_noise(file, GetParam().format, 2));
  const Sound source = read(file);
  Diarization turns = kTurns;
  for (Turn& turn : turns.turns) turn.channel = 2;
  const SplitResult result = split(file, turns, folder / "cut");
  ASSERT_EQ(result.files.size(), 1U);
  EXPECT_EQ(result.files[0].channel, 2);
  const Sound cut = read(folder / ("cut/" + result.files[0].name));
  Sound second = source;
  second.info.channels = 1;
  const auto pick = [](auto& samples) {
    for (std::size_t i = 0; i < samples.size() / 2; ++i) samples[i] = samples[2 * i + 1];
    samples.resize(samples.size() / 2);
  };
  pick(second.exact);
  pick(second.ints);
  expect_copied(second, cut, result.files[0]);
}

INSTANTIATE_TEST_SUITE_P(Samples, EveryCoding, ::testing::ValuesIn(kCodings),
                         [](const auto& info) { return std::string(info.param.name); });

class Samples : public ::testing::Test {
 protected:
  fs::path noise(const std::string& name, int format, int channels = 1) const {
    EXPECT_TRUE(write_noise(folder / name, format, channels));
    return folder / name;
  }
  TemporaryFolder folder;
};

TEST_F(Samples, EveryCodeOfALawAndULaw) {
  for (const int coding : {SF_FORMAT_ALAW, SF_FORMAT_ULAW}) {
    SF_INFO info{};
    info.samplerate = 8000;
    info.channels = 1;
    info.format = SF_FORMAT_WAV | coding;
    SNDFILE* out = sf_open((folder / "codes.wav").c_str(), SFM_WRITE, &info);
    std::vector<unsigned char> codes(8000);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<unsigned char>(i);
    sf_write_raw(out, codes.data(), static_cast<sf_count_t>(codes.size()));
    sf_close(out);
    const Sound source = read(folder / "codes.wav");
    const SplitResult result = split(folder / "codes.wav", turns_of({{0, 1}}), folder / "cut");
    expect_copied(source, read(folder / ("cut/" + result.files[0].name)), result.files[0]);
  }
}

TEST_F(Samples, SilenceBetweenPieces) {
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                           SF_FORMAT_WAV | SF_FORMAT_DOUBLE, SF_FORMAT_WAV | SF_FORMAT_ULAW}) {
    const fs::path file = noise("source", format, 2);
    SplitOptions options;
    options.gap_s = 1;
    const SplitResult result = split(file, kTurns, folder / "cut", options);
    const SplitFile& made = result.files[0];
    const Sound cut = read(folder / ("cut/" + made.name));
    expect_copied(read(file), cut, made);
    ASSERT_EQ(made.pieces.size(), 3U);
    for (std::size_t p = 0; p + 1 < made.pieces.size(); ++p) {
      const std::int64_t end = made.pieces[p].sample_in_file + made.pieces[p].samples;
      EXPECT_EQ(made.pieces[p + 1].sample_in_file - end, kRateHz);
      for (std::int64_t i = 2 * end; i < 2 * (end + kRateHz); ++i) {
        const auto at = static_cast<std::size_t>(i);
        ASSERT_EQ(cut.floats() ? cut.exact[at] : cut.ints[at], 0);
      }
    }
  }
}

TEST_F(Samples, OtherContainersHoldTheSame) {
  for (const int coding : {SF_FORMAT_PCM_U8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_ULAW}) {
    const fs::path file = noise("source", SF_FORMAT_WAV | coding, 2);
    SplitOptions options;
    options.format = SplitFormat::flac;
    const SplitResult result = split(file, kTurns, folder / "cut", options);
    EXPECT_EQ(result.format, "flac");
    EXPECT_THAT(result.files[0].name, ::testing::EndsWith(".flac"));
    expect_copied(read(file), read(folder / ("cut/" + result.files[0].name)), result.files[0]);
  }
  const fs::path file = noise("source", SF_FORMAT_FLAC | SF_FORMAT_PCM_24);
  SplitOptions options;
  options.format = SplitFormat::wav;
  const SplitResult result = split(file, kTurns, folder / "cut", options);
  EXPECT_EQ(result.format, "wav");
  expect_copied(read(file), read(folder / ("cut/" + result.files[0].name)), result.files[0]);
}

TEST_F(Samples, FlacHoldsNeitherFloatsNor32Bits) {
  SplitOptions options;
  options.format = SplitFormat::flac;
  const Error floats = error_of([&] {
    split(noise("f.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT), kTurns, folder / "cut", options);
  });
  EXPECT_EQ(floats.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(floats.what(), HasSubstr("floating-point samples, which FLAC cannot hold"));
  const Error wide = error_of([&] {
    split(noise("w.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32), kTurns, folder / "cut", options);
  });
  EXPECT_THAT(wide.what(), HasSubstr("32 bits, of which FLAC holds at most 24"));
  const Error channels = error_of([&] {
    split(noise("c.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 9), kTurns, folder / "cut", options);
  });
  EXPECT_THAT(channels.what(), HasSubstr("cannot be cut to flac of 9 channels at 11025 Hz"));
  EXPECT_FALSE(fs::exists(folder / "cut"));
}

TEST_F(Samples, RoundedToBits) {
  for (const int bits : {16, 24}) {
    for (const int format : {SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_WAV | SF_FORMAT_DOUBLE,
                             SF_FORMAT_WAV | SF_FORMAT_PCM_32, SF_FORMAT_WAV | SF_FORMAT_PCM_U8}) {
      const fs::path file = noise("source", format);
      const Sound source = read(file);
      SplitOptions options;
      options.format = SplitFormat::flac;
      options.bits = bits;
      const SplitResult result = split(file, turns_of({{0, 2}}), folder / "cut", options);
      EXPECT_EQ(result.coding, bits == 16 ? "pcm_16" : "pcm_24");
      const Sound cut = read(folder / ("cut/" + result.files[0].name));
      const double highest = std::ldexp(1.0, bits - 1) - 1;
      for (std::size_t i = 0; i < cut.ints.size(); ++i) {
        const double value = source.floats() ? source.exact[i]
                                             : std::ldexp(static_cast<double>(source.ints[i]), -31);
        const double wanted =
            std::clamp(std::nearbyint(std::ldexp(value, bits - 1)), -highest - 1, highest);
        ASSERT_EQ(std::ldexp(static_cast<double>(cut.ints[i]), bits - 32), wanted) << value;
      }
    }
  }
}

TEST_F(Samples, WhatIsNotFiniteIsCopiedButNotRounded) {
  std::vector<float> samples(8000, 0.25F);
  samples[4000] = std::numeric_limits<float>::quiet_NaN();
  ASSERT_TRUE(
      audio::testing::write(folder / "nan.wav", samples, 8000, 1, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  const SplitResult result = split(folder / "nan.wav", turns_of({{0, 1}}), folder / "cut");
  EXPECT_TRUE(std::isnan(read(folder / ("cut/" + result.files[0].name)).exact[4000]));
  SplitOptions options;
  options.bits = 16;
  const Error error = error_of([&] {
    split(folder / "nan.wav", turns_of({{0, 1}}), folder / "rounded", options);
  });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_audio);
  EXPECT_THAT(error.what(), HasSubstr("a sample that is not finite at 0.500 s"));
  EXPECT_FALSE(fs::exists(folder / "rounded"));
}

TEST_F(Samples, WhatFfmpegReadsIsCutAsItDecodesIt) {
  const fs::path wav = noise("source.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2);
  const std::string command = "ffmpeg -loglevel error -y -i '" + wav.string() + "' -c:a alac '" +
                              (folder / "source.m4a").string() + "'";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no ffmpeg here";
  const SplitResult result = split(folder / "source.m4a", kTurns, folder / "cut");
  EXPECT_EQ(result.coding, "f32");
  const SplitFile& made = result.files[0];
  const Sound cut = read(folder / ("cut/" + made.name));
  const Sound source = read(wav);
  ASSERT_EQ(cut.info.frames, made.samples);
  for (const SplitPiece& piece : made.pieces) {
    for (std::int64_t i = 0; i < piece.samples * 2; ++i) {
      const auto from = static_cast<std::size_t>(piece.first_sample * 2 + i);
      const auto to = static_cast<std::size_t>(piece.sample_in_file * 2 + i);
      ASSERT_EQ(cut.exact[to], std::ldexp(source.ints[from], -31));
    }
  }
}

}  // namespace
}  // namespace diarist
