#include "audio/wav_stream.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::audio {
namespace {

/// Writing to a pipe that was closed is an error, and not the end of the test.
class WavStream : public ::testing::Test {
 protected:
  void SetUp() override { std::signal(SIGPIPE, SIG_IGN); }
};

LiveAudioOptions with(const std::optional<RawSamples>& raw) {
  LiveAudioOptions options;
  options.raw = raw;
  return options;
}

/// A pipe that somebody writes `text` to, a few bytes at a time.
class SlowPipe {
 public:
  explicit SlowPipe(std::string text, std::size_t block = 7) {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    writer_ = std::thread([this, text = std::move(text), block] {
      for (std::size_t at = 0; at < text.size(); at += block) {
        const std::size_t size = std::min(block, text.size() - at);
        if (::write(ends_[1], text.data() + at, size) < 0) break;
      }
      ::close(ends_[1]);
    });
  }
  ~SlowPipe() {
    ::close(ends_[0]);
    writer_.join();
  }
  int descriptor() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
  std::thread writer_;
};

std::string bytes(std::uint64_t value, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0);
  return text;
}

std::string format_chunk(int format, int channels, int rate_hz, int bits) {
  return "fmt " + bytes(16, 4) + bytes(static_cast<std::uint64_t>(format), 2) +
         bytes(static_cast<std::uint64_t>(channels), 2) +
         bytes(static_cast<std::uint64_t>(rate_hz), 4) + bytes(0, 4) + bytes(0, 2) +
         bytes(static_cast<std::uint64_t>(bits), 2);
}

std::string wav(const std::string& chunks, std::uint64_t data_size, const std::string& samples,
                const std::string& name = "RIFF") {
  return name + bytes(0xFFFFFFFF, 4) + "WAVE" + chunks + "data" + bytes(data_size, 4) + samples;
}

std::vector<float> all(Source& source, std::size_t at_once = 6) {
  std::vector<float> samples;
  std::vector<float> block(at_once * static_cast<std::size_t>(source.channels()));
  for (;;) {
    const std::size_t frames = source.read(block);
    samples.insert(samples.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(frames) * source.channels());
    if (frames < at_once) return samples;
  }
}

std::vector<float> read(const std::string& text,
                        const std::optional<RawSamples>& raw = std::nullopt) {
  const SlowPipe pipe(text);
  return all(*open_wav_stream(pipe.descriptor(), "a pipe", with(raw)));
}

Error refusal(const std::string& text, const std::optional<RawSamples>& raw = std::nullopt) {
  try {
    read(text, raw);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing", "was thrown");
}

const std::string kSixteen = bytes(0x4000, 2) + bytes(0xC000, 2) + bytes(1, 2);

TEST_F(WavStream, ReadsEveryCoding) {
  const std::vector<float> expected{0.5F, -0.5F};
  EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 8), 2, "\xC0\x40")), expected);
  EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 16), 4, bytes(0x4000, 2) + bytes(0xC000, 2))),
            expected);
  EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 24), 6, bytes(0x400000, 3) + bytes(0xC00000, 3))),
            expected);
  EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 32), 8, bytes(0x40000000, 4) + bytes(0xC0000000, 4))),
            expected);
  EXPECT_EQ(read(wav(format_chunk(3, 1, 8000, 32), 8, bytes(0x3F000000, 4) + bytes(0xBF000000, 4))),
            expected);
  EXPECT_EQ(read(wav(format_chunk(3, 1, 8000, 64), 16,
                     bytes(0x3FE0000000000000, 8) + bytes(0xBFE0000000000000, 8))),
            expected);
}

TEST_F(WavStream, TellsRateAndChannels) {
  const SlowPipe pipe(wav(format_chunk(1, 2, 44100, 16), 0xFFFFFFFF, kSixteen + kSixteen));
  const auto source = open_wav_stream(pipe.descriptor(), "a pipe", {});
  EXPECT_EQ(source->sample_rate_hz(), 44100);
  EXPECT_EQ(source->channels(), 2);
  EXPECT_EQ(all(*source).size(), 6U);
}

TEST_F(WavStream, AnOpenLengthIsTheEndOfThePipe) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{0xFFFFFFFF}}) {
    EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 16), size, kSixteen)).size(), 3U);
  }
  // As sox and arecord leave it.
  for (const std::uint64_t size : {std::uint64_t{0x7FFFF000}, std::uint64_t{0x80000000}}) {
    EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 16), size, kSixteen)).size(), 3U);
  }
}

TEST_F(WavStream, AWideFileHasItsLengthBefore) {
  const auto wide = [](std::uint64_t size) {
    const std::string lengths = "ds64" + bytes(28, 4) + bytes(0, 8) + bytes(size, 8) + bytes(0, 12);
    return read(wav(lengths + format_chunk(1, 1, 8000, 16), 0xFFFFFFFF, kSixteen + "LIST", "RF64"));
  };
  EXPECT_EQ(wide(6).size(), 3U);
  EXPECT_EQ(wide(4).size(), 2U);
  EXPECT_EQ(wide(0).size(), 5U);
  EXPECT_EQ(wide(~std::uint64_t{0}).size(), 5U);
  EXPECT_EQ(wide(std::uint64_t{1} << 33).size(), 5U);
}

