// Messages for people, on standard error.
#pragma once

#include <string_view>

namespace diarist::cli {

/// "diarist: TEXT", one line. On a terminal TEXT is made printable first; where there is no memory
/// for that, the line says so instead. Throws nothing.
void report(std::string_view text) noexcept;

inline constexpr std::string_view kNeedsMoreMemory = "needs more memory than there is";

}  // namespace diarist::cli
