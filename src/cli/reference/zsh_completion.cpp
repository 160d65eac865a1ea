#include "cli/command_line.hpp"
#include "cli/reference/completions.hpp"

namespace diarist::cli {
namespace {

// Inside single quotes, with what _arguments and _describe take apart escaped.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result;
}

std::string action(const OptionReference& option) {
  const std::string words = CLI::detail::join(option.choices, " ");
  switch (option.kind) {
    case ValueKind::choice:
      return option.comma_list ? "_sequence compadd - " + words : "(" + words + ")";
    case ValueKind::file:
      return "_files";
    case ValueKind::folder:
      return "_files -/";
    case ValueKind::pack:
      return "_diarist_pack";
    case ValueKind::none:
    case ValueKind::text:
      break;
  }
  return " ";
}

// One quoted argument of _arguments: '(-o --output)'{-o,--output}'[File]:PATH:_files'.
std::string option_spec(const OptionReference& option) {
  std::string tail = "[" + escaped(option.description) + "]";
  if (!option.value.empty()) tail += ":" + escaped(option.value) + ":" + action(option);
  if (option.names.size() == 1) {
    return "'" + std::string(option.many ? "*" : "") + option.names.front() + tail + "'";
  }
  return "'(" + CLI::detail::join(option.names, " ") + ")'{" +
         CLI::detail::join(option.names, ",") + "}'" + tail + "'";
}

std::string positional_spec(const OptionReference& positional) {
  const char* begin = positional.many ? "*:" : (positional.required ? ":" : "::");
  return "'" + (begin + positional.names.front()) + ":" + action(positional) + "'";
}

std::string command_function(const CommandReference& command, const CommandReference& program) {
  std::vector<std::string> specs;
  for (const OptionReference& positional : command.positionals) {
    specs.push_back(positional_spec(positional));
  }
  for (const OptionGroup& group : command.groups) {
    for (const OptionReference& option : group.options) specs.push_back(option_spec(option));
  }
  if (command.name == kImpliedCommand) {
    for (const OptionGroup& group : program.groups) {
      for (const OptionReference& option : group.options) {
        if (option.names.back() != "--help") specs.push_back(option_spec(option));
      }
    }
  }
  std::string text = "_diarist_command_" + command.key() + "() {\n  _arguments -S";
  for (const std::string& spec : specs) text += " \\\n    " + spec;
  return text + "\n}\n\n";
}

std::string family_function(const CommandFamily& family) {
  const std::string own = "_diarist_command_" + family.name;
  return own + "() {\n  local -a actions=(" + CLI::detail::join(family.actions, " ") +
         ")\n  if (( CURRENT == 2 )); then\n    _describe -t commands action actions\n  elif (( "
         "${+functions[" +
         own + "-$words[2]]} )); then\n    local action=$words[2]\n    shift words\n    (( " +
         "CURRENT-- ))\n    " + own + "-$action\n  fi\n}\n\n";
}

}  // namespace

std::string zsh_completion(const ProgramReference& program) {
  std::string text = "#compdef diarist\n# zsh completion; made by `diarist completion zsh`.\n\n";
  text += "_diarist_pack() {\n  _alternative 'word:word:(" + std::string(kBuiltinPack) +
          ")' 'packs:model pack:_files -g \"*.safetensors\"'\n}\n\n";
  std::string commands;
  for (const CommandReference& command : program.commands) {
    text += command_function(command, program.program);
    if (program.family_of(command) != nullptr) continue;
    commands += "    '" + command.name + ":" + escaped(command.description) + "'\n";
  }
  for (const CommandFamily& family : program.families) {
    text += family_function(family);
    commands += "    '" + family.name + ":" + escaped(family.description) + "'\n";
  }
  text += "_diarist() {\n  local -a commands=(\n" + commands + "  )\n";
  text += "  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n";
  text += "    _describe -t commands command commands\n    _files\n";
  text += "  elif (( CURRENT > 2 )) && (( ${+functions[_diarist_command_$words[2]]} )); then\n";
  text += "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n";
  text += "    _diarist_command_$command\n  else\n    _diarist_command_";
  text += kImpliedCommand;
  return text + "\n  fi\n}\n\n_diarist \"$@\"\n";
}

}  // namespace diarist::cli
