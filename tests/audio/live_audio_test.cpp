// What ffmpeg opens while it goes on, and what is refused.
#include "diarist/live_audio.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "audio/child_process.hpp"
#include "audio/ffmpeg_source.hpp"
#include "audio/recordings.hpp"
#include "testing/places.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

bool has_ffmpeg() {
  const auto child = audio::ChildProcess::start({"ffmpeg", "-version"}, STDIN_FILENO);
  if (!child) return false;
  std::vector<std::byte> output(1 << 16);
  child->read(output);
  return child->wait() == 0;
}

Error refusal(const std::string& input, const LiveAudioOptions& options = {}) {
  try {
    LiveAudio::open(input, options);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "nothing", "was thrown");
}

double seconds_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A port of this machine on which calls are taken, and nothing is ever said.
class SilentPort {
 public:
  SilentPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, plain, size), 0);
    EXPECT_EQ(::listen(socket_, 4), 0);
    EXPECT_EQ(::getsockname(socket_, plain, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentPort() { ::close(socket_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/talk.mp3"; }

 private:
  int socket_;
  int port_ = 0;
};

class LiveAudioOfFfmpeg : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  }
  const std::string sample_ = (testing::source_dir() / "samples/sample.wav").string();
};

TEST_F(LiveAudioOfFfmpeg, ReadsAFileToItsEnd) {
  LiveAudio audio = LiveAudio::open(sample_);
  EXPECT_EQ(audio.sample_rate_hz(), 16000);
  std::vector<float> block(16000);
  std::size_t samples = 0;
  double energy = 0;
  for (std::size_t got = 0; (got = audio.read(block)) > 0; samples += got) {
    EXPECT_LE(got, 800U);  // a twentieth of a second
    for (std::size_t i = 0; i < got; ++i) energy += std::fabs(static_cast<double>(block[i]));
  }
  EXPECT_EQ(samples, 480000U);
  EXPECT_GT(energy, 1000);
  EXPECT_EQ(audio.read(block), 0U);
}

TEST_F(LiveAudioOfFfmpeg, ReadsNoFasterThanItPlaysWhereAsked) {
  LiveAudioOptions options;
  options.realtime = true;
  std::vector<float> block(800);
  // What ffmpeg read ahead to look at the file comes at once. With its start: while we are slow it
  // goes on.
  EXPECT_GT(seconds_of([&] {
              LiveAudio audio = LiveAudio::open(sample_, options);
              for (int i = 0; i < 60; ++i) audio.read(block);
            }),
            1);
}

TEST_F(LiveAudioOfFfmpeg, IsStoppedWhileItWaits) {
  LiveAudioOptions options;
  options.realtime = true;
  LiveAudio audio = LiveAudio::open(sample_, options);
  std::thread stopper([stop = options.stop]() mutable {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.cancel();
  });
  std::vector<float> block(800);
  const double seconds = seconds_of([&] {
    while (audio.read(block) > 0) {
    }
  });
  stopper.join();
  EXPECT_LT(seconds, 5);  // of thirty
}

TEST_F(LiveAudioOfFfmpeg, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("missing.wav").code(), ErrorCode::not_found);
  EXPECT_THAT(refusal("missing.wav").what(), HasSubstr("No such file"));
  const Error text = refusal((testing::source_dir() / "README.md").string());
  EXPECT_EQ(text.code(), ErrorCode::unsupported_audio) << text.what();
  LiveAudioOptions options;
  options.device = "gramophone";
  EXPECT_EQ(refusal("default", options).code(), ErrorCode::not_found);
  EXPECT_THAT(refusal("default", options).what(), HasSubstr("gramophone"));
  EXPECT_EQ(refusal("http://127.0.0.1:1/talk.mp3").code(), ErrorCode::not_found);
}

TEST_F(LiveAudioOfFfmpeg, DoesNotWaitForEverForAnAnswer) {
  const SilentPort port;
  LiveAudioOptions options;
  options.timeout_s = 0.5;
  const double seconds = seconds_of([&] {
    const Error error = refusal(port.url(), options);
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("no sound within 0.5 s"));
  });
  EXPECT_LT(seconds, 10);
}

TEST_F(LiveAudioOfFfmpeg, IsStoppedBeforeItBegins) {
  const SilentPort port;
  LiveAudioOptions options;
  std::thread stopper([stop = options.stop]() mutable {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.cancel();
  });
  EXPECT_EQ(refusal(port.url(), options).code(), ErrorCode::cancelled);
  stopper.join();
}

// Once it has said something, and before there is a header.
TEST(LiveAudio, IsStoppedWithinTheHeader) {
  const audio::testing::TemporaryFolder folder;
  const std::filesystem::path program = folder / "slow-ffmpeg";
  {
    std::ofstream script(program);
    script << "#!/bin/sh\nprintf .snd\nexec sleep 60\n";
  }
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  LiveAudioOptions options;
  std::thread stopper([stop = options.stop]() mutable {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    stop.cancel();
  });
  const double seconds = seconds_of([&] {
    try {
      audio::open_live_with_ffmpeg("talk", options, program);
      ADD_FAILURE() << "is a source, or says that it is none";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::cancelled) << error.what();
    }
  });
  stopper.join();
  EXPECT_LT(seconds, 20);
}

TEST(LiveAudio, NeedsFfmpegForAllButStandardInput) {
  EXPECT_FALSE(audio::open_live_with_ffmpeg("a.wav", {}, "ffmpeg-that-nobody-has").installed);
}

TEST(LiveAudio, RefusesOptionsThatContradict) {
  const auto code = [](const std::string& input,
                       const std::function<void(LiveAudioOptions&)>& with) {
    LiveAudioOptions options;
    with(options);
    return refusal(input, options).code();
  };
  const auto bad = ErrorCode::invalid_argument;
  EXPECT_EQ(code("", [](auto&) {}), bad);
  EXPECT_EQ(code("a.wav", [](auto& options) { options.raw.emplace(); }), bad);
  EXPECT_EQ(code("-", [](auto& options) { options.device = "alsa"; }), bad);
  EXPECT_EQ(code("-", [](auto& options) { options.realtime = true; }), bad);
  EXPECT_EQ(code("-", [](auto& options) { options.timeout_s = 0; }), bad);
  EXPECT_EQ(code("-", [](auto& options) { options.timeout_s = std::nan(""); }), bad);
  EXPECT_EQ(code("-", [](auto& options) { options.raw.emplace().channels = 0; }), bad);
  EXPECT_EQ(code("-", [](auto& options) { options.raw.emplace().sample_rate_hz = 0; }), bad);
  EXPECT_EQ(raw_coding_from_string("f32le"), RawSamples::Coding::f32le);
  EXPECT_EQ(to_string(RawSamples::Coding::s16le), "s16le");
  EXPECT_THROW(raw_coding_from_string("mp3"), Error);
}

}  // namespace
}  // namespace diarist
