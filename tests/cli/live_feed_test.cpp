// Sound between reading and analysis: all of it arrives, and how much waits is known.
#include "cli/live_feed.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::cli {
namespace {

constexpr int kRate = 1000;

void wait_until(const std::function<bool()>& there) {
  for (int i = 0; i < 1000 && !there(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(there());
}

/// Standard input is a pipe, which a thread writes samples to.
class LiveFeedTest : public ::testing::Test {
 protected:
  LiveFeedTest() : own_input_(::dup(STDIN_FILENO)) { std::signal(SIGPIPE, SIG_IGN); }
  ~LiveFeedTest() override {
    ::close(STDIN_FILENO);  // a writer that is left over ends
    if (writer_.joinable()) writer_.join();
    if (end_ >= 0) ::close(end_);
    ::dup2(own_input_, STDIN_FILENO);
    ::close(own_input_);
  }

  LiveFeed feed_of(const std::vector<float>& samples, bool closes = true) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    end_ = ends[1];
    writer_ = std::thread([this, samples, closes] {
      const char* at = reinterpret_cast<const char*>(samples.data());
      const char* const end = at + 4 * samples.size();
      for (ssize_t got = 1; at < end && got > 0; at += got) {
        got = ::write(end_, at, static_cast<std::size_t>(end - at));
      }
      if (closes) {
        ::close(end_);
        end_ = -1;
      }
    });
    LiveAudioOptions options;
    options.raw = {RawSamples::Coding::f32le, kRate, 1};
    options.stop = stop_;
    return {LiveAudio::open("-", options), "standard input", stop_};
  }

  CancellationToken stop_;

 private:
  int own_input_;
  int end_ = -1;
  std::thread writer_;
};

std::vector<float> ramp(double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * kRate));
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(i);
  return samples;
}

std::vector<float> all_of(LiveFeed& feed) {
  std::vector<float> all;
  std::vector<float> samples;
  while (feed.next(samples)) {
    EXPECT_LE(samples.size(), static_cast<std::size_t>(kRate));
    all.insert(all.end(), samples.begin(), samples.end());
  }
  return all;
}

TEST_F(LiveFeedTest, NothingIsLostWhereReadingHasToWait) {
  const std::vector<float> samples = ramp(100.37);
  LiveFeed feed = feed_of(samples);
  EXPECT_EQ(feed.sample_rate_hz(), kRate);
  wait_until([&] { return feed.full(); });
  EXPECT_EQ(all_of(feed), samples);
  EXPECT_FALSE(feed.full());
}

TEST_F(LiveFeedTest, IsBehindByWhatWaitsAndNoMoreThanByTheClock) {
  LiveFeed feed = feed_of(ramp(3), false);
  wait_until([&] { return feed.behind_s(-100) >= 3; });
  EXPECT_EQ(feed.behind_s(-100), 3);  // all that waits
  EXPECT_EQ(feed.behind_s(100), 0);   // sound came faster than it was spoken
  std::vector<float> samples;
  ASSERT_TRUE(feed.next(samples));
  EXPECT_NEAR(feed.behind_s(-100), 3 - static_cast<double>(samples.size()) / kRate, 1e-9);
}

TEST_F(LiveFeedTest, EndsWhereItIsStopped) {
  LiveFeed feed = feed_of(ramp(2), false);
  wait_until([&] { return feed.behind_s(-100) >= 2; });
  stop_.cancel();
  EXPECT_EQ(all_of(feed), ramp(2));  // what had come
}

TEST_F(LiveFeedTest, GivesWhatIsSoundBeforeItSaysWhatIsNot) {
  std::vector<float> samples = ramp(3);
  samples[2345] = std::numeric_limits<float>::quiet_NaN();
  LiveFeed feed = feed_of(samples);
  std::vector<float> all;
  std::vector<float> block;
  try {
    while (feed.next(block)) all.insert(all.end(), block.begin(), block.end());
    ADD_FAILURE() << "no complaint";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_audio);
    EXPECT_NE(std::string(error.what()).find("standard input: has a sample at 2.345 s"),
              std::string::npos)
        << error.what();
  }
  samples.resize(2345);
  EXPECT_EQ(all, samples);
}

TEST_F(LiveFeedTest, MayBeDroppedWhileReadingWaits) {
  LiveFeed feed = feed_of(ramp(100));
  wait_until([&] { return feed.full(); });
}  // and does not hang

}  // namespace
}  // namespace diarist::cli
