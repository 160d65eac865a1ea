// What only ffmpeg decodes, and the program itself: started, listened to, and ended.
#include "audio/ffmpeg_source.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <optional>
#include <random>
#include <signal.h>
#include <thread>

#include <gmock/gmock.h>

#include "audio/child_process.hpp"
#include "audio/recordings.hpp"

namespace diarist::audio {
namespace {

using namespace testing;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Runs a program to its end; -1 where it is not installed.
int run(const std::vector<std::string>& arguments) {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto child = ChildProcess::start(arguments, nothing);
  ::close(nothing);
  if (!child) return -1;
  std::vector<std::byte> room(4096);
  while (child->read(room) > 0) {
  }
  return child->wait().value_or(-2);
}

class Ffmpeg : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  static constexpr int kRate = 44100;
  static constexpr std::size_t kFrames = 3 * kRate;

  void SetUp() override {
    if (run({"ffmpeg", "-version"}) != 0) GTEST_SKIP() << "ffmpeg is not installed";
    std::vector<float> both;
    const std::vector<float> left = sine(kFrames, 440, kRate);
    const std::vector<float> right = sine(kFrames, 1000, kRate);
    for (std::size_t i = 0; i < kFrames; ++i) {
      both.push_back(left[i]);
      both.push_back(right[i]);
    }
    ASSERT_TRUE(write(folder_ / "a.wav", both, kRate, 2, SF_FORMAT_WAV | SF_FORMAT_PCM_16));
  }

  std::filesystem::path make(const std::string& name, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments = {
        "ffmpeg", "-nostdin", "-v", "error", "-i", "file:" + (folder_ / "a.wav").string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back("file:" + (folder_ / name).string());
    EXPECT_EQ(run(arguments), 0) << name;
    return folder_ / name;
  }

  double level(const std::vector<float>& samples, double frequency_hz) {
    double in_phase = 0;
    double quadrature = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double angle =
          2 * std::numbers::pi * frequency_hz * static_cast<double>(i) / kModelRateHz;
      in_phase += samples[i] * std::sin(angle);
      quadrature += samples[i] * std::cos(angle);
    }
    return 2 * std::hypot(in_phase, quadrature) / static_cast<double>(samples.size());
  }
};

TEST_F(Ffmpeg, DecodesM4aChannelByChannel) {
  const auto reader = Reader::open(make("a.m4a"), ChannelMode::each, 1);
  EXPECT_EQ(reader->expected_duration_s(), 0);
  ASSERT_EQ(reader->streams(), 2);
  const auto streams = read_all(*reader);
  // AAC is padded to whole frames of 1024 samples.
  EXPECT_NEAR(reader->decoded_duration_s(), 3.0, 1024.0 / kRate);
  EXPECT_NEAR(static_cast<double>(streams[0].size()), 48000, 1024);
  EXPECT_NEAR(level(streams[0], 440), 0.5, 0.03);
  EXPECT_NEAR(level(streams[1], 1000), 0.5, 0.03);
  EXPECT_LT(level(streams[0], 1000), 0.03);
}

TEST_F(Ffmpeg, KeepsLosslessSamples) {
  // ALAC decodes to exactly what the WAV holds, so both ways must agree to the bit.
  EXPECT_EQ(read_file(make("b.m4a", {"-c:a", "alac"})), read_file(folder_ / "a.wav"));
}

TEST_F(Ffmpeg, DecodesWhatAWavMayHoldBeyondLibsndfile) {
  const Error alone = error_of_reading(make("wma.wav", {"-c:a", "wmav2"}), without_ffmpeg());
  EXPECT_EQ(alone.code(), ErrorCode::unsupported_audio);
  EXPECT_THAT(alone.what(), HasSubstr("begins like a recording in WAV"));
  EXPECT_NEAR(static_cast<double>(read_file(folder_ / "wma.wav").size()), 48000, 2048);
}

// Not ffmpeg's to decode, but its to make: lengths in MP3s are guesses, and no reason for alarm.
TEST_F(Ffmpeg, Mp3sNeedNoExactLength) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{},
                                             {"-write_xing", "0"},
                                             {"-write_xing", "0", "-q:a", "2"},
                                             {"-metadata", "title=" + std::string(5000, 't')}}) {
    const auto file = make("a.mp3", options);
    EXPECT_NEAR(static_cast<double>(read_all(*open_on(without_ffmpeg(), file)).front().size()),
                48000, 1500);
    // Cut in the middle of a frame, and no index to tell: what is there is the recording.
    if (!options.empty() && options.front() == "-write_xing") {
      const std::string whole = load(file);
      save(folder_ / "cut.mp3", whole.substr(0, whole.size() / 2));
      EXPECT_NEAR(static_cast<double>(
                      read_all(*open_on(without_ffmpeg(), folder_ / "cut.mp3")).front().size()),
                  24000, 5000);
    }
    std::filesystem::remove(file);
  }
}

