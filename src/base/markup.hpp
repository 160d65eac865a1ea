// Text within HTML, SVG and XML.
#pragma once

#include <string>
#include <string_view>

namespace diarist {

/// Markup made harmless, in text and in quoted attributes; control characters but newlines become
/// blanks. Pure.
std::string escaped(std::string_view text);

}  // namespace diarist
