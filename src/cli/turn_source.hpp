// What a command's argument points to: a file of turns, or a recording that is to be diarized.
#pragma once

#include <filesystem>

namespace diarist::cli {

/// Whether a file holds turns rather than sound: by its ending, or by its first bytes, which in
/// sound are no text. Throws Error{not_found, io}.
bool holds_turns(const std::filesystem::path& file);

}  // namespace diarist::cli