TEST_F(Ffmpeg, RandomDamageGivesDataOrAnError) {
  const std::string whole = load(make("a.m4a"));
  std::mt19937 random(23);
  int endings = 0;
  for (int round = 0; round < 20; ++round) {
    std::string bytes = whole;
    for (int i = 0; i < 20; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    save(folder_ / "damaged.m4a", bytes);
    try {
      read_file(folder_ / "damaged.m4a");
      ++endings;
    } catch (const Error& error) {
      EXPECT_THAT(error.code(), AnyOf(ErrorCode::corrupt_audio, ErrorCode::unsupported_audio))
          << error.what();
      ++endings;
    }
  }
  EXPECT_EQ(endings, 20);
}

TEST_F(Ffmpeg, TakesNamesThatLookLikeSomethingElse) {
  const std::string bytes = load(make("a.m4a"));
  const std::vector<float> expected = read_file(folder_ / "a.m4a");
  const std::filesystem::path before = std::filesystem::current_path();
  for (const char* name :
       {"-i", "--help", "http:x", "concat:a|b", "a b\n.m4a", "%d.m4a", "$(x)'"}) {
    save(folder_ / name, bytes);
    EXPECT_EQ(read_file(folder_ / name), expected) << name;
    std::filesystem::current_path(folder_ / "");
    EXPECT_EQ(read_file(name), expected) << name;
    std::filesystem::current_path(before);
  }
}

TEST_F(Ffmpeg, DecodesFromAPipe) {
  const std::string bytes = load(make("a.m4a"));
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  std::thread writer([&] {
    EXPECT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
  });
  const auto reader = open_on({.standard_input = ends[0]}, "-");
  writer.join();
  ::close(ends[0]);
  EXPECT_EQ(read_all(*reader).front(), read_file(folder_ / "a.m4a"));
}

TEST_F(Ffmpeg, TruncatedIsNotTakenAsTheWhole) {
  const std::string index_first = load(make("f.m4a", {"-movflags", "faststart"}));
  save(folder_ / "cut.m4a", index_first.substr(0, index_first.size() * 2 / 3));
  const Error cut = error_of_reading(folder_ / "cut.m4a", {});
  EXPECT_EQ(cut.code(), ErrorCode::corrupt_audio);
  EXPECT_THAT(cut.what(), HasSubstr("could be read up to about"));

  const std::string index_last = load(make("l.m4a"));
  save(folder_ / "cut2.m4a", index_last.substr(0, index_last.size() * 2 / 3));
  const Error lost = error_of_reading(folder_ / "cut2.m4a", {});
  EXPECT_EQ(lost.code(), ErrorCode::corrupt_audio);
  EXPECT_THAT(lost.what(), HasSubstr("moov atom not found"));
}

TEST_F(Ffmpeg, RefusesTextAndPicturesInItsOwnWords) {
  save(folder_ / "text.wav", "Dear all,\nthe minutes of the last meeting follow.\n");
  const Error text = error_of_reading(folder_ / "text.wav", {});
  EXPECT_EQ(text.code(), ErrorCode::unsupported_audio);
  EXPECT_THAT(text.what(), HasSubstr("is not a recording that can be decoded"));
  EXPECT_THAT(text.what(), HasSubstr("Invalid data found"));
  const auto silent =
      make("silent.mp4", {"-f", "lavfi", "-i", "color=size=32x32:duration=1", "-map", "1:v"});
  EXPECT_THAT(error_of_reading(silent, {}).what(), HasSubstr("audio track"));
}

TEST_F(Ffmpeg, DoesNotFollowPlaylistsToTheNetwork) {
  save(folder_ / "list.m3u8",
       "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n");
  const Error error = error_of_reading(folder_ / "list.m3u8", {});
  EXPECT_THAT(error.code(), AnyOf(ErrorCode::unsupported_audio, ErrorCode::corrupt_audio));
}

TEST_F(Ffmpeg, DoesNotFollowPlaylistsToOtherFiles) {
  make("a.ts");
  for (const char* named : {"a.wav", "a.ts"}) {
    for (const std::string& path : {std::string(named), (folder_ / named).string()}) {
      save(folder_ / "list.m3u8",
           "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n" + path + "\n#EXT-X-ENDLIST\n");
      save(folder_ / "list.ffconcat", "ffconcat version 1.0\nfile " + path + "\n");
      for (const char* list : {"list.m3u8", "list.ffconcat"}) {
        const Error error = error_of_reading(folder_ / list, {});
        EXPECT_EQ(error.code(), ErrorCode::unsupported_audio) << list << path;
        EXPECT_THAT(error.what(), HasSubstr("names other files, as a playlist does"));
        EXPECT_THAT(error.what(), Not(HasSubstr("whitelist")));
      }
    }
  }
}

// What docs/audio.md promises, and what meetings and telephones leave.
TEST_F(Ffmpeg, EveryContainerOfSoundStillOpens) {
  for (const auto& [name, options] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"x.m4a", {}},
           {"x.mp4", {"-c:a", "aac"}},
           {"x.mov", {"-c:a", "pcm_s16le"}},
           {"x.3gp", {"-c:a", "aac"}},
           {"x.webm", {"-c:a", "libopus"}},
           {"x.mkv", {"-c:a", "flac"}},
           {"x.aac", {}},
           {"x.wma", {}},
           {"x.avi", {"-c:a", "mp2"}},
           {"x.mpg", {"-c:a", "mp2"}},
           {"x.ts", {"-c:a", "mp2"}},
           {"x.flv", {"-c:a", "aac"}},
           {"x.wv", {}},
           {"x.tta", {}},
           {"x.ac3", {}},
           {"x.eac3", {}},
           {"wma.wav", {"-c:a", "wmav2"}}}) {
    const auto samples = read_file(make(name, options));
    // Codecs pad to whole frames; WMA's are the longest.
    EXPECT_NEAR(static_cast<double>(samples.size()), 48000, 2500) << name;
  }
}

