#include "audio/wav_stream.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"

namespace diarist::audio {
namespace {

// All chunks before the samples: a list of names, a picture. More is no WAV.
constexpr std::uint64_t kMostSkippedBytes = std::uint64_t{64} << 20;
// Formats of a WAV's samples, as RIFF numbers them.
constexpr std::uint16_t kPcm = 1;
constexpr std::uint16_t kFloat = 3;
constexpr std::uint16_t kExtensible = 0xFFFE;
// Where the length is not known, ffmpeg writes all ones, sox 0x7FFFF000 and arecord 2 GiB: as much
// as they would let a file grow to.
constexpr std::uint64_t kLeastOpenBytes = 0x7FFFF000;
/// How long a wait lasts until the token is looked at again.
constexpr int kLookMilliseconds = 100;

std::uint64_t little_endian(const std::byte* at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(at[i]);
  return value;
}

/// A descriptor, read to the end of what is asked for.
class Pipe {
 public:
  Pipe(int descriptor, std::string subject, CancellationToken stop)
      : descriptor_(descriptor), subject_(std::move(subject)), stop_(std::move(stop)) {}

  std::size_t read(std::span<std::byte> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size() && !stop_.cancelled()) {
      pollfd waited{descriptor_, POLLIN, 0};
      const int ready = ::poll(&waited, 1, kLookMilliseconds);
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
      const ssize_t got = ::read(descriptor_, bytes.data() + done, bytes.size() - done);
      if (got == 0) break;
      if (got > 0) {
        done += static_cast<std::size_t>(got);
      } else if (errno != EINTR && errno != EAGAIN) {
        throw Error(ErrorCode::io, subject_,
                    "cannot be read: " + std::generic_category().message(errno));
      }
    }
    return done;
  }

  void read_header(std::span<std::byte> bytes) const {
    if (read(bytes) == bytes.size()) return;
    if (stop_.cancelled()) {
      throw Error(ErrorCode::cancelled, subject_, "was stopped before it began");
    }
    throw Error(ErrorCode::corrupt_audio, subject_, "ends within its header",
                "give a whole WAV, or say what the samples are (--raw)");
  }

  void skip(std::uint64_t count) {
    // A chunk without anything in it is eight bytes, too.
    skipped_bytes_ += 8 + count;
    if (count > kMostSkippedBytes || skipped_bytes_ > kMostSkippedBytes) {
      throw Error(ErrorCode::corrupt_audio, subject_, "has a header without end",
                  "give a WAV, or say what the samples are (--raw)");
    }
    std::array<std::byte, 4096> block{};
    while (count > 0) {
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, block.size()));
      read_header(std::span(block).first(part));
      count -= part;
    }
  }

  const std::string& subject() const { return subject_; }

 private:
  int descriptor_;
  std::string subject_;
  CancellationToken stop_;
  std::uint64_t skipped_bytes_ = 0;
};

struct Layout {
  bool floats = false;
  std::size_t sample_bytes = 2;
  int sample_rate_hz = 0;
  int channels = 0;
  std::uint64_t sample_bytes_left = std::numeric_limits<std::uint64_t>::max();
};

Layout parse_format(const std::vector<std::byte>& chunk, const std::string& subject) {
  constexpr std::size_t kShortest = 16;
  constexpr std::size_t kExtended = 26;
  if (chunk.size() < kShortest) {
    throw Error(ErrorCode::corrupt_audio, subject, "has a format that breaks off");
  }
  auto format = static_cast<std::uint16_t>(little_endian(&chunk[0], 2));
  if (format == kExtensible && chunk.size() >= kExtended) {
    format = static_cast<std::uint16_t>(little_endian(&chunk[24], 2));
  }
  const auto channels = static_cast<std::int64_t>(little_endian(&chunk[2], 2));
  const auto rate_hz = static_cast<std::int64_t>(little_endian(&chunk[4], 4));
  const std::uint64_t bits = little_endian(&chunk[14], 2);
  check_layout(subject, channels, rate_hz);
  const bool pcm = format == kPcm && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
  const bool floats = format == kFloat && (bits == 32 || bits == 64);
  if (!pcm && !floats) {
    throw Error(ErrorCode::unsupported_audio, subject,
                "has samples of format " + std::to_string(format) + " with " +
                    std::to_string(bits) + " bits",
                "send PCM or floats: `ffmpeg -i INPUT -f wav -`");
  }
  Layout layout;
  layout.floats = floats;
  layout.sample_bytes = static_cast<std::size_t>(bits / 8);
  layout.sample_rate_hz = static_cast<int>(rate_hz);
  layout.channels = static_cast<int>(channels);
  return layout;
}

// Of a ds64 chunk: the lengths of file and samples, 64 bits each (EBU Tech 3306).
constexpr std::size_t kWideSizes = 16;

