#include "cli/turn_source.hpp"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

/// Headers of sound files have a zero byte well before this; texts have none, but in UTF-16, which
/// begins with a mark.
constexpr std::size_t kLookedAt = 4096;

bool is_text(std::string_view begin) {
  return begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF") ||
         begin.find('\0') == std::string_view::npos;
}

}  // namespace

bool holds_turns(const fs::path& file) {
  std::error_code ignored;
  const fs::file_status status = fs::status(file, ignored);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorCode::not_found, file.string(), "no such file");
  }
  if (fs::is_directory(status)) {
    throw Error(ErrorCode::io, file.string(),
                "is a folder, expected a file of turns or a recording");
  }
  if (const auto format = file_format_of_ending(file)) {
    if (info_of(*format).readable) return true;
  }
  if (!fs::is_regular_file(status)) return true;  // To look into a pipe is to take from it.
  std::ifstream stream(file, std::ios::binary);
  std::array<char, kLookedAt> begin{};
  stream.read(begin.data(), begin.size());
  if (!stream.is_open() || stream.bad()) {
    throw Error(ErrorCode::io, file.string(), "cannot be read", "check its permissions");
  }
  return is_text({begin.data(), static_cast<std::size_t>(stream.gcount())});
}

}  // namespace diarist::cli
