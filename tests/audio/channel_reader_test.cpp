#include "audio/channel_reader.hpp"

#include <limits>
#include <random>

#include <gmock/gmock.h>

#include "audio/recordings.hpp"

namespace diarist::audio {
namespace {

using namespace testing;
using ::testing::HasSubstr;

/// Channel c of frame i is c + 1 plus i thousandths, scaled to stay below 1.
std::vector<float> numbered(std::size_t frames, int channels) {
  std::vector<float> samples;
  for (std::size_t i = 0; i < frames; ++i) {
    for (int c = 0; c < channels; ++c) {
      samples.push_back(static_cast<float>(c + 1) / 2048 + static_cast<float>(i % 100) / 4096);
    }
  }
  return samples;
}

class Channels : public ::testing::TestWithParam<int> {
 protected:
  std::filesystem::path file(std::size_t frames) {
    const auto path = folder_ / "recording.wav";
    EXPECT_TRUE(write(path, numbered(frames, GetParam()), kModelRateHz, GetParam(),
                      SF_FORMAT_WAVEX | SF_FORMAT_FLOAT));
    return path;
  }

 private:
  TemporaryFolder folder_;
};

TEST_P(Channels, DownmixIsTheMean) {
  constexpr std::size_t kFrames = 1001;
  const std::vector<float> all = numbered(kFrames, GetParam());
  const auto reader = Reader::open(file(kFrames), ChannelMode::downmix, 1);
  ASSERT_EQ(reader->streams(), 1);
  EXPECT_EQ(reader->channel(0), 1);
  const std::vector<float> mono = read_all(*reader).front();
  ASSERT_EQ(mono.size(), kFrames);
  const auto channels = static_cast<std::size_t>(GetParam());
  for (std::size_t i = 0; i < kFrames; ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += all[i * channels + c];
    ASSERT_FLOAT_EQ(mono[i], static_cast<float>(sum / GetParam())) << i;
  }
}

TEST_P(Channels, PickAndEachGiveTheChannelsUntouched) {
  constexpr std::size_t kFrames = 777;
  const std::vector<float> all = numbered(kFrames, GetParam());
  const auto path = file(kFrames);
  const auto each = Reader::open(path, ChannelMode::each, 1);
  ASSERT_EQ(each->streams(), GetParam());
  const std::vector<std::vector<float>> streams = read_all(*each, 100);
  const auto channels = static_cast<std::size_t>(GetParam());
  for (std::size_t c = 0; c < channels; ++c) {
    EXPECT_EQ(each->channel(static_cast<int>(c)), static_cast<int>(c) + 1);
    ASSERT_EQ(streams[c].size(), kFrames);
    for (std::size_t i = 0; i < kFrames; ++i) ASSERT_EQ(streams[c][i], all[i * channels + c]);
  }
  for (const int pick : {1, GetParam()}) {
    const auto picked = Reader::open(path, ChannelMode::pick, pick);
    ASSERT_EQ(picked->streams(), 1);
    EXPECT_EQ(picked->channel(0), pick);
    EXPECT_EQ(read_all(*picked).front(), streams[static_cast<std::size_t>(pick) - 1]);
  }
}

TEST_P(Channels, PickOutOfRangeNamesHowManyThereAre) {
  const auto path = file(10);
  for (const int pick : {-1, 0, GetParam() + 1}) {
    const Error error = error_of([&] { Reader::open(path, ChannelMode::pick, pick); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_EQ(error.subject(), path.string());
    EXPECT_THAT(error.problem(), HasSubstr("has no channel " + std::to_string(pick)));
    EXPECT_THAT(
        error.advice(),
        HasSubstr(GetParam() == 1 ? "one channel" : std::to_string(GetParam()) + " channels"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Channels, ::testing::Values(1, 2, 3, 8, 1024));

TEST(ChannelReader, EachIsResampledAlike) {
  const TemporaryFolder folder;
  constexpr int kRate = 44100;
  const std::vector<float> left = sine(kRate, 300, kRate);
  const std::vector<float> right = sine(kRate, 700, kRate);
  std::vector<float> both;
  for (std::size_t i = 0; i < left.size(); ++i) {
    both.push_back(left[i]);
    both.push_back(right[i]);
  }
  ASSERT_TRUE(write(folder / "a.wav", both, kRate, 2, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  const auto streams = read_all(*Reader::open(folder / "a.wav", ChannelMode::each, 1));
  EXPECT_EQ(streams[0], read_all(*Reader::over(left, kRate)).front());
  EXPECT_EQ(streams[1], read_all(*Reader::over(right, kRate)).front());
}

TEST(ChannelReader, DurationsAreAtTheRecordingsOwnRate) {
  const std::vector<float> samples = sine(44101, 300, 44100);
  const auto reader = Reader::over(samples, 44100);
  EXPECT_DOUBLE_EQ(reader->expected_duration_s(), 44101 / 44100.0);
  read_all(*reader);
  EXPECT_DOUBLE_EQ(reader->decoded_duration_s(), 44101 / 44100.0);
}

TEST(ChannelReader, ReadsNothingMoreAfterTheEnd) {
  const std::vector<float> samples = sine(1000, 300, kModelRateHz);
  const auto reader = Reader::over(samples, kModelRateHz);
  read_all(*reader);
  float sample = 0;
  float* const pointer = &sample;
  EXPECT_EQ(reader->read({&pointer, 1}, 1), 0U);
  EXPECT_EQ(reader->read({&pointer, 1}, 0), 0U);
}

TEST(ChannelReader, SamplesThatAreNotFiniteAreNamedByTheirTime) {
  const TemporaryFolder folder;
  std::vector<float> samples(2 * 48000, 0.1F);
  samples[2 * 36000 + 1] = std::numeric_limits<float>::quiet_NaN();
  const auto file = folder / "nan.wav";
  ASSERT_TRUE(write(file, samples, 24000, 2, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  const Error mixed = error_of_reading(file);
  EXPECT_EQ(mixed.code(), ErrorCode::corrupt_audio);
  EXPECT_THAT(mixed.what(), HasSubstr("NaN) at 1.500 s"));
  const Error each = error_of([&] { read_all(*Reader::open(file, ChannelMode::each, 1)); });
  EXPECT_THAT(each.what(), HasSubstr("at 1.500 s in channel 2"));
  // The other channel is whole.
  EXPECT_EQ(read_all(*Reader::open(file, ChannelMode::pick, 1)).front().size(), 32000U);

  const std::vector<float> infinite = {0.0F, -std::numeric_limits<float>::infinity()};
  const Error memory = error_of([&] { read_all(*Reader::over(infinite, kModelRateHz)); });
  EXPECT_EQ(memory.code(), ErrorCode::corrupt_audio);
  EXPECT_THAT(memory.what(), HasSubstr("infinite at 0.000 s"));
}

TEST(ChannelReader, SamplesTooLargeForTheFilterAreRefused) {
  std::mt19937 random(1);
  std::vector<float> samples(20000);
  for (float& sample : samples) {
    sample = (random() & 1U) != 0 ? std::numeric_limits<float>::max()
                                  : std::numeric_limits<float>::lowest();
  }
  const Error error = error_of([&] { read_all(*Reader::over(samples, 44100)); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_audio);
  EXPECT_THAT(error.what(), HasSubstr("too large"));
}

TEST(ReaderOver, ChecksWhatItIsGiven) {
  const std::vector<float> samples(10, 0.0F);
  EXPECT_EQ(error_of([&] { Reader::over({}, kModelRateHz); }).code(), ErrorCode::corrupt_audio);
  for (const int rate : {-1, 0, 768001}) {
    const Error error = error_of([&] { Reader::over(samples, rate); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(rate) + " Hz"));
  }
  EXPECT_EQ(read_all(*Reader::over(samples, kModelRateHz)).front(), samples);
}

}  // namespace
}  // namespace diarist::audio
