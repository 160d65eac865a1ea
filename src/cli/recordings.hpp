// Which recordings the names on the command line stand for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace diarist::cli {

/// Files as they are ("-" and what does not exist too); a folder stands for the recordings in it,
/// told by their endings, in the order of their names, hidden files and folders in it left out.
/// Throws Error{not_found} for a folder without recordings, Error{io} for one that cannot be read.
std::vector<std::filesystem::path> recordings_of(const std::vector<std::string>& names);

}  // namespace diarist::cli
