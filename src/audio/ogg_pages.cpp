#include "audio/ogg_pages.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "diarist/error.hpp"

namespace diarist::audio {
namespace {

// RFC 3533, section 6: offsets in a page's header.
constexpr std::string_view kCapture = "OggS";
constexpr std::size_t kSerial = 14;
constexpr std::size_t kChecksum = 22;
constexpr std::size_t kSegments = 26;
constexpr std::size_t kHeader = 27;
constexpr std::uint32_t kPolynomial = 0x04c11db7;

constexpr std::array<std::uint32_t, 256> checksum_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t sum = i << 24;
    for (int bit = 0; bit < 8; ++bit) {
      sum = (sum & 0x80000000U) != 0 ? (sum << 1) ^ kPolynomial : sum << 1;
    }
    table[i] = sum;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = checksum_table();

void put(std::string& file, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    file[at + i] = static_cast<char>(static_cast<unsigned char>((value >> (8 * i)) & 0xff));
  }
}

std::size_t byte_at(std::string_view file, std::size_t at) {
  return static_cast<unsigned char>(file[at]);
}

}  // namespace

void set_ogg_serial(std::string& file, std::uint32_t serial) {
  std::size_t at = 0;
  while (at < file.size()) {
    const std::string_view rest = std::string_view(file).substr(at);
    std::size_t size = kHeader;
    if (rest.size() >= kHeader) size += byte_at(rest, kSegments);
    if (rest.size() >= size) {
      for (std::size_t i = kHeader; i < kHeader + byte_at(rest, kSegments); ++i) {
        size += byte_at(rest, i);
      }
    }
    if (!rest.starts_with(kCapture) || rest.size() < size) {
      throw Error(ErrorCode::internal, "Ogg", "ends inside of a page");
    }
    put(file, at + kSerial, serial);
    put(file, at + kChecksum, 0);
    std::uint32_t sum = 0;
    for (std::size_t i = at; i < at + size; ++i) {
      sum = (sum << 8) ^ kTable[(sum >> 24) ^ byte_at(file, i)];
    }
    put(file, at + kChecksum, sum);
    at += size;
  }
}

}  // namespace diarist::audio
