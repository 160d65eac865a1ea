#include "audio/sample_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <sndfile.h>

#include "diarist/error.hpp"

namespace diarist::audio {
namespace {

/// What a WAV's 32-bit sizes hold, less room for its headers.
constexpr std::int64_t kMostWavBytes = 0xFFFFFFFF - 65536;
constexpr std::int64_t kSilentFrames = 4096;

/// The file as libsndfile writes it: at any offset, since headers are completed at the end.
struct Output {
  int descriptor = -1;  ///< Nothing is kept of what is written where it is -1.
  std::int64_t position = 0;
  std::int64_t size = 0;
  int error = 0;  ///< The first errno value; what comes after it is not written.
};

sf_count_t output_size(void* user) { return static_cast<Output*>(user)->size; }
sf_count_t output_tell(void* user) { return static_cast<Output*>(user)->position; }

sf_count_t output_seek(sf_count_t offset, int whence, void* user) {
  auto& output = *static_cast<Output*>(user);
  const std::int64_t from = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? output.position
                                                 : output.size;
  if (from + offset < 0) return -1;
  return output.position = from + offset;
}

sf_count_t output_write(const void* from, sf_count_t count, void* user) {
  auto& output = *static_cast<Output*>(user);
  const char* bytes = static_cast<const char*>(from);
  sf_count_t done = 0;
  while (done < count && output.error == 0) {
    ssize_t written = count - done;
    if (output.descriptor >= 0) {
      written = ::pwrite(output.descriptor, bytes + done, static_cast<std::size_t>(count - done),
                         static_cast<off_t>(output.position));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        output.error = errno;
        break;
      }
    }
    done += written;
    output.position += written;
    output.size = std::max(output.size, output.position);
  }
  return done;
}

/// FLAC's writer reads nothing either, but asks.
sf_count_t output_read(void*, sf_count_t, void*) { return 0; }

int container_code(const WrittenFormat& format) {
  if (format.stored.container == Container::flac) return SF_FORMAT_FLAC;
  const auto sample = static_cast<std::int64_t>(coded_bytes(format.stored.coding));
  if (format.frames > kMostWavBytes / sample / std::max(1, format.channels)) return SF_FORMAT_RF64;
  return format.stored.container == Container::wavex ? SF_FORMAT_WAVEX : SF_FORMAT_WAV;
}

int coding_code(const StoredFormat& stored) {
  switch (stored.coding) {
    case SampleCoding::pcm_8:
      return stored.container == Container::flac ? SF_FORMAT_PCM_S8 : SF_FORMAT_PCM_U8;
    case SampleCoding::pcm_16:
      return SF_FORMAT_PCM_16;
    case SampleCoding::pcm_24:
      return SF_FORMAT_PCM_24;
    case SampleCoding::pcm_32:
      return SF_FORMAT_PCM_32;
    case SampleCoding::f32:
      return SF_FORMAT_FLOAT;
    case SampleCoding::f64:
      return SF_FORMAT_DOUBLE;
    case SampleCoding::a_law:
      return SF_FORMAT_ALAW;
    case SampleCoding::u_law:
      return SF_FORMAT_ULAW;
  }
  return 0;
}

struct Close {
  void operator()(SNDFILE* handle) const { sf_close(handle); }
};
using Handle = std::unique_ptr<SNDFILE, Close>;

Handle open_for(const WrittenFormat& format, Output& output) {
  SF_INFO info{};
  info.samplerate = format.sample_rate_hz;
  info.channels = format.channels;
  info.format = container_code(format) | coding_code(format.stored);
  SF_VIRTUAL_IO io{output_size, output_seek, output_read, output_write, output_tell};
  Handle handle(sf_open_virtual(&io, SFM_WRITE, &info, &output));
  // It would tell the time, beside the peak.
  if (handle) sf_command(handle.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  return handle;
}

}  // namespace

void throw_unwritable(const std::string& file, int system_error) {
  const bool full = system_error == ENOSPC || system_error == EDQUOT;
  const bool many = system_error == EMFILE || system_error == ENFILE;
  throw Error(ErrorCode::io, file,
              "cannot be written (" + std::generic_category().message(system_error) + ")",
              full   ? "free some space or name another place"
              : many ? "allow more open files (ulimit -n)"
                     : "check its permissions or name another place");
}

struct SampleWriter::Sink {
  std::string subject;
  StoredFormat stored;
  std::size_t frame_bytes = 0;
  Output output;
  Handle handle;

  ~Sink() {
    handle.reset();
    if (output.descriptor >= 0) ::close(output.descriptor);
  }

  void check(bool complete) const {
    if (output.error != 0) throw_unwritable(subject, output.error);
    if (!complete)
      throw Error(ErrorCode::io, subject, "cannot be written", sf_strerror(handle.get()));
  }
};

std::optional<std::string> refusal_of(const WrittenFormat& format) {
  Output nowhere;
  if (open_for(format, nowhere)) return std::nullopt;
  return sf_strerror(nullptr);
}

SampleWriter::SampleWriter(const std::filesystem::path& file, const std::string& subject,
                           const WrittenFormat& format)
    : sink_(std::make_unique<Sink>()) {
  sink_->subject = subject;
  sink_->stored = format.stored;
  sink_->frame_bytes =
      sample_bytes(format.stored.coding) * static_cast<std::size_t>(format.channels);
  sink_->output.descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (sink_->output.descriptor < 0) throw_unwritable(subject, errno);
  sink_->handle = open_for(format, sink_->output);
  if (sink_->output.error != 0) throw_unwritable(subject, sink_->output.error);
  if (!sink_->handle) {
    throw Error(ErrorCode::invalid_argument, subject, "is of a format that cannot be written",
                sf_strerror(nullptr));
  }
}

SampleWriter::~SampleWriter() = default;

void SampleWriter::write(std::span<const std::byte> interleaved) {
  Sink& sink = *sink_;
  const auto frames = static_cast<sf_count_t>(interleaved.size() / sink.frame_bytes);
  const std::byte* const bytes = interleaved.data();
  SNDFILE* const handle = sink.handle.get();
  sf_count_t written = 0;
  if (sink.stored.coding == SampleCoding::f32) {
    written = sf_writef_float(handle, reinterpret_cast<const float*>(bytes), frames);
  } else if (sink.stored.coding == SampleCoding::f64) {
    written = sf_writef_double(handle, reinterpret_cast<const double*>(bytes), frames);
  } else {
    written = sf_writef_int(handle, reinterpret_cast<const int*>(bytes), frames);
  }
  sink.check(written == frames);
}

void SampleWriter::write_silence(std::int64_t frames) {
  const std::vector<std::byte> zeros(static_cast<std::size_t>(std::min(frames, kSilentFrames)) *
                                     sink_->frame_bytes);
  for (; frames > 0; frames -= kSilentFrames) {
    const auto count = static_cast<std::size_t>(std::min(frames, kSilentFrames));
    write(std::span(zeros).first(count * sink_->frame_bytes));
  }
}

void SampleWriter::finish() {
  Sink& sink = *sink_;
  const bool closed = sf_close(sink.handle.release()) == 0;
  if (sink.output.error == 0 && ::close(std::exchange(sink.output.descriptor, -1)) != 0) {
    sink.output.error = errno;
  }
  if (sink.output.error != 0) throw_unwritable(sink.subject, sink.output.error);
  if (!closed) throw Error(ErrorCode::io, sink.subject, "cannot be written");
}

}  // namespace diarist::audio
