#include "audio/ogg_opus.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <sndfile.h>

#include "diarist/error.hpp"

#include "audio/ogg_pages.hpp"
#include "audio/reader.hpp"

namespace diarist::audio {
namespace {

/// libsndfile's scale from 0 to 1, of which it makes a bit rate: (1 - level) x 250 + 6 kbit/s a
/// channel. 16 to 20 kbit/s are the sweet spot for speech in the band of 16 kHz (RFC 6716, 2.1.1);
/// 24 leaves some room.
constexpr double kCompressionLevel = 1 - (24.0 - 6.0) / 250.0;
constexpr std::uint32_t kSerial = 1;

/// A file in memory as libsndfile writes to it.
struct Memory {
  std::string bytes;
  std::size_t position = 0;
};

sf_count_t memory_size(void* user) {
  return static_cast<sf_count_t>(static_cast<Memory*>(user)->bytes.size());
}

sf_count_t memory_tell(void* user) {
  return static_cast<sf_count_t>(static_cast<Memory*>(user)->position);
}

sf_count_t memory_seek(sf_count_t offset, int whence, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  const sf_count_t from = whence == SEEK_SET   ? 0
                          : whence == SEEK_CUR ? memory_tell(user)
                                               : memory_size(user);
  if (from + offset < 0) return -1;
  memory.position = static_cast<std::size_t>(from + offset);
  return memory_tell(user);
}

sf_count_t memory_read(void* to, sf_count_t count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (memory.position >= memory.bytes.size() || count <= 0) return 0;
  const std::size_t got =
      std::min(static_cast<std::size_t>(count), memory.bytes.size() - memory.position);
  std::memcpy(to, memory.bytes.data() + memory.position, got);
  memory.position += got;
  return static_cast<sf_count_t>(got);
}

sf_count_t memory_write(const void* from, sf_count_t count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (count <= 0) return 0;
  const auto size = static_cast<std::size_t>(count);
  if (memory.bytes.size() < memory.position + size) memory.bytes.resize(memory.position + size);
  std::memcpy(memory.bytes.data() + memory.position, from, size);
  memory.position += size;
  return count;
}

struct Close {
  void operator()(SNDFILE* handle) const { sf_close(handle); }
};

[[noreturn]] void fail(SNDFILE* handle) {
  throw Error(ErrorCode::internal, "libsndfile",
              std::string("cannot write Ogg Opus (") + sf_strerror(handle) + ")",
              "a libsndfile of version 1.0.29 or later can, built with Opus");
}

}  // namespace

struct OggOpusWriter::Encoder {
  Memory memory;
  std::unique_ptr<SNDFILE, Close> handle;
};

OggOpusWriter::OggOpusWriter() : encoder_(std::make_unique<Encoder>()) {
  SF_VIRTUAL_IO io{memory_size, memory_seek, memory_read, memory_write, memory_tell};
  SF_INFO info{};
  info.samplerate = kModelRateHz;
  info.channels = 1;
  info.format = SF_FORMAT_OGG | SF_FORMAT_OPUS;
  encoder_->handle.reset(sf_open_virtual(&io, SFM_WRITE, &info, &encoder_->memory));
  SNDFILE* const handle = encoder_->handle.get();
  if (handle == nullptr) fail(nullptr);
  double level = kCompressionLevel;
  if (sf_command(handle, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level) != SF_TRUE) fail(handle);
}

OggOpusWriter::~OggOpusWriter() = default;

void OggOpusWriter::write(std::span<const float> samples) {
  SNDFILE* const handle = encoder_->handle.get();
  const auto count = static_cast<sf_count_t>(samples.size());
  if (sf_writef_float(handle, samples.data(), count) != count) fail(handle);
}

std::string OggOpusWriter::finish() {
  encoder_->handle.reset();  // Writes what it still holds.
  set_ogg_serial(encoder_->memory.bytes, kSerial);
  return std::move(encoder_->memory.bytes);
}

}  // namespace diarist::audio
