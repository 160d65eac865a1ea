// The program: finds the subcommand, runs it, and turns what goes wrong into a message and an exit
// code.
#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "diarist/error.hpp"

#include "cli/command_line.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"
#include "cli/report.hpp"
#include "cli/signals.hpp"

namespace diarist::cli {
namespace {

// `diarist meeting.wav` means `diarist diarize meeting.wav`.
void insert_default_command(const CLI::App& app, std::vector<std::string>& arguments) {
  const std::string& first = arguments.front();
  if (first == "-h" || first == "--help" || first == "--version") return;
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  const bool named = std::any_of(commands.begin(), commands.end(),
                                 [&first](const CLI::App* c) { return c->get_name() == first; });
  if (!named) arguments.insert(arguments.begin(), kImpliedCommand);
}

int dispatch(std::vector<std::string> arguments) {
  const CommandLine line = build_command_line();
  CLI::App& app = *line.app;
  const std::vector<Command>& commands = line.commands;

  if (arguments.empty()) {
    report("no recording given\n\n" + app.help());
    return kUsage;
  }
  insert_default_command(app, arguments);
  const auto chosen = [&commands] {
    return std::find_if(commands.begin(), commands.end(),
                        [](const Command& command) { return command.app->parsed(); });
  };
  try {
    // CLI11 takes them last first.
    std::reverse(arguments.begin(), arguments.end());
    app.parse(std::move(arguments));
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    // The innermost command that was named: `diarist speakers` has its own.
    std::string name;
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
      at = at->get_subcommands().front();
      name += at->get_name() + " ";
    }
    report(std::string(error.what()) + "\nTry: diarist " + name + "--help");
    return kUsage;
  }
  return chosen()->run();
}

int guarded_dispatch(int count, char** values) {
  try {
    return dispatch(std::vector<std::string>(values + 1, values + count));
  } catch (const OutputError& error) {
    report(error.what());
    return kOutput;
  } catch (const Error& error) {
    report(error.what());
    return exit_code_of(error.code());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    report("internal error, please report it: " + std::string(error.what()));
    return kInternal;
  }
}

// Where memory ends in what may not throw, as in parts of CLI11, the message is the same.
[[noreturn]] void on_terminate() {
  try {
    if (const std::exception_ptr what = std::current_exception()) std::rethrow_exception(what);
  } catch (const std::bad_alloc&) {
    report(kNeedsMoreMemory);
    remove_guarded();
    ::_exit(kInternal);
  } catch (const std::exception& error) {
    report("internal error, please report it:");
    report(error.what());
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nothing to tell of it
  }
  std::abort();
}

}  // namespace
}  // namespace diarist::cli

int main(int count, char** values) {
  std::setlocale(LC_CTYPE, "");
  // A reader that goes away is told by write(), and leaves no half file then.
  std::signal(SIGPIPE, SIG_IGN);
  std::set_terminate(diarist::cli::on_terminate);
  try {
    return diarist::cli::guarded_dispatch(count, values);
  } catch (const std::bad_alloc&) {  // of saying what is wrong, too
    diarist::cli::report(diarist::cli::kNeedsMoreMemory);
    return diarist::cli::kInternal;
  }
}
