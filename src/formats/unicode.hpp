// Text in Unicode's encodings. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace diarist::formats {

/// `bytes` as UTF-8: decoded where they start with UTF-16's byte order mark (a half surrogate
/// becomes U+FFFD), as they are otherwise, without a mark of their own. Where lines end in carriage
/// returns alone, those become newlines.
std::string decoded(std::string_view bytes);

/// A code point's bytes; those of U+FFFD for what is none, or U+0000.
std::string utf8(std::uint32_t code_point);

/// Text in Windows-1252, of which ISO Latin-1 is a part, as UTF-8.
std::string from_windows_latin(std::string_view bytes);

/// Bytes of the well-formed sequence at the start of `text` (table 3-7 of the Unicode standard), or
/// 0.
std::size_t sequence_length(std::string_view text);

/// Each byte that is no part of well-formed UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace diarist::formats
