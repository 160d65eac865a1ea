// Completion scripts: commands, options, the words of closed sets, files and folders where they are
// meant. Each is whole in itself; a first word that is no command is completed as an argument of
// kImpliedCommand, as main takes it.
#pragma once

#include <string>

#include "cli/reference/command_reference.hpp"

namespace diarist::cli {

/// For bash 4 and later; needs nothing of the package bash-completion.
std::string bash_completion(const ProgramReference& program);
/// For a folder of zsh's fpath, as _diarist.
std::string zsh_completion(const ProgramReference& program);
std::string fish_completion(const ProgramReference& program);

}  // namespace diarist::cli
