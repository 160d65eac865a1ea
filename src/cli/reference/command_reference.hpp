// The command line as data: what man page, Markdown reference and completions are written from.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/option_values.hpp"

namespace diarist::cli {

struct OptionReference {
  std::vector<std::string> names;  ///< "-o", "--output"; one without dashes for a positional.
  std::string value;               ///< As the help shows it; empty for a flag.
  ValueKind kind = ValueKind::none;
  std::vector<std::string> choices;  ///< Of ValueKind::choice.
  bool comma_list = false;
  bool many = false;  ///< Takes as many words as there are.
  bool required = false;
  std::vector<std::string> needs;  ///< Options that must be given with it.
  std::string description;
};

struct OptionGroup {
  std::string title;
  std::vector<OptionReference> options;
};

struct CommandReference {
  std::string name;  ///< "diarize"; "speakers add" of a family.
  std::string description;
  std::vector<OptionReference> positionals;
  std::vector<OptionGroup> groups;
  std::vector<std::string> examples;  ///< Lines of the help.

  /// "[OPTIONS] FILE...": what follows the command's name.
  std::string usage() const;
  /// The name as one word: "speakers-add".
  std::string key() const;
};

/// A word that goes before several commands.
struct CommandFamily {
  std::string name;  ///< "speakers".
  std::string description;
  std::vector<std::string> actions;  ///< "add", "list", ...
};

struct ProgramReference {
  CommandReference program;                ///< What goes without a subcommand.
  std::vector<CommandReference> commands;  ///< Those of families too.
  std::vector<CommandFamily> families;

  /// The family of a command; null where it has none.
  const CommandFamily* family_of(const CommandReference& command) const;
};

/// Reads the tree, hidden parts left out. Throws std::logic_error where an option's value has a
/// name that says nothing of its kind.
ProgramReference reference_of(const CLI::App& program);

}  // namespace diarist::cli
