// What a subcommand gives to main: its place in the command line, and what to do when it was
// chosen.
#pragma once

#include <functional>
#include <vector>

#include <CLI/CLI.hpp>

namespace diarist::cli {

struct Command {
  CLI::App* app = nullptr;
  /// Called after parsing, if `app` was chosen. Returns the exit code (exit_codes.hpp); may throw
  /// diarist::Error, which main turns into a message and an exit code.
  std::function<int()> run;
};

/// Each adds one subcommand with its options to `parent`; one file each.
Command add_diarize_command(CLI::App& parent);
Command add_live_command(CLI::App& parent);
Command add_assign_command(CLI::App& parent);
Command add_convert_command(CLI::App& parent);
Command add_report_command(CLI::App& parent);
Command add_score_command(CLI::App& parent);
Command add_split_command(CLI::App& parent);
/// One with several: `speakers add`, `speakers list` and so on.
std::vector<Command> add_speakers_commands(CLI::App& parent);
Command add_link_command(CLI::App& parent);
Command add_plot_command(CLI::App& parent);
Command add_serve_command(CLI::App& parent);
Command add_inspect_command(CLI::App& parent);
Command add_import_command(CLI::App& parent);
Command add_quantize_command(CLI::App& parent);
Command add_compare_command(CLI::App& parent);
Command add_version_command(CLI::App& parent);
Command add_completion_command(CLI::App& parent);

}  // namespace diarist::cli