TEST_F(Ffmpeg, MissingProgramSaysWhatToDo) {
  const auto file = make("a.m4a");
  const Error error = error_of_reading(file, without_ffmpeg());
  EXPECT_EQ(error.code(), ErrorCode::unsupported_audio);
  EXPECT_EQ(error.subject(), file.string());
  EXPECT_EQ(error.advice(), "install ffmpeg or convert to WAV");
}

TEST_F(Ffmpeg, ReaderMayBeDroppedMidway) {
  const auto file = make("a.m4a");
  for (int i = 0; i < 5; ++i) {
    const auto reader = Reader::open(file, ChannelMode::downmix, 1);
    std::vector<float> block(100);
    float* const pointer = block.data();
    EXPECT_EQ(reader->read({&pointer, 1}, 100), 100U);
  }
}

TEST(FfmpegSource, TellsWhenTheProgramIsNotFfmpeg) {
  const TemporaryFolder folder;
  save(folder / "text", "nothing to decode\n");
  const InputFile file = InputFile::open(folder / "text", 0);
  EXPECT_FALSE(open_with_ffmpeg(file, "ffmpeg-that-nobody-has").installed);
  const FfmpegAttempt attempt = open_with_ffmpeg(file, "true");
  EXPECT_TRUE(attempt.installed);
  EXPECT_EQ(attempt.source, nullptr);
  EXPECT_THAT(attempt.reason, HasSubstr("ended with code 0"));
}