// To the first sample.
Layout read_wav_header(Pipe& pipe) {
  std::array<std::byte, 12> start{};
  pipe.read_header(start);
  const auto is = [](const std::byte* at, const char* name) {
    return std::memcmp(at, name, 4) == 0;
  };
  const bool wide = is(start.data(), "RF64") || is(start.data(), "BW64");
  if (!(wide || is(start.data(), "RIFF")) || !is(&start[8], "WAVE")) {
    throw Error(ErrorCode::unsupported_audio, pipe.subject(), "is no WAV",
                "say what the samples are (--raw), or send `ffmpeg -i INPUT -f wav -`");
  }
  std::optional<Layout> layout;
  std::uint64_t wide_size = 0;
  for (;;) {
    std::array<std::byte, 8> head{};
    pipe.read_header(head);
    const std::uint64_t size = little_endian(&head[4], 4);
    if (is(head.data(), "data")) {
      if (!layout) {
        throw Error(ErrorCode::corrupt_audio, pipe.subject(), "has samples before their format");
      }
      // RF64 has all ones here, and the length before.
      const std::uint64_t told = wide && size == 0xFFFFFFFF ? wide_size : size;
      const bool open = told == 0 || (told >= kLeastOpenBytes && told == size) ||
                        told == std::numeric_limits<std::uint64_t>::max();
      if (!open) layout->sample_bytes_left = told;
      return *layout;
    }
    if (is(head.data(), "ds64") && size >= kWideSizes) {
      std::array<std::byte, kWideSizes> sizes{};
      pipe.read_header(sizes);
      wide_size = little_endian(&sizes[8], 8);
      pipe.skip(size - kWideSizes + size % 2);
      continue;
    }
    if (is(head.data(), "fmt ")) {
      constexpr std::uint64_t kLongest = 4096;
      if (size > kLongest) pipe.skip(kMostSkippedBytes + 1);
      std::vector<std::byte> chunk(static_cast<std::size_t>(size));
      pipe.read_header(chunk);
      layout = parse_format(chunk, pipe.subject());
      pipe.skip(size % 2);
    } else {
      pipe.skip(size + size % 2);
    }
  }
}

class WavStream : public Source {
 public:
  WavStream(Pipe pipe, const Layout& layout) : pipe_(std::move(pipe)), layout_(layout) {}

  int sample_rate_hz() const override { return layout_.sample_rate_hz; }
  int channels() const override { return layout_.channels; }
  std::optional<std::int64_t> expected_frames() const override { return std::nullopt; }

  std::size_t read(std::span<float> interleaved) override {
    const std::uint64_t wanted = interleaved.size() * layout_.sample_bytes;
    bytes_.resize(static_cast<std::size_t>(std::min(wanted, layout_.sample_bytes_left)));
    const std::size_t got = pipe_.read(bytes_);
    layout_.sample_bytes_left -= got;
    const std::size_t frame = layout_.sample_bytes * static_cast<std::size_t>(layout_.channels);
    const std::size_t samples = got / frame * static_cast<std::size_t>(layout_.channels);
    for (std::size_t i = 0; i < samples; ++i) {
      interleaved[i] = sample(bytes_.data() + i * layout_.sample_bytes);
    }
    return got / frame;
  }

 private:
  float sample(const std::byte* at) const {
    const std::uint64_t bits = little_endian(at, layout_.sample_bytes);
    if (layout_.floats) {
      return layout_.sample_bytes == 4 ? std::bit_cast<float>(static_cast<std::uint32_t>(bits))
                                       : static_cast<float>(std::bit_cast<double>(bits));
    }
    if (layout_.sample_bytes == 1) return (static_cast<float>(bits) - 128) / 128;  // no sign
    // The sample's bits to the top, so that its sign is the number's.
    const auto unused = static_cast<unsigned>(8 * (4 - layout_.sample_bytes));
    const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(bits) << unused);
    return static_cast<float>(static_cast<double>(value) / 2147483648.0);
  }

  Pipe pipe_;
  Layout layout_;
  std::vector<std::byte> bytes_;
};

}  // namespace

std::unique_ptr<Source> open_wav_stream(int descriptor, const std::string& subject,
                                        const LiveAudioOptions& options) {
  Pipe pipe(descriptor, subject, options.stop);
  const std::optional<RawSamples>& raw = options.raw;
  if (!raw) {
    const Layout layout = read_wav_header(pipe);
    return std::make_unique<WavStream>(std::move(pipe), layout);
  }
  check_layout(subject, raw->channels, raw->sample_rate_hz);
  Layout layout;
  layout.floats = raw->coding == RawSamples::Coding::f32le;
  layout.sample_bytes = layout.floats ? 4 : 2;
  layout.sample_rate_hz = raw->sample_rate_hz;
  layout.channels = raw->channels;
  return std::make_unique<WavStream>(std::move(pipe), layout);
}

}  // namespace diarist::audio
