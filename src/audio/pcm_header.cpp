#include "audio/pcm_header.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "audio/audio_error.hpp"

namespace diarist::audio {
namespace {

/// Chunks that are looked through for the samples: no writer puts thousands before them, and a
/// hostile file of empty chunks should not keep us.
constexpr int kMaxChunks = 4096;

/// What writers that cannot seek put as the length, each rounded down to whole frames: ffmpeg
/// 0xFFFFFFFF, SoX 0x7FFFF000, arecord 0x80000000, others 0x7FFFFFFF.
constexpr std::uint64_t kOpenTop = 0xFFFFFFFF;
constexpr std::uint64_t kOpenHalfLow = 0x7FFE0000;
constexpr std::uint64_t kOpenHalfHigh = 0x80000100;
constexpr std::uint64_t kOpenRounding = 0x10000;

/// A header's bytes, looked at in place; what lies beyond the end of the file reads as an error.
class Bytes {
 public:
  Bytes(const InputFile& file, bool big_endian) : file_(file), big_endian_(big_endian) {}

  /// Throws unless the file holds everything up to `offset`.
  void require(std::uint64_t offset) const {
    if (offset <= file_.size()) return;
    throw Error(ErrorCode::corrupt_audio, file_.subject(),
                "is truncated: it ends at byte " + std::to_string(file_.size()) +
                    ", inside its header, before any samples",
                "copy it again from where it came");
  }

  std::uint64_t number(std::uint64_t offset, int size) const {
    std::array<std::byte, 8> raw{};
    get(offset, std::span(raw).first(static_cast<std::size_t>(size)));
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) {
      const auto at = static_cast<std::size_t>(big_endian_ ? i : size - 1 - i);
      value = value << 8 | std::to_integer<std::uint64_t>(raw[at]);
    }
    return value;
  }

  std::string tag(std::uint64_t offset) const {
    std::array<std::byte, 4> raw{};
    get(offset, raw);
    return std::string(reinterpret_cast<const char*>(raw.data()), raw.size());
  }

 private:
  void get(std::uint64_t offset, std::span<std::byte> bytes) const {
    // Sizes in headers can put an offset anywhere; checking both ends keeps the sum from wrapping.
    require(offset);
    require(offset + bytes.size());
    if (file_.read_at(offset, bytes) != bytes.size()) require(UINT64_MAX);
  }

