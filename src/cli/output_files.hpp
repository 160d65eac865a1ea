// Output that is there whole or not at all.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "diarist/error.hpp"

#include "cli/signals.hpp"

namespace diarist::cli {

/// An Error{io} of the writing side: main tells it from one of the reading side by its type.
class OutputError : public Error {
 public:
  /// `system_error` is an errno value.
  OutputError(const std::string& subject, int system_error);
  /// Of the library's own writing.
  explicit OutputError(const Error& error) : Error(error) {}

  /// Did who was to read it go away?
  bool reader_gone() const;

 private:
  int system_error_ = 0;
};

/// A file that was written under a temporary name beside its target. commit() gives it its name;
/// without that, the destructor removes it and the target stays as it was.
///
/// A target that exists and is no regular file (a device, a pipe) is written directly by commit():
/// to replace it would be worse than half of a text. A symbolic link is followed.
class StagedFile {
 public:
  /// Who may read a new file.
  enum class Readers {
    umask,  ///< As the process's umask has it.
    owner,  ///< Nobody else: personal data.
  };
  /// Makes missing folders. Throws OutputError.
  StagedFile(const std::filesystem::path& target, std::string text,
             Readers readers = Readers::umask);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  /// Throws OutputError.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;  ///< Empty where the target is written directly, or committed.
  std::unique_ptr<GuardedFile> guard_;
  std::string direct_text_;
};

/// Tells before hours of work what StagedFile would tell after them: throws OutputError where the
/// nearest existing folder above `target` may not be written to or is none.
void check_writable(const std::filesystem::path& target);

/// Removes the temporary files in a folder of StagedFiles whose programs are gone: killed ones.
/// Throws nothing.
void remove_abandoned(const std::filesystem::path& folder);

/// Has the disk keep which files a folder holds, as it keeps what a committed StagedFile holds.
/// Throws OutputError.
void sync_folder(const std::filesystem::path& folder);

/// Throws OutputError, for a closed pipe too.
void write_standard_output(std::string_view text);

}  // namespace diarist::cli
