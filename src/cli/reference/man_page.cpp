#include "cli/exit_codes.hpp"
#include "cli/reference/pages.hpp"

namespace diarist::cli {
namespace {

// Text as roff has it: no dash becomes a hyphen, and no line a request.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  if (!result.empty() && (result.front() == '.' || result.front() == '\'')) {
    result.insert(0, "\\&");
  }
  return result;
}

std::string option_entry(const OptionReference& option, bool positional) {
  std::string text = ".TP\n";
  for (std::size_t i = 0; i < option.names.size(); ++i) {
    if (i > 0) text += ", ";
    text += (positional ? "\\fI" : "\\fB") + roff(option.names[i]) + "\\fR";
  }
  if (positional && option.many) text += "...";
  if (!positional && !option.value.empty()) text += " \\fI" + roff(option.value) + "\\fR";
  text += "\n" + roff(option.description);
  for (const std::string& needed : option.needs) text += " (needs " + roff(needed) + ")";
  return text + ".\n";
}

std::string examples_block(const std::vector<std::string>& examples) {
  std::string text = ".nf\n";
  for (const std::string& line : examples) text += roff(line) + "\n";
  return text + ".fi\n";
}

std::string command_section(const CommandReference& command) {
  std::string text = ".SS diarist " + roff(command.name) + " " + roff(command.usage()) + "\n";
  text += roff(command.description) + ".\n";
  for (const OptionReference& positional : command.positionals) {
    text += option_entry(positional, true);
  }
  for (const OptionGroup& group : command.groups) {
    // The one title that says nothing.
    if (group.title != "Options") text += ".PP\n\\fI" + roff(group.title) + "\\fR\n";
    for (const OptionReference& option : group.options) text += option_entry(option, false);
  }
  return text;
}

}  // namespace

std::string man_page(const ProgramReference& program, const std::string& version) {
  std::string text = ".TH DIARIST 1 \"\" \"diarist " + version + "\" \"User Commands\"\n";
  text += ".SH NAME\ndiarist \\- find who spoke when in a recording\n.SH SYNOPSIS\n";
  text += ".nf\n\\fBdiarist\\fR [OPTIONS] \\fIFILE\\fR...\n";
  for (const CommandReference& command : program.commands) {
    text += "\\fBdiarist " + roff(command.name) + "\\fR " + roff(command.usage()) + "\n";
  }
  text += ".fi\n.SH DESCRIPTION\n";
  text +=
      "diarist reads a recording and writes the turns of its speakers. The networks that it takes "
      "are "
      "built in; nothing is fetched. Without the name of a command, \\fBdiarize\\fR is meant.\n";
  text += ".SH COMMANDS\n";
  for (const CommandReference& command : program.commands) {
    text += ".TP\n\\fB" + roff(command.name) + "\\fR\n" + roff(command.description) + ".\n";
  }
  text += ".SH OPTIONS\n";
  for (const OptionGroup& group : program.program.groups) {
    for (const OptionReference& option : group.options) text += option_entry(option, false);
  }
  for (const CommandReference& command : program.commands) text += command_section(command);
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes()) {
    text += ".TP\n\\fB" + std::to_string(code) + "\\fR\n" + roff(meaning) + ".\n";
  }
  text += ".SH ENVIRONMENT\n.TP\n\\fBCOLUMNS\\fR\n";
  text += "Width of the summary, where standard output is a terminal that does not tell its own.\n";
  text += ".TP\n\\fBPATH\\fR\n";
  text += "Where \\fBffmpeg\\fR is looked for, which reads formats that diarist itself does not.\n";
  text += ".TP\n\\fBXDG_DATA_HOME\\fR, \\fBHOME\\fR\n";
  text +=
      "Where voices are kept if no store is named: diarist/voices.db in the one, or in "
      ".local/share of the other.\n";
  text += ".SH EXAMPLES\n";
  for (const CommandReference& command : program.commands) {
    if (command.examples.empty()) continue;
    text += ".SS " + roff(command.name) + "\n" + examples_block(command.examples);
  }
  return text;
}

}  // namespace diarist::cli
