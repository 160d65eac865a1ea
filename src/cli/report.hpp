// Messages for people, on standard error.
#pragma once

#include <string_view>

namespace diarist::cli {

/// "diarist: TEXT", one line. On a terminal TEXT is made printable first.
void report(std::string_view text);

}  // namespace diarist::cli