TEST_F(WavStream, EndsWhereItIsStopped) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  LiveAudioOptions options;
  const auto read_on_a_thread = [&](auto&& what) {
    std::thread reader(what);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    options.stop.cancel();
    reader.join();  // and not for ever
  };
  ErrorCode code = ErrorCode::internal;
  read_on_a_thread([&] {
    try {
      open_wav_stream(ends[0], "a pipe", options);
    } catch (const Error& error) {
      code = error.code();
    }
  });
  EXPECT_EQ(code, ErrorCode::cancelled);

  options.stop = CancellationToken();
  options.raw = RawSamples{};
  const auto source = open_wav_stream(ends[0], "a pipe", options);
  ASSERT_EQ(::write(ends[1], kSixteen.data(), kSixteen.size()), 6);
  std::vector<float> block(100);
  std::size_t got = 0;
  read_on_a_thread([&] { got = source->read(block); });
  EXPECT_EQ(got, 3U);  // what had come
  EXPECT_EQ(source->read(block), 0U);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(WavStream, WhatFollowsTheSamplesIsNotSound) {
  EXPECT_EQ(read(wav(format_chunk(1, 1, 8000, 16), 4, kSixteen + "LIST")).size(), 2U);
}

TEST_F(WavStream, PassesOtherChunksOver) {
  const std::string list = "LIST" + bytes(5, 4) + "hello" + std::string(1, '\0');
  EXPECT_EQ(read(wav(list + format_chunk(1, 1, 8000, 16) + list, 6, kSixteen)).size(), 3U);
}

TEST_F(WavStream, AFrameThatIsCutOffIsLeftOut) {
  EXPECT_EQ(read(wav(format_chunk(1, 2, 8000, 16), 0, kSixteen)).size(), 2U);
}

TEST_F(WavStream, RawSamples) {
  RawSamples raw;
  raw.channels = 1;
  EXPECT_EQ(read(bytes(0x4000, 2) + bytes(0xC000, 2), raw), (std::vector<float>{0.5F, -0.5F}));
  raw.coding = RawSamples::Coding::f32le;
  EXPECT_EQ(read(bytes(0x3F000000, 4), raw), std::vector<float>{0.5F});
  EXPECT_TRUE(read("", raw).empty());
}

TEST_F(WavStream, SaysWhatIsWrong) {
  const std::string whole = wav(format_chunk(1, 1, 8000, 16), 6, kSixteen);
  for (std::size_t size = 0; size < whole.size() - kSixteen.size(); ++size) {
    const Error error = refusal(whole.substr(0, size));
    EXPECT_EQ(error.code(), ErrorCode::corrupt_audio) << size << " bytes: " << error.what();
  }
  EXPECT_EQ(refusal("ID3" + std::string(100, 'x')).code(), ErrorCode::unsupported_audio);
  EXPECT_EQ(refusal(wav(format_chunk(6, 1, 8000, 8), 2, "ab")).code(),
            ErrorCode::unsupported_audio);
  EXPECT_EQ(refusal(wav(format_chunk(1, 0, 8000, 16), 2, "ab")).code(), ErrorCode::corrupt_audio);
  EXPECT_EQ(refusal(wav(format_chunk(1, 1, 0, 16), 2, "ab")).code(), ErrorCode::corrupt_audio);
  EXPECT_EQ(refusal(wav(format_chunk(1, 2000, 8000, 16), 2, "ab")).code(),
            ErrorCode::unsupported_audio);
  EXPECT_EQ(refusal(wav("", 2, "ab")).code(), ErrorCode::corrupt_audio);
  EXPECT_EQ(refusal(wav("JUNK" + bytes(0xFFFFFFF0, 4), 2, "ab")).code(), ErrorCode::corrupt_audio);
  RawSamples raw;
  raw.channels = 0;
  EXPECT_EQ(refusal("ab", raw).code(), ErrorCode::corrupt_audio);
}

// Chunks of nothing, for as long as somebody sends them.
TEST_F(WavStream, AHeaderWithoutEndIsRefused) {
  std::string chunks;
  for (int i = 0; i < 1 << 16; ++i) chunks += "LIST" + bytes(1024, 4) + std::string(1024, ' ');
  const SlowPipe pipe("RIFF" + bytes(0xFFFFFFFF, 4) + "WAVE" + chunks, 1 << 16);
  try {
    open_wav_stream(pipe.descriptor(), "it", with(std::nullopt));
    ADD_FAILURE() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_audio);
    EXPECT_NE(std::string(error.what()).find("without end"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace diarist::audio
