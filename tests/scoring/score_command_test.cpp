// `diarist score` as a user runs it.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string turn(const std::string& recording, const std::string& start,
                 const std::string& duration, const std::string& name) {
  return "SPEAKER " + recording + " 1 " + start + " " + duration + " <NA> <NA> " + name +
         " <NA> <NA>\n";
}

class ScoreCommand : public diarist::testing::ProgramTest {
 protected:
  ScoreCommand() {
    // one: 10 s by A; of them 2 s missed, 1 s false alarm behind. two: 10 s by A and 10 by B.
    write_text("ref/one.rttm", turn("one", "0", "10", "A"));
    write_text("ref/two.rttm", turn("two", "0", "10", "A") + turn("two", "10", "10", "B"));
    write_text("hyp/all.rttm", turn("one", "2", "9", "x") + turn("two", "0", "20", "x"));
  }
};

TEST_F(ScoreCommand, PrintsATablePerFileAndInTotal) {
  const auto outcome = run({"score", "ref", "hyp"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_EQ(
      outcome.out,
      "convention pyannote, collar 0 s in all, overlap scored\n"
      "\n"
      "recording  DER %  miss %  false alarm %  confusion %  JER %  speech s  speakers  found\n"
      "one        30.00   20.00          10.00         0.00  27.27     10.00         1      1\n"
      "two        50.00    0.00           0.00        50.00  75.00     20.00         2      1\n"
      "TOTAL      43.33    6.67           3.33        33.33  59.09     30.00         3      2\n");
}

TEST_F(ScoreCommand, FilesAreMatchedByRecording) {
  const auto outcome = run({"score", "ref/one.rttm", "hyp/all.rttm"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, HasSubstr("TOTAL      30.00"));
  EXPECT_THAT(outcome.err, HasSubstr("'two' is not in the reference: not scored"));
}

TEST_F(ScoreCommand, RecordingThatWasNotFoundCountsAsSilence) {
  write_text("half.rttm", turn("two", "0", "10", "x") + turn("two", "10", "10", "y"));
  const auto outcome = run({"score", "ref", "half.rttm"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, ContainsRegex("one +100.00 +100.00"));
  EXPECT_THAT(outcome.err, HasSubstr("'one' is not in the hypothesis: scored as silence"));
  write_text("empty.rttm", "");
  EXPECT_THAT(run({"score", "ref", "empty.rttm"}).out, ContainsRegex("TOTAL +100.00 +100.00"));
}

TEST_F(ScoreCommand, OptionsReachTheScorer) {
  write_text("some.uem", "one 1 0 4\n");
  const auto outcome = run({"score", "ref/one.rttm", "hyp", "--uem", "some.uem"});
  EXPECT_THAT(outcome.out, ContainsRegex("one +50.00 +50.00 +0.00"));
  EXPECT_THAT(run({"score", "ref/one.rttm", "hyp", "--collar", "1"}).out,
              AllOf(HasSubstr("collar 1 s in all"), ContainsRegex("one +22.22 +16.67 +5.56")));
  EXPECT_THAT(run({"score", "ref/one.rttm", "hyp", "--collar", "1", "--convention", "nist"}).out,
              AllOf(HasSubstr("convention nist, collar 1 s to each side"),
                    ContainsRegex("one +12.50 +12.50 +0.00")));
  write_text("overlap.rttm", turn("one", "0", "10", "A") + turn("one", "8", "2", "B"));
  EXPECT_THAT(run({"score", "overlap.rttm", "hyp", "--skip-overlap"}).out,
              AllOf(HasSubstr("overlap skipped"), ContainsRegex("TOTAL .* 8.00 ")));
}

TEST_F(ScoreCommand, UemMakesSpeechInSilenceCount) {
  write_text("all.uem", "one 1 0 20\ntwo 1 0 20\n");
  const auto outcome = run({"score", "ref/one.rttm", "hyp", "--uem", "all.uem"});
  EXPECT_THAT(outcome.out, ContainsRegex("two +inf +0.00 +inf"));
  EXPECT_THAT(outcome.err, HasSubstr("'two' has no reference turn but a place in the UEM"));
}

TEST_F(ScoreCommand, WritesJson) {
  write_text("all.uem", "one 1 0 20\ntwo 1 0 20\n");
  const auto outcome = run({"score", "ref/one.rttm", "hyp", "--json", "--uem", "all.uem"});
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json.at("schema"), "diarist.score");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_EQ(json.at("convention"), "pyannote");
  EXPECT_EQ(json.at("collar"), 0.0);
  EXPECT_EQ(json.at("skip_overlap"), false);
  ASSERT_EQ(json.at("recordings").size(), 2u);
  EXPECT_EQ(json["recordings"][0], nlohmann::json({{"recording", "one"},
                                                   {"der", 0.3},
                                                   {"jer", 0.272727273},
                                                   {"total", 10.0},
                                                   {"miss", 2.0},
                                                   {"false_alarm", 1.0},
                                                   {"confusion", 0.0},
                                                   {"jaccard_error_sum", 0.272727273},
                                                   {"reference_speakers", 1},
                                                   {"hypothesis_speakers", 1}}));
  EXPECT_TRUE(json["recordings"][1].at("der").is_null());
  EXPECT_EQ(json.at("total").at("false_alarm"), 21.0);
  EXPECT_EQ(json.at("notices").size(), 1u);
}

TEST_F(ScoreCommand, WritesAFile) {
  const auto outcome = run({"score", "ref", "hyp", "-f", "json", "-o", "scores.json"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(read_text("scores.json")).at("recordings").size(), 2u);
  EXPECT_THAT(listing(), ElementsAre("hyp", "ref", "scores.json"));
}

TEST_F(ScoreCommand, SaysWhatIsWrong) {
  write_text("bad.rttm", turn("one", "0", "10", "A") + "SPEAKER one 1 x\n");
  write_text("elsewhere.rttm", turn("three", "0", "10", "A"));
  write_text("empty.rttm", ";\n");
  write_text("twice/a.rttm", turn("one", "0", "1", "A"));
  write_text("twice/b.rttm", turn("one", "0", "1", "A"));
  write_text("none/notes.txt", "");
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{"ref", "no-such.rttm"}, kInput, "no-such.rttm: no such file"},
      {{"ref", "none"}, kInput, "none: holds no file *.rttm"},
      {{"ref", "bad.rttm"}, kMalformed, "bad.rttm:2: has 4 columns, expected 9 or 10"},
      {{"ref", "elsewhere.rttm"}, kUsage, "it has 'three', the reference 'one'"},
      {{"empty.rttm", "hyp"}, kUsage, "holds no turns"},
      {{"ref", "twice"}, kUsage, "holds turns of 'one', and so does"},
      {{"ref", "hyp", "--collar", "-1"}, kUsage, "collar"},
      {{"ref", "hyp", "--convention", "ami"}, kUsage, "take one of pyannote, nist"},
      {{"ref", "hyp", "-f", "csv"}, kUsage, "csv"},
      {{"ref", "hyp", "--uem", "no.uem"}, kInput, "no.uem: no such file"},
      {{"ref"}, kUsage, "HYP"},
  };
  for (const Case& bad : cases) {
    SCOPED_TRACE(bad.message);
    std::vector<std::string> arguments = {"score", "-o", "out"};
    arguments.insert(arguments.end(), bad.arguments.begin(), bad.arguments.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, bad.exit_code);
    EXPECT_THAT(outcome.err, HasSubstr(bad.message));
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(path("out")));
  }
}

}  // namespace
}  // namespace diarist::cli
