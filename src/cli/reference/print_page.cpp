// The build's own tool: `diarist_pages man|markdown` prints that page.
#include <cstdio>
#include <exception>
#include <string_view>

#include "diarist/version.hpp"

#include "cli/command_line.hpp"
#include "cli/output_files.hpp"
#include "cli/reference/pages.hpp"

int main(int count, char** values) {
  namespace cli = diarist::cli;
  const std::string_view page = count == 2 ? values[1] : "";
  if (page != "man" && page != "markdown") {
    std::fputs("usage: diarist_pages man|markdown\n", stderr);
    return 2;
  }
  try {
    const cli::CommandLine line = cli::build_command_line();
    const cli::ProgramReference program = cli::reference_of(*line.app);
    cli::write_standard_output(page == "man" ? cli::man_page(program, DIARIST_VERSION)
                                             : cli::markdown_page(program));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "diarist_pages: %s\n", error.what());
    return 1;
  }
  return 0;
}
