// The files that the program sees: a cpio archive (of the "newc" kind) in memory, read only.
#pragma once

#include <cstdint>

namespace emulated {

struct File {
  const char* name = nullptr;  // without a leading "/" or "./"
  const std::uint8_t* data = nullptr;
  std::uint64_t size = 0;
  std::uint32_t mode = 0;
  std::uint32_t number = 0;  // no two files have the same
};

/// Reads the archive's list. Gives up where there is none.
void open_archive();

/// The first byte after the archive.
std::uint64_t archive_end();

/// By its path, absolute or from the root folder; null where there is none.
const File* find_file(const char* path);

}  // namespace emulated
