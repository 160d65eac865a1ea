// Samples to WAV and FLAC files, bit for bit as they were read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/stored_samples.hpp"

namespace diarist::audio {

/// A file that is to be written.
struct WrittenFormat {
  StoredFormat stored;  ///< A container but `other`.
  int sample_rate_hz = 0;
  int channels = 0;
  /// Frames that are to come, at most: a WAV of more than 4 GiB gets the header of RF64.
  std::int64_t frames = 0;
};

/// Why no file of this format can be written, in the writing library's words; nothing where it can.
std::optional<std::string> refusal_of(const WrittenFormat& format);

/// Writes one file forward, once. The same samples give the same bytes: no time, no peak, no name
/// of a machine is in them. Not safe to share between threads.
class SampleWriter {
 public:
  /// Makes `file`, which must not be there. `subject` is what messages call it. Throws Error{io},
  /// as all that follows does, where the system refuses (disk full); Error{invalid_argument} with
  /// refusal_of() the format.
  SampleWriter(const std::filesystem::path& file, const std::string& subject,
               const WrittenFormat& format);
  ~SampleWriter();
  SampleWriter(const SampleWriter&) = delete;
  SampleWriter& operator=(const SampleWriter&) = delete;

  /// Whole frames, interleaved, as Source::read_stored() gives them.
  void write(std::span<const std::byte> interleaved);
  void write_silence(std::int64_t frames);
  /// Completes the header and closes the file. Without it the file is of no use.
  void finish();

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

/// Throws Error{io}: `file` cannot be written, for the reason of an errno value.
[[noreturn]] void throw_unwritable(const std::string& file, int system_error);

}  // namespace diarist::audio
