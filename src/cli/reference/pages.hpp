// Pages to read, from the same description as the help.
#pragma once

#include <string>

#include "cli/reference/command_reference.hpp"

namespace diarist::cli {

/// man(7) source of diarist(1); `version` goes into its foot.
std::string man_page(const ProgramReference& program, const std::string& version);
/// docs/cli.md.
std::string markdown_page(const ProgramReference& program);

}  // namespace diarist::cli
