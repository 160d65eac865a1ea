// `diarist completion SHELL`: a script that completes diarist's command line.
#include <memory>
#include <string>

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/option_values.hpp"
#include "cli/output_files.hpp"
#include "cli/reference/completions.hpp"

namespace diarist::cli {

Command add_completion_command(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  take_one_of(app->add_option("SHELL", *shell, "bash, zsh or fish")->required(),
              {"bash", "zsh", "fish"});
  app->footer(R"(Examples:
  diarist completion bash > ~/.local/share/bash-completion/completions/diarist
  diarist completion fish > ~/.config/fish/completions/diarist.fish
  diarist completion zsh > "${fpath[1]}/_diarist")");
  return {app, [app, shell] {
            const ProgramReference program = reference_of(*app->get_parent());
            write_standard_output(*shell == "bash"  ? bash_completion(program)
                                  : *shell == "zsh" ? zsh_completion(program)
                                                    : fish_completion(program));
            return kSuccess;
          }};
}

}  // namespace diarist::cli
