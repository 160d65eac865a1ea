#include "archive.hpp"

#include "machine.hpp"

namespace emulated {
namespace {

// A header: "070701", then 13 numbers of 8 hexadecimal digits.
constexpr std::uint64_t kHeaderSize = 110;
constexpr int kMode = 1;
constexpr int kSize = 6;
constexpr int kNameSize = 11;

constexpr int kMostFiles = 512;
File files[kMostFiles];
int file_count = 0;
std::uint64_t past_the_end = 0;

std::uint32_t field(const char* header, int which) {
  std::uint32_t value = 0;
  for (int i = 0; i < 8; ++i) {
    const char digit = header[6 + 8 * which + i];
    const int worth = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    value = value << 4 | static_cast<std::uint32_t>(worth);
  }
  return value;
}

/// Without what says only "from the root".
const char* plain(const char* path) {
  while (path[0] == '/' || (path[0] == '.' && (path[1] == '/' || path[1] == 0))) ++path;
  return path;
}

/// The same path, "//" being "/", and "/" at the end nothing?
bool same_path(const char* left, const char* right) {
  for (; *left != 0 && *left == *right; ++left, ++right) {
    while (*right == '/' && right[1] == '/') ++right;
  }
  while (*right == '/') ++right;
  return *left == 0 && *right == 0;
}

}  // namespace

void open_archive() {
  std::uint64_t place = kArchive;
  for (;;) {
    const char* header = at<const char>(place);
    if (memcmp(header, "070701", 6) != 0) give_up("no archive at", place);
    File file;
    file.size = field(header, kSize);
    file.mode = field(header, kMode);
    file.number = static_cast<std::uint32_t>(file_count) + 1;
    const std::uint32_t name_size = field(header, kNameSize);
    const std::uint64_t data = round_up(place + kHeaderSize + name_size, 4);
    const char* name = at<const char>(place + kHeaderSize);
    if (memcmp(name, "TRAILER!!!", 11) == 0) {
      past_the_end = data;
      return;
    }
    file.name = plain(name);
    file.data = at<const std::uint8_t>(data);
    if (file_count == kMostFiles) give_up("more files than", kMostFiles);
    files[file_count++] = file;
    place = round_up(data + file.size, 4);
  }
}

std::uint64_t archive_end() { return past_the_end; }

const File* find_file(const char* path) {
  for (int i = 0; i < file_count; ++i) {
    if (same_path(files[i].name, plain(path))) return &files[i];
  }
  return nullptr;
}

}  // namespace emulated
