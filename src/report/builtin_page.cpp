#include "report/builtin_page.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <zlib.h>

#include "diarist/error.hpp"

// Defined in the assembly that CMake makes from builtin_page.S.in, under the names that the linker
// sees. NOLINTBEGIN(readability-identifier-naming)
extern "C" const unsigned char diarist_builtin_page_begin[];
extern "C" const unsigned char diarist_builtin_page_end[];
// NOLINTEND(readability-identifier-naming)

namespace diarist::report {
namespace {

constexpr std::string_view kTitle = "{{title}}";
constexpr std::string_view kData = "{{data}}";
/// zlib's window, and 16 for gzip's header around the stream.
constexpr int kWindowBits = 15 + 16;

[[noreturn]] void fail(const char* problem) {
  throw Error(ErrorCode::internal, "built-in page", problem, "please report it");
}

std::string inflated(std::span<const unsigned char> bytes) {
  z_stream stream{};
  // zlib takes its input as what it could change, and does not.
  stream.next_in = const_cast<unsigned char*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  if (inflateInit2(&stream, kWindowBits) != Z_OK) fail("cannot be opened");
  std::string text;
  std::array<char, 1 << 15> block;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<unsigned char*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(block.data(), block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) fail("is damaged");
  return text;
}

struct Page {
  std::string text;
  PageParts parts;
};

Page take_apart(std::string text) {
  Page page{std::move(text), {}};
  const std::string_view all = page.text;
  const std::size_t title = all.find(kTitle);
  const std::size_t data = all.find(kData, title);
  if (title == std::string_view::npos || data == std::string_view::npos)
    fail("has no place for data");
  const std::size_t after_title = title + kTitle.size();
  page.parts = {all.substr(0, title), all.substr(after_title, data - after_title),
                all.substr(data + kData.size())};
  return page;
}

}  // namespace

const PageParts& builtin_page() {
  static const Page page = take_apart(
      inflated({diarist_builtin_page_begin,
                static_cast<std::size_t>(diarist_builtin_page_end - diarist_builtin_page_begin)}));
  return page.parts;
}

}  // namespace diarist::report
