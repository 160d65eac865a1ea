// What tells whether a recording is still the one that was diarized: its size and time at a glance,
// a digest of its bytes where these differ.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "diarist/run.hpp"

namespace diarist::archive {

/// What the system tells of a file without reading it.
struct Glance {
  std::int64_t bytes = -1;       ///< -1 where there is no such file.
  std::int64_t modified_ns = 0;  ///< Since 1970; 0 where that would tell nothing.

  /// The same file by all that a glance can tell. False where it tells nothing.
  bool tells_same(const Glance& other) const;
};

/// Where the file was changed so lately that a further change might leave its time as it is, the
/// time is left out. Throws nothing: what is not there has no size.
Glance glance_at(const std::filesystem::path& file);

/// Can its bytes be had?
bool is_readable(const std::filesystem::path& file);

/// 32 hexadecimal digits that the file's bytes give, all of which are read; nothing where they
/// cannot be, or the token is set.
std::optional<std::string> content_of(const std::filesystem::path& file,
                                      const CancellationToken& cancellation);

/// Both, as they were before a recording was diarized.
struct FileState {
  Glance glance;
  std::string content;  ///< Empty where it could not be read.
};

FileState state_of(const std::filesystem::path& file, const CancellationToken& cancellation);

}  // namespace diarist::archive
