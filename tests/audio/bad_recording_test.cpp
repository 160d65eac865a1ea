// Bad input: each kind has its own code and message, and none is taken for less than it was.
#include <random>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "audio/recordings.hpp"

/// Read by LeakSanitizer where it is in use: libsndfile 1.2.0 forgets what libvorbis allocated when
/// the headers of an Ogg file are damaged.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:vorbis\n";
}

namespace diarist::audio {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class BadRecording : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;

  void expect(const std::filesystem::path& file, ErrorCode code, const std::string& says) {
    const Error error = error_of_reading(file);
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_EQ(error.subject(), file.string());
    EXPECT_THAT(error.what(), HasSubstr(says));
  }
};

TEST_F(BadRecording, Missing) {
  expect(folder_ / "nobody.wav", ErrorCode::not_found, "does not exist");
  save(folder_ / "file", "x");
  expect(folder_ / "file/below.wav", ErrorCode::not_found, "does not exist");
}

TEST_F(BadRecording, Folder) {
  std::filesystem::create_directory(folder_ / "folder.wav");
  expect(folder_ / "folder.wav", ErrorCode::invalid_argument, "is a folder");
}

TEST_F(BadRecording, NoPermission) {
  save(folder_ / "secret.wav", WavByHand{}.bytes());
  ASSERT_EQ(::chmod((folder_ / "secret.wav").c_str(), 0), 0);
  // The super-user may read anything: be nobody for a moment.
  constexpr uid_t kNobody = 65534;
  const uid_t self = ::geteuid();
  if (self == 0 && ::seteuid(kNobody) != 0)
    GTEST_SKIP() << "cannot give up the super-user's rights";
  const Error error = error_of_reading(folder_ / "secret.wav");
  ASSERT_EQ(::seteuid(self), 0);
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_EQ(error.subject(), (folder_ / "secret.wav").string());
  EXPECT_THAT(error.what(), HasSubstr("check its permissions"));
}

TEST_F(BadRecording, NameTooLong) {
  expect(folder_ / std::string(5000, 'a'), ErrorCode::io, "cannot be opened");
}

TEST_F(BadRecording, NoName) {
  EXPECT_EQ(error_of_reading("").code(), ErrorCode::invalid_argument);
}

TEST_F(BadRecording, Empty) {
  save(folder_ / "empty.wav", "");
  expect(folder_ / "empty.wav", ErrorCode::corrupt_audio, "is empty (0 bytes)");
}

TEST_F(BadRecording, HeaderWithoutSamples) {
  save(folder_ / "none.wav", WavByHand{.frames = 0}.bytes());
  expect(folder_ / "none.wav", ErrorCode::corrupt_audio, "has a header but no samples");
  // A chunk after no samples is not samples.
  save(folder_ / "list.wav",
       WavByHand{.frames = 0, .after_data = "LIST" + little(4, 4) + "INFO"}.bytes());
  expect(folder_ / "list.wav", ErrorCode::corrupt_audio, "has a header but no samples");
  for (const int format : {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, SF_FORMAT_AU | SF_FORMAT_PCM_16,
                           SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_RF64 | SF_FORMAT_PCM_16}) {
    ASSERT_TRUE(write(folder_ / "none", {}, kModelRateHz, 1, format));
    expect(folder_ / "none", ErrorCode::corrupt_audio, "has a header but no samples");
  }
  // 16 kHz, mono, 16 bit, length not known, and no frame.
  save(folder_ / "none.flac", std::string("fLaC\x80\0\0\x22\x10\0\x10\0\0\0\0\0\0\0", 18) +
                                  std::string("\x03\xE8\x00\xF0", 4) + std::string(20, '\0'));
  expect(folder_ / "none.flac", ErrorCode::corrupt_audio, "no samples");
}

TEST_F(BadRecording, TextRenamed) {
  save(folder_ / "text.wav", "Dear all,\nthe minutes of the last meeting follow.\n");
  expect(folder_ / "text.wav", ErrorCode::unsupported_audio, "install ffmpeg or convert to WAV");
}

