#include "cli/report.hpp"

#include <cstdio>
#include <new>
#include <string>
#include <unistd.h>

#include "cli/terminal.hpp"

namespace diarist::cli {

void report(std::string_view text) noexcept {
  std::string shown;
  if (::isatty(STDERR_FILENO) == 1) {
    try {
      shown = printable(text, locale_is_utf8());
      text = shown;
    } catch (const std::bad_alloc&) {
      text = kNeedsMoreMemory;
    }
  }
  std::fprintf(stderr, "diarist: %.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace diarist::cli