TEST(ChildProcess, GivesOutputExitCodeAndComplaints) {
  const auto child = ChildProcess::start({"sh", "-c", "cat; echo lost >&2; exit 3"}, [] {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    EXPECT_EQ(::write(ends[1], "hello", 5), 5);
    ::close(ends[1]);
    return ends[0];
  }());
  ASSERT_NE(child, nullptr);
  std::string room(100, '\0');
  ASSERT_EQ(child->read(std::as_writable_bytes(std::span(room))), 5U);
  EXPECT_EQ(room.substr(0, 5), "hello");
  EXPECT_EQ(child->wait(), 3);
  EXPECT_EQ(child->complaints(), "lost");
}

TEST(ChildProcess, DoesNotHangOnLongComplaints) {
  // A megabyte on standard error fills its pipe sixteen times over before any output comes.
  const auto child = ChildProcess::start(
      {"sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo done"}, STDIN_FILENO);
  ASSERT_NE(child, nullptr);
  std::string room(100, '\0');
  ASSERT_EQ(child->read(std::as_writable_bytes(std::span(room))), 5U);
  EXPECT_EQ(child->wait(), 0);
  EXPECT_EQ(child->complaints(), std::string(4096, 'x'));
}

TEST(ChildProcess, IsKilledAndReapedWhenDropped) {
  auto child = ChildProcess::start({"sleep", "1000"}, STDIN_FILENO);
  ASSERT_NE(child, nullptr);
  const int process_id = child->process_id();
  EXPECT_EQ(::kill(process_id, 0), 0);
  child.reset();
  EXPECT_EQ(::kill(process_id, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ChildProcess, TellsTheSignalThatEndedIt) {
  const auto child = ChildProcess::start({"sh", "-c", "kill -TERM $$"}, STDIN_FILENO);
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(child->wait(), 128 + SIGTERM);
}

TEST(ChildProcess, IsNotWaitedForOnceItIsStopped) {
  // The one keeps its pipes open, the other does not.
  for (const char* script : {"exec sleep 60", "exec sleep 60 >&- 2>&-"}) {
    const auto child = ChildProcess::start({"sh", "-c", script}, STDIN_FILENO);
    ASSERT_TRUE(child);
    const CancellationToken stop;
    child->heed(stop);
    std::thread stopper([stop = stop]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      stop.cancel();
    });
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(child->wait(), 128 + SIGKILL);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
    stopper.join();
    EXPECT_EQ(::kill(child->process_id(), 0), -1);
  }
}

TEST(ChildProcess, EndsWithoutACodeWhereItsEndIsIgnored) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  const auto child = ChildProcess::start({"sh", "-c", "exit 3"}, STDIN_FILENO);
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(), std::nullopt);
  EXPECT_EQ(child->wait(), std::nullopt);
  ::signal(SIGCHLD, before);
}

TEST_F(Ffmpeg, DecodesWhereTheEndsOfProgramsAreIgnored) {
  const auto file = make("ignored.m4a");
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  const auto reader = Reader::open(file, ChannelMode::downmix, 1);
  const auto streams = read_all(*reader);
  ::signal(SIGCHLD, before);
  EXPECT_NEAR(static_cast<double>(streams[0].size()) / kModelRateHz, 3.0, 0.1);
}

TEST(ChildProcess, IsNothingWhereTheProgramIsMissing) {
  EXPECT_EQ(ChildProcess::start({"program-that-nobody-has"}, STDIN_FILENO), nullptr);
}

}  // namespace
}  // namespace diarist::audio
