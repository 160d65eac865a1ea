// What is made of the command line's description: nothing of it is left out, and other notations
// are kept from reading it otherwise.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"
#include "cli/exit_codes.hpp"
#include "cli/reference/completions.hpp"
#include "cli/reference/pages.hpp"

namespace diarist::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ProgramReference whole_program() {
  const CommandLine line = build_command_line();
  return reference_of(*line.app);
}

const OptionReference& option_of(const ProgramReference& program, const std::string& command,
                                 const std::string& name) {
  for (const CommandReference& each : program.commands) {
    if (each.name != command) continue;
    for (const OptionGroup& group : each.groups) {
      for (const OptionReference& option : group.options) {
        if (option.names.back() == name) return option;
      }
    }
  }
  throw std::out_of_range(command + " " + name);
}

// A small tree with all that is awkward.
ProgramReference awkward_program() {
  static bool flag = false;
  static std::string word;
  CLI::App app("a program", "diarist");
  CLI::App* command = app.add_subcommand("diarize", "It's [odd]: all of it");
  command->add_flag("--odd", flag, ".begins *with* a dot, isn't [plain]: a\\b");
  take_one_of(command->add_option("-k,--kind", word, "Of a kind"), {"one", "two"});
  app.add_subcommand("secret", "Not for everyone")->group("");
  return reference_of(app);
}

TEST(CommandReference, HasWhatTheTreeHas) {
  const ProgramReference program = whole_program();
  const OptionReference& format = option_of(program, "diarize", "--format");
  EXPECT_THAT(format.names, ElementsAre("-f", "--format"));
  EXPECT_THAT(format.choices, ::testing::IsSupersetOf({"rttm", "textgrid-short", "vtt"}));
  EXPECT_TRUE(format.comma_list);
  EXPECT_FALSE(format.many);
  EXPECT_EQ(option_of(program, "diarize", "--model").kind, ValueKind::pack);
  EXPECT_EQ(option_of(program, "diarize", "--cache").kind, ValueKind::folder);
  EXPECT_EQ(option_of(program, "diarize", "--speakers").kind, ValueKind::text);
  EXPECT_EQ(option_of(program, "diarize", "--exclusive").kind, ValueKind::none);
  EXPECT_THAT(option_of(program, "diarize", "--fallback").needs, ElementsAre("--model"));
  EXPECT_TRUE(option_of(program, "import", "--output").required);
  EXPECT_TRUE(option_of(program, "quantize", "--only").many);
  EXPECT_EQ(program.commands.front().usage(), "[OPTIONS] FILE...");
  EXPECT_THAT(program.commands.front().examples, Not(IsEmpty()));
}

TEST(CommandReference, HasCommandsOfTwoWords) {
  const ProgramReference program = whole_program();
  ASSERT_EQ(program.families.size(), 1u);
  EXPECT_EQ(program.families[0].name, "speakers");
  EXPECT_THAT(program.families[0].actions, ElementsAre("add", "list", "show", "rename", "merge",
                                                       "forget", "export", "import", "match"));
  EXPECT_TRUE(option_of(program, "speakers list", "--json").value.empty());
  const auto add = std::find_if(program.commands.begin(), program.commands.end(),
                                [](const auto& each) { return each.name == "speakers add"; });
  ASSERT_NE(add, program.commands.end());
  EXPECT_EQ(add->key(), "speakers-add");
  EXPECT_EQ(add->usage(), "[OPTIONS] NAME AUDIO...");
  EXPECT_EQ(program.family_of(*add), &program.families[0]);
  EXPECT_EQ(program.family_of(program.commands.front()), nullptr);
}

TEST(CommandReference, LeavesOutWhatIsHidden) {
  const ProgramReference program = awkward_program();
  ASSERT_EQ(program.commands.size(), 1u);
  EXPECT_EQ(program.commands.front().name, "diarize");
}

