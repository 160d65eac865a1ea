// Packs for tests, made in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "diarist/error.hpp"

namespace diarist::testing {

/// A safetensors file of a header as given, and so many bytes of values, all 0 unless said.
inline std::vector<std::byte> safetensors_file(std::string_view header, std::size_t value_bytes,
                                               std::byte fill = std::byte{0}) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 8; ++i) {
    bytes.push_back(static_cast<std::byte>((std::uint64_t{header.size()} >> (8 * i)) & 0xff));
  }
  for (const char c : header) bytes.push_back(static_cast<std::byte>(c));
  bytes.insert(bytes.end(), value_bytes, fill);
  return bytes;
}

/// The Error that `call` throws; a test failure of its own kind where it throws none.
template <typename Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::internal, "", "no error was thrown");
}

}  // namespace diarist::testing
