#include "cli/command_line.hpp"
#include "cli/reference/completions.hpp"

namespace diarist::cli {
namespace {

constexpr const char* kBegin = R"(# fish completion of diarist; made by `diarist completion fish`.
function __diarist_is --description 'Is this the command whose arguments are typed?'
    set -l words (commandline -opc)
    set -l command @IMPLIED
    if set -q words[2]; and contains -- $words[2] @COMMANDS
        set command $words[2]
    end
    if set -q words[2]; and contains -- $words[2] @FAMILIES
        set command (string join - $words[2..3])
    end
    contains -- $command $argv
end

function __diarist_list --description 'Words of which several go, with commas between'
    set -l before (string match -r '^.*,' -- (commandline -ct | string replace -r '^--?[a-z]+=' ''))
    printf '%s\n' $before$argv
end

)";

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string values(const OptionReference& option) {
  const std::string words = CLI::detail::join(option.choices, " ");
  switch (option.kind) {
    case ValueKind::none:
      return {};
    case ValueKind::choice:
      return option.comma_list ? " -x -a '(__diarist_list " + words + ")'"
                               : " -x -a '" + words + "'";
    case ValueKind::file:
      return " -r -F";
    case ValueKind::folder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::pack:
      return " -x -a '" + std::string(kBuiltinPack) + " (__fish_complete_suffix .safetensors)'";
    case ValueKind::text:
      break;
  }
  return " -x";
}

std::string option_line(const std::string& condition, const OptionReference& option) {
  std::string text = "complete -c diarist -n '" + condition + "'";
  for (const std::string& name : option.names) {
    const bool is_long = name.substr(0, 2) == "--";
    text += is_long ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return text + values(option) + " -d " + quoted(option.description) + "\n";
}

}  // namespace

std::string fish_completion(const ProgramReference& program) {
  const std::string first = "test (count (commandline -opc)) -eq 1";
  std::vector<std::string> names;
  std::string text;
  std::vector<std::string> families;
  for (const CommandFamily& family : program.families) {
    families.push_back(family.name);
    text += "\ncomplete -c diarist -n '" + first + "' -a " + family.name + " -d " +
            quoted(family.description) + "\n";
    text += "complete -c diarist -n '__diarist_is " + family.name + "' -f -a '" +
            CLI::detail::join(family.actions, " ") + "'\n";
  }
  for (const CommandReference& command : program.commands) {
    const std::string here = "__diarist_is " + command.key();
    text += "\n";
    if (program.family_of(command) == nullptr) {
      names.push_back(command.name);
      text += "complete -c diarist -n '" + first + "' -a " + command.name + " -d " +
              quoted(command.description) + "\n";
    }
    // Files, which fish offers by itself, where they are meant.
    const bool takes_files =
        !command.positionals.empty() && command.positionals.front().kind != ValueKind::choice;
    if (!takes_files) text += "complete -c diarist -n '" + here + "' -f\n";
    for (const OptionReference& positional : command.positionals) {
      if (positional.kind == ValueKind::choice) {
        text += "complete -c diarist -n '" + here + "'" + values(positional) + "\n";
      }
    }
    for (const OptionGroup& group : command.groups) {
      for (const OptionReference& option : group.options) text += option_line(here, option);
    }
  }
  for (const OptionGroup& group : program.program.groups) {
    for (const OptionReference& option : group.options) {
      if (option.names.back() != "--help") text += option_line(first, option);
    }
  }
  std::string begin = CLI::detail::find_and_replace(kBegin, "@IMPLIED", kImpliedCommand);
  begin = CLI::detail::find_and_replace(begin, "@COMMANDS", CLI::detail::join(names, " "));
  begin = CLI::detail::find_and_replace(begin, "@FAMILIES", CLI::detail::join(families, " "));
  return begin + text.substr(1);
}

}  // namespace diarist::cli
