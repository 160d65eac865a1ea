// The whole command line as one tree: what main parses, and what help, man page, reference and
// completions are made of.
#pragma once

#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace diarist::cli {

/// The subcommand that `diarist FILE...` means.
inline constexpr const char* kImpliedCommand = "diarize";

struct CommandLine {
  std::unique_ptr<CLI::App> app;
  std::vector<Command> commands;
};

/// The program with all its subcommands. Nothing is parsed, nothing runs.
CommandLine build_command_line();

}  // namespace diarist::cli
