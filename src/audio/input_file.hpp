// The bytes of a recording: a regular file that can be read at any offset, wherever they came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace diarist::audio {

/// An open file that decoders may seek in. Pipes, sockets and devices (standard input among them)
/// are first copied to a temporary file that has no name: recordings keep their length, their index
/// or their last page at either end, so that decoders want to seek, and a disk holds what memory
/// must not. Move-only; read_at is safe from many threads.
class InputFile {
 public:
  /// Opens `path`, or takes the descriptor `standard_input` where the path is "-".
  /// Throws Error{not_found} where nothing is there, Error{corrupt_audio} where there is not one
  /// byte, Error{invalid_argument} for a folder, Error{io} where the system refuses.
  static InputFile open(const std::filesystem::path& path, int standard_input);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  /// Reads from byte `offset` on; returns how many bytes, fewer than asked for at the end only.
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> bytes) const;

  std::uint64_t size() const { return size_; }
  /// Of a regular file; its position is at the start and is never moved by this class.
  int descriptor() const { return descriptor_; }
  /// What to call the recording in messages: the path as it was given, or "standard input".
  const std::string& subject() const { return subject_; }

 private:
  InputFile(int descriptor, std::string subject);

  int descriptor_;
  std::uint64_t size_ = 0;
  std::string subject_;
};

}  // namespace diarist::audio
