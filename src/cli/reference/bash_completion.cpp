#include "cli/command_line.hpp"
#include "cli/reference/completions.hpp"

namespace diarist::cli {
namespace {

constexpr const char* kBegin = R"(# bash completion of diarist; made by `diarist completion bash`.
_diarist() {
  local word=${COMP_WORDS[COMP_CWORD]} command=@IMPLIED option= kind= takes=0 given=0 i
  COMPREPLY=()
  [[ $word != = ]] || word=
  if ((COMP_CWORD > 1)); then
    case ${COMP_WORDS[1]} in
      @COMMANDS) command=${COMP_WORDS[1]} ;;
@FAMILIES    esac
  fi
  # The option before the word, and how many values stand between.
  for ((i = COMP_CWORD - 1; i > 0; i--)); do
    case ${COMP_WORDS[i]} in
      =) ;;
      -?*) option=${COMP_WORDS[i]}; break ;;
      *) given=$((given + 1)) ;;
    esac
  done
  case "$command $option" in
)";

constexpr const char* kBetween = R"(  esac
  if ((given >= takes)); then
    if [[ $word == -* ]]; then
      case $command in
)";

constexpr const char* kAfterOptions = R"(      esac
    else
      case $command in
)";

constexpr const char* kEnd = R"(      esac
      if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W '@COMMANDS' -- "$word"))
      fi
    fi
  fi
  case $kind in
    words\ *) COMPREPLY+=($(compgen -W "${kind#* }" -- "$word")) ;;
    list\ *)
      local before=
      [[ $word != *,* ]] || before=${word%,*},
      COMPREPLY=($(compgen -P "$before" -W "${kind#* }" -- "${word##*,}"))
      compopt -o nospace
      ;;
    files | folders | packs)
      local found
      compopt -o filenames
      while IFS= read -r found; do
        COMPREPLY+=("$found")
      done < <(
        case $kind in
          files) compgen -f -- "$word" ;;
          folders) compgen -d -- "$word" ;;
          packs)
            compgen -f -X '!*.safetensors' -- "$word"
            compgen -d -W @BUILTIN -- "$word"
            ;;
        esac
      )
      ;;
  esac
}
complete -F _diarist diarist
)";

std::string joined(const std::vector<std::string>& words, const char* between) {
  return CLI::detail::join(words, between);
}

std::string kind_words(const OptionReference& option) {
  switch (option.kind) {
    case ValueKind::choice:
      return (option.comma_list ? "list " : "words ") + joined(option.choices, " ");
    case ValueKind::file:
      return "files";
    case ValueKind::folder:
      return "folders";
    case ValueKind::pack:
      return "packs";
    case ValueKind::none:
    case ValueKind::text:
      break;
  }
  return "nothing";
}

// One kind for all of a command's positionals: which of them a word is, an option with many values
// hides.
std::string positional_kind(const CommandReference& command) {
  std::string kind;
  for (const OptionReference& positional : command.positionals) {
    const std::string own = kind_words(positional);
    kind = kind.empty() || kind == own ? own : "files";
  }
  return kind.empty() ? "nothing" : kind;
}

std::string filled(std::string text, const std::string& name, const std::string& value) {
  return CLI::detail::find_and_replace(std::move(text), "@" + name, value);
}

}  // namespace

std::string bash_completion(const ProgramReference& program) {
  std::vector<std::string> names;
  std::string values;
  std::string options;
  std::string positionals;
  std::string families;
  for (const CommandFamily& family : program.families) {
    // The word behind it is the command's second, once it is whole.
    families += "      " + family.name + ") command=" + family.name +
                "; ((COMP_CWORD < 3)) || command+=-${COMP_WORDS[2]} ;;\n";
    options += "        " + family.name + ") kind='words --help' ;;\n";
    positionals +=
        "        " + family.name + ") kind='words " + joined(family.actions, " ") + "' ;;\n";
  }
  for (const CommandReference& command : program.commands) {
    if (program.family_of(command) == nullptr) names.push_back(command.name);
    std::vector<std::string> all;
    if (command.name == kImpliedCommand) all.emplace_back("--version");
    for (const OptionGroup& group : command.groups) {
      for (const OptionReference& option : group.options) {
        all.insert(all.end(), option.names.begin(), option.names.end());
        if (option.value.empty()) continue;
        std::vector<std::string> patterns;
        for (const std::string& name : option.names) {
          patterns.push_back("'" + command.key() + " " + name + "'");
        }
        values += "    " + joined(patterns, " | ") + ") kind='" + kind_words(option) +
                  "' takes=" + (option.many ? "99999" : "1") + " ;;\n";
      }
    }
    options += "        " + command.key() + ") kind='words " + joined(all, " ") + "' ;;\n";
    positionals += "        " + command.key() + ") kind='" + positional_kind(command) + "' ;;\n";
  }
  const std::string begin =
      filled(filled(filled(kBegin, "IMPLIED", kImpliedCommand), "COMMANDS", joined(names, " | ")),
             "FAMILIES", families);
  for (const CommandFamily& family : program.families) names.push_back(family.name);
  const std::string end =
      filled(filled(kEnd, "COMMANDS", joined(names, " ")), "BUILTIN", kBuiltinPack);
  return begin + values + kBetween + options + kAfterOptions + positionals + end;
}

}  // namespace diarist::cli
