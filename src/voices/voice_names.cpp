#include "voices/voice_names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "diarist/error.hpp"

namespace diarist::voices {
namespace {

constexpr std::size_t kMostBytes = 200;

bool is_numbered(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

/// Bytes of the code point that `text` begins with; 0 where that is no UTF-8 (RFC 3629), or a
/// control character.
std::size_t printable_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return lead < 0x20 || lead == 0x7f ? 0 : 1;
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  std::uint32_t code = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const std::uint32_t least = size == 2 ? 0xa0 : size == 3 ? 0x800 : 0x10000;  // Below: controls.
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  const bool separator = code == 0x2028 || code == 0x2029;  // Lines and paragraphs.
  return code < least || code > 0x10ffff || surrogate || separator ? 0 : size;
}

}  // namespace

bool is_unnamed(std::string_view name) { return is_numbered(name, "VOICE_"); }

std::string name_problem(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMostBytes) return "has more than 200 bytes";
  if (name.front() == ' ' || name.back() == ' ') return "begins or ends with a blank";
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t bytes = printable_bytes(name.substr(at));
    if (bytes == 0) return "holds a control character or bytes that are no UTF-8";
    at += bytes;
  }
  if (is_numbered(name, "SPEAKER_")) return "is what results call people who are not known";
  if (is_unnamed(name)) return "is what a store calls voices that nobody has named";
  return {};
}

void check_name(const std::string& name) {
  const std::string problem = name_problem(name);
  if (problem.empty()) return;
  const bool shown = problem.find("control") == std::string::npos && name.size() <= kMostBytes;
  throw Error(ErrorCode::invalid_argument, shown ? "'" + name + "'" : "the name", problem,
              "give another name");
}

}  // namespace diarist::voices
