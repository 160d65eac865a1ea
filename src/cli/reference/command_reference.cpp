#include "cli/reference/command_reference.hpp"

#include <sstream>

namespace diarist::cli {
namespace {

constexpr const char* kBeforeExamples = "Examples:";

OptionReference option_reference(const CLI::Option& option) {
  OptionReference reference;
  if (option.get_positional()) reference.names.push_back(option.get_name());
  for (const std::string& name : option.get_snames()) reference.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) reference.names.push_back("--" + name);
  reference.value = shown_value(option);
  reference.kind = value_kind(option);
  reference.choices = choices(option);
  reference.comma_list = takes_comma_list(option);
  reference.many = takes_many(option);
  reference.required = option.get_required();
  for (const CLI::Option* needed : option.get_needs()) {
    reference.needs.push_back(needed->get_name());
  }
  reference.description = option.get_description();
  return reference;
}

// The indented lines below "Examples:".
std::vector<std::string> examples_in(const std::string& footer) {
  std::vector<std::string> examples;
  std::istringstream lines(footer);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (inside && line.substr(0, 2) == "  ") {
      examples.push_back(line.substr(2));
    } else {
      inside = line == kBeforeExamples;
    }
  }
  return examples;
}

CommandReference command_reference(const CLI::App& app) {
  CommandReference command;
  command.name = app.get_name();
  command.description = app.get_description();
  command.examples = examples_in(app.get_footer());
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) command.positionals.push_back(option_reference(*option));
  }
  for (const std::string& title : app.get_groups()) {
    OptionGroup group{title, {}};
    for (const CLI::Option* option : app.get_options()) {
      if (option->nonpositional() && option->get_group() == title) {
        group.options.push_back(option_reference(*option));
      }
    }
    if (!title.empty() && !group.options.empty()) command.groups.push_back(std::move(group));
  }
  return command;
}

}  // namespace

std::string CommandReference::usage() const {
  std::string text = "[OPTIONS]";
  for (const OptionReference& positional : positionals) {
    const std::string shown = positional.names.front() + (positional.many ? "..." : "");
    text += positional.required ? " " + shown : " [" + shown + "]";
  }
  return text;
}

std::string CommandReference::key() const { return CLI::detail::find_and_replace(name, " ", "-"); }

const CommandFamily* ProgramReference::family_of(const CommandReference& command) const {
  for (const CommandFamily& family : families) {
    if (command.name.starts_with(family.name + " ")) return &family;
  }
  return nullptr;
}

ProgramReference reference_of(const CLI::App& program) {
  ProgramReference reference{command_reference(program), {}, {}};
  for (const CLI::App* app : program.get_subcommands({})) {
    if (app->get_group().empty()) continue;
    const std::vector<const CLI::App*> actions = app->get_subcommands({});
    if (actions.empty()) {
      reference.commands.push_back(command_reference(*app));
      continue;
    }
    CommandFamily family{app->get_name(), app->get_description(), {}};
    for (const CLI::App* action : actions) {
      family.actions.push_back(action->get_name());
      reference.commands.push_back(command_reference(*action));
      reference.commands.back().name = family.name + " " + action->get_name();
    }
    reference.families.push_back(std::move(family));
  }
  return reference;
}

}  // namespace diarist::cli
