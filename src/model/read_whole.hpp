// A whole file in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace diarist::model {

/// The bytes of a regular file, a copy that later changes of the file do not touch.
/// Throws Error{not_found} where there is none, Error{io} where it is a folder, a pipe or another
/// thing without a length, is larger than `max_bytes`, or cannot be read.
std::vector<std::byte> read_whole(const std::filesystem::path& file, std::uint64_t max_bytes);

}  // namespace diarist::model
