#include "model/read_whole.hpp"

#include <fstream>
#include <system_error>

#include "diarist/error.hpp"

namespace diarist::model {

std::vector<std::byte> read_whole(const std::filesystem::path& file, std::uint64_t max_bytes) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    if (error && status.type() == std::filesystem::file_type::none) {
      throw Error(ErrorCode::io, file.string(), "cannot be looked at: " + error.message());
    }
    throw Error(ErrorCode::not_found, file.string(), "no such file");
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorCode::io, file.string(), "is a folder, not a file");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::io, file.string(), "is not a regular file",
                "copy its content to a file first");
  }
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) throw Error(ErrorCode::io, file.string(), "has no length: " + error.message());
  if (size > max_bytes) {
    throw Error(ErrorCode::io, file.string(),
                "has " + std::to_string(size) + " bytes, more than the " +
                    std::to_string(max_bytes) + " that are read",
                "is this the right file?");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorCode::io, file.string(), "cannot be opened", "check its permissions");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (in.gcount() != static_cast<std::streamsize>(bytes.size())) {
    throw Error(ErrorCode::io, file.string(), "cannot be read to its end");
  }
  return bytes;
}

}  // namespace diarist::model
