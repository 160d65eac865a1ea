#include "cli/command_line.hpp"

#include "diarist/version.hpp"

#include "cli/option_values.hpp"

namespace diarist::cli {
namespace {

constexpr const char* kExamples =
    R"(`diarist FILE...` is short for `diarist diarize FILE...`; `diarist diarize --help` has its options.

Examples:
  diarist meeting.wav
  diarist *.flac -o turns/ -f rttm,json
  diarist score reference.rttm turns/meeting.rttm)";

}  // namespace

CommandLine build_command_line() {
  CommandLine line;
  line.app = std::make_unique<CLI::App>("diarist: who spoke when in a recording", "diarist");
  CLI::App& app = *line.app;
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help, and end");
  app.set_version_flag("--version", "diarist " DIARIST_VERSION, "Show the version, and end");
  app.require_subcommand(1);
  line.commands = {
      add_diarize_command(app), add_live_command(app),  add_assign_command(app),
      add_report_command(app),  add_score_command(app), add_convert_command(app),
      add_split_command(app),   add_plot_command(app),  add_serve_command(app),
  };
  for (const Command& command : add_speakers_commands(app)) line.commands.push_back(command);
  line.commands.push_back(add_link_command(app));
  // The help has them in this order.
  line.commands.insert(
      line.commands.end(),
      {add_inspect_command(app), add_import_command(app), add_quantize_command(app),
       add_compare_command(app), add_version_command(app), add_completion_command(app)});
  app.footer(kExamples);  // After the subcommands, which would take it on.
  return line;
}

}  // namespace diarist::cli
