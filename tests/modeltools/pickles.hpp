// Pickles and PyTorch archives for tests, made by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace diarist::testing {

/// Pieces of a pickle of protocol 2, to be put together with +.
inline std::string pickled(const std::string& text) {
  std::string made = "X";
  for (int i = 0; i < 4; ++i) made += static_cast<char>((text.size() >> (8 * i)) & 0xff);
  return made + text;
}
inline std::string pickled(std::int32_t value) {
  std::string made = "J";
  for (int i = 0; i < 4; ++i) {
    made += static_cast<char>((static_cast<std::uint32_t>(value) >> (8 * i)) & 0xff);
  }
  return made;
}
inline std::string pickled(const std::vector<std::int32_t>& values) {
  std::string made = "(";
  for (const std::int32_t value : values) made += pickled(value);
  return made + "t";
}
inline std::string named(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
/// As torch pickles a tensor: storage `key` of `values` values, seen from `offset` on.
inline std::string pickled_tensor(const std::string& storage, const std::string& key,
                                  std::int32_t values, std::int32_t offset,
                                  const std::vector<std::int32_t>& shape,
                                  const std::vector<std::int32_t>& strides) {
  return named("torch._utils", "_rebuild_tensor_v2") + "((" + pickled("storage") +
         named("torch", storage) + pickled(key) + pickled("cpu") + pickled(values) + "tQ" +
         pickled(offset) + pickled(shape) + pickled(strides) + "\x89" +
         named("collections", "OrderedDict") + ")RtR";
}
/// A dictionary of texts to pieces.
inline std::string pickled_dictionary(
    const std::vector<std::pair<std::string, std::string>>& items) {
  std::string made = "}(";
  for (const auto& [key, value] : items) made += pickled(key) + value;
  return made + "u";
}
inline std::string whole_pickle(const std::string& pieces) { return "\x80\x02" + pieces + "."; }

inline std::vector<std::byte> bytes_of(const std::string& text) {
  std::vector<std::byte> bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}

inline void write_file(const std::filesystem::path& file, const std::vector<std::byte>& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<std::byte> file_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return bytes_of(text);
}

using ArchiveMembers = std::vector<std::pair<std::string, std::string>>;

}  // namespace diarist::testing