  const InputFile& file_;
  bool big_endian_;
};

[[noreturn]] void throw_no_format(const InputFile& file) {
  throw Error(ErrorCode::corrupt_audio, file.subject(),
              "has samples before the header chunk that describes them",
              "its header is damaged; record or convert it again");
}

bool left_open(std::uint64_t size) {
  return size > kOpenTop - kOpenRounding || (size >= kOpenHalfLow && size <= kOpenHalfHigh);
}

void read_wave_format(const Bytes& bytes, std::uint64_t at, PcmHeader& header) {
  header.channels = static_cast<std::int64_t>(bytes.number(at + 2, 2));
  header.sample_rate_hz = static_cast<std::int64_t>(bytes.number(at + 4, 4));
  header.bytes_per_second = static_cast<double>(bytes.number(at + 8, 4));
  // Plain PCM and float: the byte rate follows from the rest, and some writers get it wrong.
  const std::uint64_t block_bytes = bytes.number(at + 12, 2);
  const std::uint64_t code = bytes.number(at, 2);
  if ((code == 1 || code == 3 || code == 0xFFFE) && block_bytes > 0) {
    header.bytes_per_second =
        static_cast<double>(block_bytes) * static_cast<double>(header.sample_rate_hz);
  }
}

/// RIFF and RIFX (IBM and Microsoft 1991), RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088).
PcmHeader read_riff(const InputFile& file, bool big_endian, bool is_64_bit) {
  const Bytes bytes(file, big_endian);
  PcmHeader header;
  header.container = is_64_bit ? "RF64" : "WAV";
  const std::uint64_t riff_size = bytes.number(4, 4);
  std::optional<std::uint64_t> long_size;
  bool has_format = false;
  std::uint64_t at = 12;
  for (int chunk = 0; chunk < kMaxChunks; ++chunk) {
    const std::string tag = bytes.tag(at);
    const std::uint64_t size = bytes.number(at + 4, 4);
    const std::uint64_t body = at + 8;
    if (tag == "ds64") {
      long_size = bytes.number(body + 8, 8);
    } else if (tag == "fmt ") {
      read_wave_format(bytes, body, header);
      has_format = true;
    } else if (tag == "data") {
      if (!has_format) throw_no_format(file);
      header.present_bytes = file.size() - body;
      if (is_64_bit && size == kOpenTop) {
        if (long_size && *long_size != 0 && *long_size <= INT64_MAX)
          header.declared_bytes = long_size;
      } else if (size == 0) {
        // A closed file with no samples has a total that fits; an open one has not.
        const bool closed = riff_size + 8 == file.size();
        if (closed) {
          header.declared_bytes = 0;
        } else {
          header.open_zero_at = at + 4;
        }
      } else if (!left_open(size) || size <= header.present_bytes) {
        header.declared_bytes = size;
      }
      return header;
    }
    at = body + size + size % 2;
  }
  throw_no_format(file);
}

/// Sony's Wave64: RIFF with 16-byte names that begin with the old ones, and 64-bit sizes that count
/// the 24 bytes of their own chunk's header; chunks start on multiples of 8.
PcmHeader read_wave64(const InputFile& file) {
  constexpr std::uint64_t kChunkHeader = 24;
  const Bytes bytes(file, false);
  PcmHeader header;
  header.container = "W64";
  bool has_format = false;
  std::uint64_t at = 40;
  for (int chunk = 0; chunk < kMaxChunks; ++chunk) {
    const std::string tag = bytes.tag(at);
    const std::uint64_t size = bytes.number(at + 16, 8);
    const std::uint64_t body = at + kChunkHeader;
    if (tag == "fmt ") {
      read_wave_format(bytes, body, header);
      has_format = true;
    } else if (tag == "data") {
      if (!has_format) throw_no_format(file);
      bytes.require(body);
      header.present_bytes = file.size() - body;
      if (size >= kChunkHeader && size <= INT64_MAX) header.declared_bytes = size - kChunkHeader;
      return header;
    }
    if (size < kChunkHeader) throw_no_format(file);
    bytes.require(at);
    bytes.require(size);  // Keeps the sum from wrapping.
    at += (size + 7) / 8 * 8;
  }
  throw_no_format(file);
}

/// An 80-bit IEEE extended number, as AIFF keeps its rate.
double extended(const Bytes& bytes, std::uint64_t at) {
  constexpr int kBias = 16383;
  constexpr int kMantissaBits = 63;
  const auto exponent = static_cast<int>(bytes.number(at, 2) & 0x7FFF);
  return std::ldexp(static_cast<double>(bytes.number(at + 2, 8)), exponent - kBias - kMantissaBits);
}

/// Apple's AIFF and AIFF-C (1988, 1991). The common chunk counts frames: the promise to hold the
/// samples against, unless they are compressed.
std::optional<PcmHeader> read_aiff(const InputFile& file, bool maybe_compressed) {
  const Bytes bytes(file, true);
  PcmHeader header;
  header.container = "AIFF";
  bool has_format = false;
  std::uint64_t at = 12;
  for (int chunk = 0; chunk < kMaxChunks; ++chunk) {
    const std::string tag = bytes.tag(at);
    const std::uint64_t size = bytes.number(at + 4, 4);
    const std::uint64_t body = at + 8;
    if (tag == "COMM") {
      header.channels = static_cast<std::int64_t>(bytes.number(body, 2));
      const double rate = extended(bytes, body + 8);
      // Beyond any limit is enough to be refused as such.
      header.sample_rate_hz = static_cast<std::int64_t>(std::clamp(rate, 0.0, 1e9));
      const double sample_bytes = std::ceil(static_cast<double>(bytes.number(body + 6, 2)) / 8);
      if (!maybe_compressed) {
        header.bytes_per_second = sample_bytes * static_cast<double>(header.channels) * rate;
      }
      has_format = true;
    } else if (tag == "SSND") {
      if (!has_format) return std::nullopt;  // Allowed, but seldom: left to libsndfile.
      const std::uint64_t skipped = bytes.number(body, 4);
      const std::uint64_t begin = body + 8 + skipped;
      bytes.require(begin);
      header.present_bytes = file.size() - begin;
      if (size >= 8 + skipped && !left_open(size)) header.declared_bytes = size - 8 - skipped;
      return header;
    }
    at = body + size + size % 2;
  }
  throw_no_format(file);
}

/// Bytes of a sample for the encodings of AU, from 1 on; 0 for compressed ones.
constexpr std::array<int, 8> kAuSampleBytes = {0, 1, 1, 2, 3, 4, 4, 8};

/// Sun's and NeXT's audio file.
PcmHeader read_au(const InputFile& file) {
  const Bytes bytes(file, true);
  PcmHeader header;
  header.container = "AU";
  const std::uint64_t begin = bytes.number(4, 4);
  const std::uint64_t size = bytes.number(8, 4);
  const std::uint64_t encoding = bytes.number(12, 4);
  header.sample_rate_hz = static_cast<std::int64_t>(bytes.number(16, 4));
  header.channels = static_cast<std::int64_t>(bytes.number(20, 4));
  if (encoding < kAuSampleBytes.size()) {
    header.bytes_per_second = static_cast<double>(kAuSampleBytes[encoding]) *
                              static_cast<double>(header.channels) *
                              static_cast<double>(header.sample_rate_hz);
  }
  bytes.require(begin);
  header.present_bytes = file.size() - begin;
  if (size != 0 && size != kOpenTop) header.declared_bytes = size;
  return header;
}

std::optional<PcmHeader> read_any(const InputFile& file) {
  std::array<std::byte, 16> raw{};
  const std::size_t got = file.read_at(0, raw);
  const std::string_view start(reinterpret_cast<const char*>(raw.data()), got);
  const std::string_view magic = start.substr(0, 4);
  const std::string_view kind = start.size() >= 12 ? start.substr(8, 4) : std::string_view();
  if (kind == "WAVE" && magic == "RIFF") return read_riff(file, false, false);
  if (kind == "WAVE" && magic == "RIFX") return read_riff(file, true, false);
  if (kind == "WAVE" && (magic == "RF64" || magic == "BW64")) return read_riff(file, false, true);
  if (magic == "riff" && start.substr(4, 4) == "\x2E\x91\xCF\x11") return read_wave64(file);
  if (magic == "FORM" && kind == "AIFF") return read_aiff(file, false);
  if (magic == "FORM" && kind == "AIFC") return read_aiff(file, true);
  if (magic == ".snd") return read_au(file);
  return std::nullopt;
}

}  // namespace

std::optional<PcmHeader> read_pcm_header(const InputFile& file) {
  std::optional<PcmHeader> header = read_any(file);
  if (!header) return header;
  check_layout(file.subject(), header->channels, header->sample_rate_hz);
  if (header->declared_bytes.value_or(header->present_bytes) == 0) throw no_samples(file.subject());
  if (header->declared_bytes && *header->declared_bytes > header->present_bytes) {
    if (header->bytes_per_second > 0) {
      throw truncated(file.subject(),
                      static_cast<double>(header->present_bytes) / header->bytes_per_second,
                      static_cast<double>(*header->declared_bytes) / header->bytes_per_second);
    }
    throw Error(ErrorCode::corrupt_audio, file.subject(),
                "is truncated: only " + std::to_string(header->present_bytes) + " of the " +
                    std::to_string(*header->declared_bytes) +
                    " bytes of samples that its header declares are there",
                "copy it again from where it came");
  }
  return header;
}

}  // namespace diarist::audio
