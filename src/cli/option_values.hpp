// What an option's value is, told by the name that its value has in the help: `--model PACK` takes
// a model pack,
// `--storage f16|f32` one of two words. Help, reference and shell completions all read it here.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace diarist::cli {

enum class ValueKind {
  none,    ///< A flag.
  text,    ///< A number or a pattern: nothing that could be listed.
  choice,  ///< One of a few words.
  file,    ///< A file, or a folder of them.
  folder,
  pack,  ///< A model pack (*.safetensors), or the word kBuiltinPack.
};

/// What stands for the program's own pack where a file is expected.
inline constexpr const char* kBuiltinPack = "built-in";

/// Names what the option takes, for help and completion. For options whose words the library
/// checks, and lists in its refusal.
CLI::Option* name_choices(CLI::Option* option, const std::vector<std::string>& words);

/// The same, and refuses every other word.
CLI::Option* take_one_of(CLI::Option* option, const std::vector<std::string>& words);

/// The check, without its description beside the value's name.
CLI::Validator unnamed(CLI::Validator check);

/// Throws std::logic_error where the option's value has a name that says nothing of its kind.
ValueKind value_kind(const CLI::Option& option);
/// The words of a ValueKind::choice; none of another kind.
std::vector<std::string> choices(const CLI::Option& option);
/// Does it take several values in one word, with commas between?
bool takes_comma_list(const CLI::Option& option);
/// Does it take as many words as there are?
bool takes_many(const CLI::Option& option);
/// As help and reference show it: "PACK", "f16|f32", "rttm|json,...", "GLOB..."; empty for a flag.
std::string shown_value(const CLI::Option& option);

/// Help with shown_value() for values, and nothing but "..." behind the names of positionals.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override;
};

}  // namespace diarist::cli
