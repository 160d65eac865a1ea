// Range: which part of a file a client wants (RFC 9110, 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace diarist::server {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

/// Of a file of `size` bytes. Empty where the whole is to be given: no such header, another unit,
/// several ranges, or a header that is none. Throws Problem{416} for a range beyond the end.
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size);

}  // namespace diarist::server
