// Live streams of a few seconds: what the sanitizers see of them.
#include <cmath>
#include <cstddef>
#include <limits>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/stream.hpp"

#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

/// In blocks of `block` samples: as many events, and how it ends.
Stream::End run(Stream& stream, std::span<const float> samples, std::size_t block) {
  std::vector<StreamEvent> events;
  for (std::size_t at = 0; at < samples.size(); at += block) {
    const auto fresh = stream.push(samples.subspan(at, std::min(block, samples.size() - at)));
    events.insert(events.end(), fresh.begin(), fresh.end());
  }
  Stream::End end = stream.finish();
  end.events.insert(end.events.begin(), events.begin(), events.end());
  return end;
}

std::string text_of(const Diarization& diarization, FileFormat format) {
  std::ostringstream out;
  write(out, diarization, format);
  return std::move(out).str();
}

class ShortStream : public ::testing::Test {
 protected:
  const Diarizer diarizer_{Model::builtin(), {.threads = 2}};
};

TEST_F(ShortStream, SeveralAtOnceEndLikewise) {
  const std::string expected =
      text_of(diarizer_.diarize(testing::spoken_samples(), 16000), FileFormat::json);
  std::vector<std::string> found(2);
  std::vector<std::thread> threads;
  for (std::string& text : found) {
    threads.emplace_back([&] {
      StreamOptions options;
      options.delay_s = 4;  // a look a second
      Stream stream(diarizer_, options);
      text = text_of(run(stream, testing::spoken_samples(), 3000).diarization, FileFormat::json);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : found) EXPECT_EQ(text, expected);
}

TEST_F(ShortStream, TheShortestEndsLikewise) {
  const std::vector<float> one(1, 0.25F);
  Stream stream(diarizer_);
  const Stream::End end = run(stream, one, 1);
  EXPECT_TRUE(end.events.empty());
  EXPECT_EQ(text_of(end.diarization, FileFormat::json),
            text_of(diarizer_.diarize(one, 16000), FileFormat::json));
}

TEST_F(ShortStream, MayBeLeftInTheMiddle) {
  Stream stream(diarizer_);
  stream.push(std::span(testing::spoken_samples()).first(40000));
  Stream other(std::move(stream));
  other.push(std::span(testing::spoken_samples()).subspan(40000, 20000));
  EXPECT_NEAR(other.pushed_s(), 3.75, 1e-9);
}

TEST_F(ShortStream, SaysWhatIsWrong) {
  const auto code = [](const auto& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  for (const double delay_s : {0.0, 0.49, 10.1, -1.0, std::nan("")}) {
    StreamOptions options;
    options.delay_s = delay_s;
    EXPECT_EQ(code([&] { const Stream stream(diarizer_, options); }), ErrorCode::invalid_argument);
  }
  StreamOptions options;
  options.settle_s = 1;  // less than the delay
  EXPECT_EQ(code([&] { const Stream stream(diarizer_, options); }), ErrorCode::invalid_argument);
  options = {};
  options.sample_rate_hz = 0;
  EXPECT_EQ(code([&] { const Stream stream(diarizer_, options); }), ErrorCode::invalid_argument);
  options = {};
  options.behavior.speakers = 0;
  EXPECT_EQ(code([&] { const Stream stream(diarizer_, options); }), ErrorCode::invalid_argument);

  Stream empty(diarizer_);
  EXPECT_EQ(code([&] { empty.finish(); }), ErrorCode::corrupt_audio);
  Stream stream(diarizer_);
  const std::vector<float> bad{0.0F, std::numeric_limits<float>::infinity()};
  EXPECT_EQ(code([&] { stream.push(bad); }), ErrorCode::corrupt_audio);
  stream.push(std::vector<float>(1600, 0.0F));
  stream.finish();
  EXPECT_EQ(code([&] { stream.push(std::vector<float>(10, 0.0F)); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([&] { stream.finish(); }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace diarist
