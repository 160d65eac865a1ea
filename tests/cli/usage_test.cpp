// What is refused before any work begins.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Refusal {
  const char* title;
  std::vector<std::string> arguments;
  const char* message;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.title; }

class Refused : public diarist::testing::ProgramTest,
                public ::testing::WithParamInterface<Refusal> {};

TEST_P(Refused, SaysWhyAndWritesNothing) {
  const auto outcome = run(GetParam().arguments);
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, StartsWith("diarist: "));
  EXPECT_THAT(outcome.err, HasSubstr(GetParam().message));
  EXPECT_THAT(listing(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Usage, Refused,
    ::testing::Values(
        Refusal{"nothing", {}, "no recording given"},
        Refusal{"no_file", {"diarize"}, "FILE is required"},
        Refusal{"empty_name", {""}, "an empty name is no recording"},
        Refusal{"unknown_option", {"a.wav", "--bogus"}, "--bogus"},
        Refusal{"no_number", {"a.wav", "--speakers", "two"}, "--speakers"},
        Refusal{"zero_speakers", {"a.wav", "--speakers", "0"}, "at least 1"},
        Refusal{"negative_minimum", {"a.wav", "--min-speakers=-1"}, "at least 1"},
        Refusal{"speakers_and_bound",
                {"a.wav", "--speakers", "2", "--min-speakers", "1"},
                "--speakers: contradicts --min-speakers"},
        Refusal{"bounds_crossed",
                {"a.wav", "--min-speakers", "3", "--max-speakers", "2"},
                "3 is more than --max-speakers 2"},
        Refusal{"channel_and_per_channel",
                {"a.wav", "--channel", "1", "--per-channel"},
                "--channel: contradicts --per-channel"},
        Refusal{"channel_zero", {"a.wav", "--channel", "0"}, "at least 1"},
        Refusal{"preset", {"a.wav", "--preset", "best"}, "take exact, balanced or fast"},
        Refusal{"step_too_small", {"a.wav", "--step", "0.4"}, "--step: 0.4 is none"},
        Refusal{"step_too_great", {"a.wav", "--step", "10.01"}, "give 0.5 to 10 seconds"},
        Refusal{"step_between_frames", {"a.wav", "--step", "1.005"}, "in hundredths"},
        Refusal{"step_no_number", {"a.wav", "--step", "nan"}, "--step"},
        Refusal{"negative_turn", {"a.wav", "--min-turn=-1"}, "--min-turn: -1 is no duration"},
        Refusal{"endless_gap", {"a.wav", "--merge-gap", "inf"}, "--merge-gap: inf is no duration"},
        Refusal{"threads", {"a.wav", "--threads", "-1"}, "--threads"},
        Refusal{"nameless_cache", {"a.wav", "--cache", ""}, "--cache: is empty"},
        Refusal{"isa", {"a.wav", "--isa", "mmx"}, "mmx"},
        Refusal{"format", {"a.wav", "-f", "xml"}, "xml"},
        Refusal{"ending", {"a.wav", "-o", "turns.xml"}, "its ending tells no format"},
        Refusal{"formats_in_one_file",
                {"a.wav", "-o", "turns.rttm", "-f", "rttm,json"},
                "one file cannot hold several formats"},
        Refusal{"recordings_in_one_file",
                {"a.wav", "b.wav", "-o", "turns.rttm"},
                "one file cannot take the results of 2 recordings"},
        Refusal{"formats_on_standard_output",
                {"a.wav", "-f", "rttm,json"},
                "standard output takes one format"},
        Refusal{"json_of_many_on_standard_output",
                {"a.wav", "b.wav", "-f", "json"},
                "needs a file for each"},
        Refusal{"twice", {"a.wav", "a.wav"}, "is given twice"},
        Refusal{"standard_input_twice", {"-", "-"}, "is given twice"},
        Refusal{"same_result", {"a/x.wav", "b/x.flac", "-o", "turns/"}, "the same name"},
        Refusal{"statistics_over_result",
                {"a.wav", "-o", "a.json", "--stats", "./a.json"},
                "would go to one file"},
        Refusal{"statistics_on_standard_output", {"a.wav", "--stats", "-"}, "--stats"}),
    [](const auto& info) { return std::string(info.param.title); });

using Usage = diarist::testing::ProgramTest;

TEST_F(Usage, OutputMayNotOverwriteTheRecording) {
  write_text("talk.rttm", "not audio, and not to be lost");
  const auto outcome = run({"talk.rttm", "-o", "talk.rttm"});
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("would overwrite the recording"));
  EXPECT_EQ(read_text("talk.rttm"), "not audio, and not to be lost");
}

TEST_F(Usage, UnwritableOutputIsToldBeforeTheWork) {
  write_text("file", "");
  // The recording does not exist: had work begun, that would be the complaint.
  const auto outcome = run({"missing.wav", "-o", "file/turns.rttm"});
  EXPECT_EQ(outcome.exit_code, kOutput);
  EXPECT_THAT(outcome.err, HasSubstr("cannot be written"));
}

TEST_F(Usage, HelpIsOnStandardOutput) {
  const auto outcome = run({"--help"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  for (const char* command : {"diarize", "score", "inspect", "import", "version"}) {
    EXPECT_THAT(outcome.out, HasSubstr(command));
  }
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(run({"diarize", "--help"}).out, HasSubstr("Examples:"));
}

TEST_F(Usage, VersionNamesTheInstructionSets) {
  const auto outcome = run({"version"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, StartsWith("diarist "));
  EXPECT_THAT(outcome.out, HasSubstr("instruction sets: scalar"));
}

}  // namespace
}  // namespace diarist::cli
