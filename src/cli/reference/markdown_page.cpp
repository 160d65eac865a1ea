#include "cli/exit_codes.hpp"
#include "cli/reference/pages.hpp"

namespace diarist::cli {
namespace {

// Words of a description that Markdown would take for markup.
std::string plain(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '*' || c == '_' || c == '<' || c == '[') result += '\\';
    result += c;
  }
  return result;
}

std::string option_item(const OptionReference& option, bool positional) {
  std::string text = "- ";
  for (std::size_t i = 0; i < option.names.size(); ++i) {
    if (i > 0) text += ", ";
    text += "`" + option.names[i];
    if (positional && option.many) text += "...";
    if (!positional && i + 1 == option.names.size() && !option.value.empty()) {
      text += " " + option.value;
    }
    text += "`";
  }
  if (option.required) text += " (required)";
  for (const std::string& needed : option.needs) text += " (needs `" + needed + "`)";
  return text + ": " + plain(option.description) + "\n";
}

std::string command_section(const CommandReference& command) {
  std::string text = "## diarist " + command.name + "\n\n" + plain(command.description) + ".\n\n";
  text += "```text\ndiarist " + command.name + " " + command.usage() + "\n```\n\n";
  for (const OptionReference& positional : command.positionals) {
    text += option_item(positional, true);
  }
  if (!command.positionals.empty()) text += "\n";
  for (const OptionGroup& group : command.groups) {
    text += group.title + ":\n\n";
    for (const OptionReference& option : group.options) text += option_item(option, false);
    text += "\n";
  }
  if (command.examples.empty()) return text;
  text += "Examples:\n\n```text\n";
  for (const std::string& line : command.examples) text += line + "\n";
  return text + "```\n\n";
}

}  // namespace

std::string markdown_page(const ProgramReference& program) {
  std::string text = "# The command line\n\n";
  text +=
      "All commands and options, as `--help` has them: this page, the man page and the completions "
      "are ";
  text += "made of one description.\n`diarist FILE...` is short for `diarist diarize FILE...`.\n\n";
  text += "| command | what it does |\n|---|---|\n";
  for (const CommandReference& command : program.commands) {
    text += "| [`" + command.name + "`](#diarist-" + command.key() + ") | " +
            plain(command.description) + " |\n";
  }
  text += "\n";
  for (const OptionGroup& group : program.program.groups) {
    for (const OptionReference& option : group.options) text += option_item(option, false);
  }
  text += "\n";
  for (const CommandReference& command : program.commands) text += command_section(command);
  text += "## Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : exit_codes()) {
    text += "| " + std::to_string(code) + " | " + plain(meaning) + " |\n";
  }
  return text;
}

}  // namespace diarist::cli
