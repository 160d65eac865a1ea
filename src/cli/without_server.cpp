// For the program that makes the small model pack (cmake/small_model.cmake): the server is linked
// to the library that this pack goes into, and cannot be in what makes it.
#include "cli/command.hpp"
#include "cli/exit_codes.hpp"

namespace diarist::cli {

Command add_serve_command(CLI::App& parent) {
  return {parent.add_subcommand("serve", "Not in this program"), [] { return kUsage; }};
}

}  // namespace diarist::cli