TEST_F(BadRecording, NoChannelsOrTooMany) {
  save(folder_ / "zero.wav", WavByHand{.channels = 0}.bytes());
  expect(folder_ / "zero.wav", ErrorCode::corrupt_audio, "no channels");
  save(folder_ / "many.wav", WavByHand{.channels = 2000, .frames = 10}.bytes());
  expect(folder_ / "many.wav", ErrorCode::unsupported_audio, "2000 channels");
}

TEST_F(BadRecording, NoRateOrTooHigh) {
  save(folder_ / "zero.wav", WavByHand{.rate_hz = 0}.bytes());
  expect(folder_ / "zero.wav", ErrorCode::corrupt_audio, "sample rate of 0 Hz");
  save(folder_ / "high.wav", WavByHand{.rate_hz = 800000}.bytes());
  expect(folder_ / "high.wav", ErrorCode::unsupported_audio, "sample rate of 800000 Hz");
}

TEST_F(BadRecording, TruncatedUncompressed) {
  constexpr std::size_t kSeconds = 3;
  const std::vector<float> samples = sine(kSeconds * 16000 * 2, 440, kModelRateHz);
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
                           SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG,
                           SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                           SF_FORMAT_RF64 | SF_FORMAT_PCM_16, SF_FORMAT_W64 | SF_FORMAT_PCM_16,
                           SF_FORMAT_AIFF | SF_FORMAT_PCM_16, SF_FORMAT_AU | SF_FORMAT_PCM_16}) {
    const auto file = folder_ / "cut";
    ASSERT_TRUE(write(file, samples, kModelRateHz, 2, format));
    const std::string whole = load(file);
    save(file, whole.substr(0, whole.size() / 2 - 400));
    const Error half = error_of_reading(file);
    EXPECT_EQ(half.code(), ErrorCode::corrupt_audio) << std::hex << format;
    EXPECT_THAT(half.what(),
                AllOf(HasSubstr("is truncated: only 1.4"), HasSubstr("of the 3.000 s")))
        << std::hex << format;
    // Cut within its header, at every byte: never taken for a recording.
    for (std::size_t size = 1; size < 120; ++size) {
      save(file, whole.substr(0, size));
      const ErrorCode code = error_of_reading(file).code();
      EXPECT_THAT(code, AnyOf(ErrorCode::corrupt_audio, ErrorCode::unsupported_audio))
          << std::hex << format << " " << size;
    }
  }
}

TEST_F(BadRecording, WavThatMissesItsLastSample) {
  const std::string whole = WavByHand{}.bytes();
  save(folder_ / "cut.wav", whole.substr(0, whole.size() - 2));
  expect(folder_ / "cut.wav", ErrorCode::corrupt_audio, "is truncated");
}

TEST_F(BadRecording, WavWithoutSamplesChunk) {
  const std::string whole = WavByHand{}.bytes();
  save(folder_ / "cut.wav", whole.substr(0, 36));
  expect(folder_ / "cut.wav", ErrorCode::corrupt_audio, "inside its header");
}

TEST_F(BadRecording, TruncatedFlac) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-0.5, 0.5);
  std::vector<float> noise(3 * 16000);
  for (float& sample : noise) sample = uniform(random);
  ASSERT_TRUE(write(folder_ / "a.flac", noise, kModelRateHz, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16));
  const std::string whole = load(folder_ / "a.flac");
  for (const std::size_t size :
       {whole.size() - 1, whole.size() - 100, whole.size() / 2, whole.size() / 10}) {
    save(folder_ / "cut.flac", whole.substr(0, size));
    expect(folder_ / "cut.flac", ErrorCode::corrupt_audio, "of 3.000 s");
  }
  // The header promises one thing, and its samples end on a frame's boundary.
  std::string promising = whole;
  promising[23] = '\x01';  // The third byte of the length: 48,000 frames become 113,536.
  save(folder_ / "promising.flac", promising);
  expect(folder_ / "promising.flac", ErrorCode::corrupt_audio, "only 3.000 s of the 7.096 s");
}

