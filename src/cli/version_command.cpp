// `diarist version`: what this program is and what this machine lets it use.
#include <string>

#include "diarist/instruction_set.hpp"
#include "diarist/version.hpp"

#include "cli/command.hpp"
#include "cli/exit_codes.hpp"
#include "cli/output_files.hpp"

namespace diarist::cli {

Command add_version_command(CLI::App& parent) {
  CLI::App* app =
      parent.add_subcommand("version", "Show the version and the instruction sets for --isa");
  return {app, [] {
            std::string text = "diarist " DIARIST_VERSION "\ninstruction sets:";
            for (const InstructionSet isa : supported_instruction_sets()) {
              text += " ";
              text += to_string(isa);
            }
            text += "; used: ";
            text += to_string(best_instruction_set());
            write_standard_output(text + "\n");
            return kSuccess;
          }};
}

}  // namespace diarist::cli
