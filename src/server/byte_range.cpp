#include "server/byte_range.hpp"

#include <algorithm>
#include <string>

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {

std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size) {
  const std::size_t equals = header.find('=');
  if (equals == std::string_view::npos || !same_word(trimmed(header.substr(0, equals)), "bytes")) {
    return std::nullopt;
  }
  const std::string_view range = trimmed(header.substr(equals + 1));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) {
    return std::nullopt;
  }
  const auto first = whole_number(trimmed(range.substr(0, dash)));
  const auto last = whole_number(trimmed(range.substr(dash + 1)));
  const bool suffix = trimmed(range.substr(0, dash)).empty();
  const bool open = trimmed(range.substr(dash + 1)).empty();
  if ((suffix ? !last : !first) || (!open && !last) || (first && last && *last < *first)) {
    return std::nullopt;
  }
  ByteRange wanted;
  if (suffix) {
    wanted.length = std::min(*last, size);
    wanted.first = size - wanted.length;
  } else if (*first < size) {
    wanted.first = *first;
    wanted.length = (open ? size : std::min(*last + 1, size)) - *first;
  }
  if (wanted.length == 0) {
    throw Problem(416, "no-such-range", "there are " + std::to_string(size) + " bytes", "Range")
        .with("Content-Range", "bytes */" + std::to_string(size));
  }
  return wanted;
}

}  // namespace diarist::server
