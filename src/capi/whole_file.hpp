// Files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

namespace diarist::capi {

/// Under a temporary name beside it, then renamed; makes missing folders. What exists and is no
/// regular file (a device, a pipe) is written directly. Throws Error{io}.
void write_whole(const std::filesystem::path& file, std::string_view bytes);

/// Throws what write_whole() would, as far as can be told before the work: Error{io} where the
/// nearest existing folder above `file` is none, or may not be written to.
void check_writable(const std::filesystem::path& file);

}  // namespace diarist::capi