TEST(CommandReference, RefusesAValueThatNothingExplains) {
  CLI::App app("a program", "diarist");
  std::string word;
  app.add_subcommand("x", "x")->add_option("--strange", word, "")->type_name("WHATEVER");
  EXPECT_THROW(reference_of(app), std::logic_error);
}

TEST(TakeOneOf, RefusesOtherWords) {
  CLI::App app("a program", "diarist");
  std::string word;
  take_one_of(app.add_option("--kind", word, ""), {"one", "two"});
  EXPECT_NO_THROW(app.parse("--kind two"));
  EXPECT_EQ(word, "two");
  EXPECT_THROW(app.parse("--kind three"), CLI::ValidationError);
}

using Generator = std::function<std::string(const ProgramReference&)>;

std::string as_it_is(std::string word) { return word; }

// Every name and every word of each command, as the notation writes them.
void expect_whole(const Generator& generate, const std::function<std::string(std::string)>& name,
                  bool descriptions,
                  const std::function<std::string(std::string)>& choice = as_it_is) {
  const ProgramReference program = whole_program();
  const std::string text = generate(program);
  for (const CommandReference& command : program.commands) {
    for (const std::string& word : CLI::detail::split(command.name, ' ')) {
      EXPECT_THAT(text, HasSubstr(word));
    }
    for (const OptionGroup& group : command.groups) {
      for (const OptionReference& option : group.options) {
        for (const std::string& each : option.names) EXPECT_THAT(text, HasSubstr(name(each)));
        for (const std::string& each : option.choices) EXPECT_THAT(text, HasSubstr(choice(each)));
        // The first word is free of what notations escape.
        if (!descriptions) continue;
        const std::string& whole = option.description;
        EXPECT_THAT(text, HasSubstr(whole.substr(0, whole.find_first_of(" (;:-'"))));
      }
    }
  }
}

TEST(BashCompletion, HasEveryOption) { expect_whole(bash_completion, as_it_is, false); }

TEST(ZshCompletion, HasEveryOption) {
  expect_whole(zsh_completion, as_it_is, true);
  EXPECT_THAT(zsh_completion(awkward_program()),
              HasSubstr("'--odd[.begins *with* a dot, isn'\\''t \\[plain\\]\\: a\\\\b]'"));
}

TEST(FishCompletion, HasEveryOption) {
  expect_whole(
      fish_completion,
      [](const std::string& name) {
        return name[1] == '-' ? "-l " + name.substr(2) : "-s " + name.substr(1);
      },
      true);
  EXPECT_THAT(fish_completion(awkward_program()), HasSubstr("isn\\'t [plain]: a\\\\b'"));
}

TEST(ManPage, HasEveryOptionAndExitCode) {
  const auto escaped = [](const std::string& word) {
    return CLI::detail::find_and_replace(word, "-", "\\-");
  };
  const auto roff = [&](const std::string& name) { return "\\fB" + escaped(name) + "\\fR"; };
  const auto page = [](const ProgramReference& program) { return man_page(program, "1.2.3"); };
  expect_whole(page, roff, true, escaped);
  EXPECT_THAT(page(whole_program()), HasSubstr("diarist 1.2.3"));
  for (const auto& [code, meaning] : exit_codes()) {
    EXPECT_THAT(page(whole_program()), HasSubstr("\\fB" + std::to_string(code) + "\\fR\n"));
  }
  EXPECT_THAT(page(awkward_program()), HasSubstr("\n\\&.begins *with* a dot, isn't"));
  EXPECT_THAT(page(awkward_program()), HasSubstr("a\\eb"));
}

TEST(MarkdownPage, HasEveryOptionAndExitCode) {
  expect_whole(
      markdown_page, [](const std::string& name) { return "`" + name; }, true);
  for (const auto& [code, meaning] : exit_codes()) {
    EXPECT_THAT(markdown_page(whole_program()), HasSubstr("| " + std::to_string(code) + " | "));
  }
  EXPECT_THAT(markdown_page(awkward_program()), HasSubstr("\\*with\\* a dot, isn't \\[plain]"));
}

}  // namespace
}  // namespace diarist::cli
