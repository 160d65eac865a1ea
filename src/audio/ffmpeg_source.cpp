#include "audio/ffmpeg_source.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"
#include "audio/child_process.hpp"

namespace diarist::audio {
namespace {

// AU is what comes back: its fixed header tells rate and channels, and its length may be left open.
constexpr std::size_t kAuHeaderBytes = 24;
constexpr std::uint32_t kAuFloat = 6;
constexpr std::size_t kSampleBytes = sizeof(float);

std::vector<std::string> command_line(const std::string& program) {
  return {program,
          // Never asks, tells errors only, and stops at the first one: what follows damage is not
          // passed off as the recording.
          "-nostdin", "-hide_banner", "-v", "error", "-xerror",
          // Opened anew from our descriptor, where it can seek (an m4a's index may be at its end).
          "-protocol_whitelist", "file", "-i", "file:/dev/fd/0",
          // The first audio track, and nothing else of the file.
          "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1",
          // At its own rate, with all its channels.
          "-c:a", "pcm_f32be", "-f", "au", "pipe:1"};
}

std::vector<std::string> live_command_line(const std::string& program, const std::string& input,
                                           const std::string& device) {
  std::vector<std::string> words{program, "-nostdin", "-hide_banner", "-v", "error",
                                 // Sound is handed on as it comes, not once a second's is there.
                                 "-fflags", "nobuffer"};
  if (!device.empty()) words.insert(words.end(), {"-f", device});
  words.insert(words.end(),
               {"-i", input, "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-c:a",
                "pcm_f32be", "-flush_packets", "1", "-f", "au", "pipe:1"});
  return words;
}

std::uint32_t big_endian(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

std::string on_one_line(std::string text) {
  // ffmpeg knows the recording by our descriptor, which would only puzzle.
  const std::string alias = "file:/dev/fd/0: ";
  for (std::size_t at = text.find(alias); at != std::string::npos; at = text.find(alias)) {
    text.erase(at, alias.size());
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

class FfmpegSource : public Source {
 public:
  FfmpegSource(std::string subject, std::unique_ptr<ChildProcess> child, int sample_rate_hz,
               int channels)
      : subject_(std::move(subject)),
        child_(std::move(child)),
        sample_rate_hz_(sample_rate_hz),
        channels_(channels) {}

  int sample_rate_hz() const override { return sample_rate_hz_; }
  int channels() const override { return channels_; }
  std::optional<std::int64_t> expected_frames() const override { return std::nullopt; }

  std::size_t read(std::span<float> interleaved) override {
    const std::size_t got = child_->read(std::as_writable_bytes(interleaved));
    for (float& sample : interleaved.first(got / kSampleBytes)) {
      std::array<std::byte, kSampleBytes> raw;
      std::memcpy(raw.data(), &sample, kSampleBytes);
      sample = std::bit_cast<float>(big_endian(raw.data()));
    }
    const std::size_t frames = got / kSampleBytes / static_cast<std::size_t>(channels_);
    decoded_ += static_cast<std::int64_t>(frames);
    if (got < interleaved.size_bytes()) check_ended_well();
    return frames;
  }

 private:
  void check_ended_well() {
    const int exit_code = child_->wait();
    if (exit_code == 0) return;
    const std::string words = on_one_line(child_->complaints());
    throw damaged(subject_, static_cast<double>(decoded_) / static_cast<double>(sample_rate_hz_),
                  std::nullopt,
                  words.empty() ? "ffmpeg ended with code " + std::to_string(exit_code)
                                : "ffmpeg says: " + words);
  }

  std::string subject_;
  std::unique_ptr<ChildProcess> child_;
  int sample_rate_hz_;
  int channels_;
  std::int64_t decoded_ = 0;
};

// What an ffmpeg that was started gives: the AU header, then samples.
FfmpegAttempt attempt(const std::string& subject, const std::string& program,
                      std::unique_ptr<ChildProcess> child) {
  if (!child) return {nullptr, false, program + " is not installed"};

  std::array<std::byte, kAuHeaderBytes> header{};
  const std::size_t got = child->read(header);
  if (got < header.size()) {
    const int exit_code = child->wait();
    std::string words = on_one_line(child->complaints());
    if (words.empty()) words = "it ended with code " + std::to_string(exit_code);
    return {nullptr, true, std::move(words)};
  }
  const std::uint32_t begin = big_endian(&header[4]);
  const std::uint32_t encoding = big_endian(&header[12]);
  const std::uint32_t rate_hz = big_endian(&header[16]);
  const std::uint32_t channels = big_endian(&header[20]);
  constexpr std::uint32_t kMaxAuHeader = 1 << 20;
  if (std::memcmp(header.data(), ".snd", 4) != 0 || encoding != kAuFloat ||
      begin < kAuHeaderBytes || begin > kMaxAuHeader) {
    return {nullptr, true, "its output is not what was asked for; is the program ffmpeg?"};
  }
  check_layout(subject, channels, rate_hz);
  std::vector<std::byte> annotation(begin - kAuHeaderBytes);
  child->read(annotation);
  return {std::make_unique<FfmpegSource>(subject, std::move(child), static_cast<int>(rate_hz),
                                         static_cast<int>(channels)),
          true,
          {}};
}

}  // namespace

FfmpegAttempt open_with_ffmpeg(const InputFile& file, const std::string& program) {
  return attempt(file.subject(), program,
                 ChildProcess::start(command_line(program), file.descriptor()));
}

FfmpegAttempt open_live_with_ffmpeg(const std::string& input, const std::string& device,
                                    const std::string& program) {
  return attempt(input, program,
                 ChildProcess::start(live_command_line(program, input, device), STDIN_FILENO));
}

}  // namespace diarist::audio
