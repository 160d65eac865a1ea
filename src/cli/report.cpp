#include "cli/report.hpp"

#include <cstdio>
#include <string>
#include <unistd.h>

#include "cli/terminal.hpp"

namespace diarist::cli {

void report(std::string_view text) {
  const std::string shown =
      ::isatty(STDERR_FILENO) == 1 ? printable(text, locale_is_utf8()) : std::string(text);
  std::fprintf(stderr, "diarist: %s\n", shown.c_str());
}

}  // namespace diarist::cli
