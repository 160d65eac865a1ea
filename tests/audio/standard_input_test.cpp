// Standard input and pipes: what cannot seek is read like what can.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

#include <gmock/gmock.h>

#include "audio/input_file.hpp"
#include "audio/recordings.hpp"

namespace diarist::audio {
namespace {

using namespace testing;
using ::testing::HasSubstr;

/// Pours bytes into a pipe from a thread of its own, in pieces of odd size.
class Pouring {
 public:
  explicit Pouring(std::string bytes) : bytes_(std::move(bytes)) {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    thread_ = std::thread([this] {
      std::size_t at = 0;
      while (at < bytes_.size()) {
        const ssize_t put =
            ::write(ends_[1], bytes_.data() + at, std::min<std::size_t>(4099, bytes_.size() - at));
        if (put <= 0) break;
        at += static_cast<std::size_t>(put);
      }
      ::close(ends_[1]);
    });
  }
  Pouring(const Pouring&) = delete;
  Pouring& operator=(const Pouring&) = delete;
  ~Pouring() {
    thread_.join();
    ::close(ends_[0]);
  }
  int end() const { return ends_[0]; }

 private:
  std::string bytes_;
  int ends_[2] = {-1, -1};
  std::thread thread_;
};

class Piped : public ::testing::TestWithParam<int> {};

TEST_P(Piped, ReadsLikeTheFile) {
  const TemporaryFolder folder;
  const auto file = folder / "recording";
  if (!write(file, sine(100001, 440, 22050), 22050, 1, GetParam()) &&
      !write(file, sine(100001, 440, 24000), 24000, 1, GetParam())) {
    GTEST_SKIP() << "this libsndfile cannot write it";
  }
  const Pouring pouring(load(file));
  Machine machine = without_ffmpeg();
  machine.standard_input = pouring.end();
  const auto reader = open_on(machine, "-");
  EXPECT_GT(reader->expected_duration_s(), 4);
  EXPECT_EQ(read_all(*reader).front(), read_file(file));
}

INSTANTIATE_TEST_SUITE_P(All, Piped,
                         ::testing::Values(SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                           SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                                           SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                                           SF_FORMAT_OGG | SF_FORMAT_OPUS,
                                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III));

TEST(StandardInput, MayBeAFile) {
  const TemporaryFolder folder;
  save(folder / "a.wav", WavByHand{}.bytes());
  const int descriptor = ::open((folder / "a.wav").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(read_all(*open_on({.standard_input = descriptor}, "-")).front(),
            read_file(folder / "a.wav"));
  ::close(descriptor);
}

TEST(StandardInput, IsTakenFromWhereItStands) {
  const TemporaryFolder folder;
  save(folder / "a.wav", WavByHand{}.bytes());
  save(folder / "b.wav", "read before" + WavByHand{}.bytes());
  const int descriptor = ::open((folder / "b.wav").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::lseek(descriptor, 11, SEEK_SET), 11);
  EXPECT_EQ(read_all(*open_on({.standard_input = descriptor}, "-")).front(),
            read_file(folder / "a.wav"));
  ::close(descriptor);
}

TEST(StandardInput, ComplaintsNameIt) {
  const Pouring empty("");
  const Error error = error_of_reading("-", {.standard_input = empty.end()});
  EXPECT_EQ(error.code(), ErrorCode::corrupt_audio);
  EXPECT_EQ(error.subject(), "standard input");
  EXPECT_THAT(error.what(), HasSubstr("is empty (0 bytes)"));

  const std::string whole = WavByHand{}.bytes();
  const Pouring cut(whole.substr(0, whole.size() / 2));
  EXPECT_THAT(error_of_reading("-", {.standard_input = cut.end()}).what(),
              HasSubstr("standard input: is truncated"));

  EXPECT_EQ(error_of_reading("-", {.standard_input = -1}).code(), ErrorCode::io);
}

TEST(StandardInput, IsDescriptorZeroUnlessTold) {
  const std::string bytes = WavByHand{}.bytes();  // 32 KB: a pipe holds it.
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ::close(ends[1]);
  // In a child, whose standard input can be replaced without touching the test's own.
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[0], STDIN_FILENO);
    try {
      const auto reader = Reader::open("-", ChannelMode::downmix, 1);
      ::_exit(read_all(*reader).front().size() == 16000 ? 0 : 1);
    } catch (...) {
      ::_exit(2);
    }
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ::close(ends[0]);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(NamedPipe, IsReadToItsEnd) {
  const TemporaryFolder folder;
  const auto name = folder / "pipe";
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  const std::string bytes = WavByHand{}.bytes();
  std::thread writer([&] { save(name, bytes); });
  const auto reader = open_on(without_ffmpeg(), name);
  writer.join();
  EXPECT_EQ(read_all(*reader).front().size(), 16000U);
}

TEST(InputFile, ReadsAtAnyOffset) {
  const TemporaryFolder folder;
  save(folder / "a", "0123456789");
  const InputFile file = InputFile::open(folder / "a", 0);
  EXPECT_EQ(file.size(), 10U);
  std::array<char, 4> room{};
  EXPECT_EQ(file.read_at(7, std::as_writable_bytes(std::span(room))), 3U);
  EXPECT_EQ(std::string(room.data(), 3), "789");
  EXPECT_EQ(file.read_at(100, std::as_writable_bytes(std::span(room))), 0U);
}

}  // namespace
}  // namespace diarist::audio
