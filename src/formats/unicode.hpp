// Text in Unicode's encodings. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace diarist::formats {

/// `bytes` as UTF-8: decoded where they start with UTF-16's byte order mark (a half surrogate
/// becomes U+FFFD), as they are otherwise, without a mark of their own.
std::string decoded(std::string_view bytes);

/// Each byte that is no part of well-formed UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace diarist::formats