TEST_F(BadRecording, TruncatedFlacOfUnknownLength) {
  const std::vector<float> samples = sine(3 * 16000, 440, kModelRateHz);
  ASSERT_TRUE(
      write(folder_ / "a.flac", samples, kModelRateHz, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16));
  const std::string whole = without_flac_length(load(folder_ / "a.flac"));
  save(folder_ / "cut.flac", whole.substr(0, whole.size() / 2));
  expect(folder_ / "cut.flac", ErrorCode::corrupt_audio, "is damaged or truncated");
}

TEST_F(BadRecording, TruncatedMp3WithAnIndex) {
  const std::vector<float> samples = sine(3 * 16000, 440, kModelRateHz);
  if (!write(folder_ / "a.mp3", samples, kModelRateHz, 1,
             SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)) {
    GTEST_SKIP() << "this libsndfile cannot write MP3";
  }
  const std::string whole = load(folder_ / "a.mp3");
  save(folder_ / "cut.mp3", whole.substr(0, whole.size() / 2));
  expect(folder_ / "cut.mp3", ErrorCode::corrupt_audio, "truncated");
}

TEST_F(BadRecording, DamagedFlac) {
  const std::vector<float> samples = sine(3 * 16000, 440, kModelRateHz);
  ASSERT_TRUE(
      write(folder_ / "a.flac", samples, kModelRateHz, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16));
  std::string bytes = load(folder_ / "a.flac");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
  save(folder_ / "bit.flac", bytes);
  expect(folder_ / "bit.flac", ErrorCode::corrupt_audio, "is damaged");
}

TEST_F(BadRecording, MagicWithNothingBehind) {
  const Machine with_ffmpeg;
  save(folder_ / "a.flac", "fLaC" + std::string(100, 'x'));
  const Error error = error_of_reading(folder_ / "a.flac");
  EXPECT_THAT(error.what(), HasSubstr("begins like a recording in FLAC"));
}

// Never a crash, never another exception: an error, or data.
TEST_F(BadRecording, RandomDamage) {
  std::mt19937 random(11);
  const std::vector<float> samples = sine(3000, 440, kModelRateHz);
  const auto file = folder_ / "damaged";
  int errors = 0;
  int readings = 0;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAVEX | SF_FORMAT_FLOAT,
                           SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, SF_FORMAT_RF64 | SF_FORMAT_PCM_24,
                           SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                           SF_FORMAT_AU | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                           SF_FORMAT_OGG | SF_FORMAT_VORBIS}) {
    ASSERT_TRUE(write(file, samples, kModelRateHz, 1, format));
    const std::string whole = load(file);
    for (int round = 0; round < 150; ++round) {
      std::string bytes = whole;
      const std::size_t reach = round % 2 == 0 ? 100 : bytes.size();
      const unsigned changes = 1 + random() % 8;
      for (unsigned i = 0; i < changes; ++i) {
        bytes[random() % std::min(reach, bytes.size())] = static_cast<char>(random());
      }
      if (round % 5 == 0) bytes.resize(random() % bytes.size());
      save(file, bytes);
      try {
        // At a low rate a few thousand samples are hours: the first seconds are enough.
        const auto reader = open_on(without_ffmpeg(), file, ChannelMode::pick, 1);
        std::vector<float> block(16000);
        float* const pointer = block.data();
        for (int i = 0; i < 20 && reader->read({&pointer, 1}, block.size()) > 0; ++i) {
        }
        ++readings;
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
        ++errors;
      }
    }
  }
  EXPECT_GT(errors, 100);
  EXPECT_GT(readings, 100);
}

}  // namespace
}  // namespace diarist::audio
