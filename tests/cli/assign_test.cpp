// `diarist assign`: transcripts with the speakers of turns made before, and of recordings.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"
#include "testing/places.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Assign : public diarist::testing::ProgramTest {
 protected:
  Assign() {
    write_text("talk.json",
               R"([{"start": 0, "end": 2, "text": " One. Two."},
                   {"start": 2, "end": 3, "text": " Three.", "x": [1e-05]}])");
    write_text("talk.rttm",
               "SPEAKER talk 1 0 1 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER talk 1 1 1 <NA> <NA> Bob <NA> <NA>\n"
               "SPEAKER talk 1 2 1 <NA> <NA> Ann <NA> <NA>\n");
    write_text("two.rttm",
               "SPEAKER talk 1 0 9 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER other 1 0 9 <NA> <NA> Cem <NA> <NA>\n");
  }
};

constexpr const char* kDialogue =
    "Ann [0:00:00]: One.\n\nBob [0:00:01]: Two.\n\nAnn [0:00:02]: Three.\n";

TEST_F(Assign, WritesTheSameFormatToStandardOutput) {
  const auto outcome = run({"assign", "talk.json", "talk.rttm"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(outcome.out, AllOf(StartsWith("[{\"start\": 0, \"end\": 1.0, \"text\": \" One.\""),
                                 HasSubstr("\"x\": [1e-05], \"speaker\": \"Ann\"")));
  EXPECT_EQ(run({"assign", "talk.json", "talk.rttm"}).out, outcome.out);
}

TEST_F(Assign, TellsTheFormatByOptionAndEnding) {
  EXPECT_EQ(run({"assign", "talk.json", "talk.rttm", "-f", "txt"}).out, kDialogue);
  EXPECT_EQ(run({"assign", "talk.json", "talk.rttm", "-o", "out.txt"}).exit_code, kSuccess);
  EXPECT_EQ(read_text("out.txt"), kDialogue);
  EXPECT_EQ(run({"assign", "talk.json", "talk.rttm", "-o", "out.VTT"}).exit_code, kSuccess);
  EXPECT_THAT(read_text("out.VTT"), HasSubstr("<v Bob>Two.</v>"));
  EXPECT_EQ(run({"assign", "talk.json", "talk.rttm", "-o", "plain"}).exit_code, kSuccess);
  EXPECT_EQ(read_text("plain"), run({"assign", "talk.json", "talk.rttm", "-f", "json"}).out);
  // JSON of what is none is WhisperX's.
  EXPECT_EQ(run({"assign", "out.VTT", "talk.rttm", "-o", "vtt.json"}).exit_code, kSuccess);
  EXPECT_THAT(read_text("vtt.json"), HasSubstr("\"word_segments\""));
  EXPECT_EQ(run({"assign", "vtt.json", "talk.rttm", "-f", "txt"}).out, kDialogue);
}

TEST_F(Assign, WritesSeveralFormatsToAFolder) {
  const auto outcome =
      run({"assign", "talk.json", "talk.rttm", "-o", "out/", "-f", "json,txt,md,html,srt,vtt,ctm"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(listing("out"), ElementsAre("talk.ctm", "talk.html", "talk.json", "talk.md",
                                          "talk.srt", "talk.txt", "talk.vtt"));
  EXPECT_EQ(read_text("out/talk.txt"), kDialogue);
}

TEST_F(Assign, TakesTurnsOfAnyFormatAndStandardInput) {
  for (const char* const ending : {"csv", "TextGrid", "eaf", "srt", "vtt", "json", "labels.txt"}) {
    const std::string file = std::string("turns.") + ending;
    ASSERT_EQ(run({"convert", "talk.rttm", "-o", file, "-q"}).exit_code, kSuccess);
    EXPECT_EQ(run({"assign", "talk.json", file, "-f", "txt"}).out, kDialogue) << ending;
  }
  // Neither ending tells anything.
  write_text("turns", read_text("talk.rttm"));
  write_text("words", read_text("talk.json"));
  EXPECT_EQ(run({"assign", "words", "turns", "-f", "txt"}).out, kDialogue);
  diarist::testing::RunOptions options;
  options.standard_input = path("talk.json");
  EXPECT_EQ(run({"assign", "-", "talk.rttm", "-f", "txt"}, options).out, kDialogue);
  options.standard_input = path("talk.rttm");
  EXPECT_EQ(run({"assign", "talk.json", "-", "-f", "txt"}, options).out, kDialogue);
}

TEST_F(Assign, PicksTheRecordingByName) {
  const std::string ann = "Ann [0:00:00]: One. Two. Three.\n";
  EXPECT_EQ(run({"assign", "talk.json", "two.rttm", "-f", "txt"}).out, ann);
  EXPECT_EQ(run({"assign", "talk.json", "two.rttm", "--recording", "other", "-f", "txt"}).out,
            "Cem [0:00:00]: One. Two. Three.\n");
  // whisper.cpp puts its ending behind the recording's.
  write_text("other.wav.json", read_text("talk.json"));
  EXPECT_THAT(run({"assign", "other.wav.json", "two.rttm", "-f", "txt"}).out, StartsWith("Cem"));
  write_text("third.json", read_text("talk.json"));
  const auto unknown = run({"assign", "third.json", "two.rttm"});
  EXPECT_EQ(unknown.exit_code, kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("is of recording 'third', and there are turns of others only: "
                                     "talk, other; say whose turns to take: `--recording`"));
  const auto missing = run({"assign", "talk.json", "talk.rttm", "--recording", "zzz"});
  EXPECT_EQ(missing.exit_code, kUsage);
  EXPECT_THAT(missing.err, HasSubstr("holds turns of 'talk', none of them 'zzz'"));
}

TEST_F(Assign, SplitsAndReachesAsAsked) {
  EXPECT_THAT(run({"assign", "talk.json", "talk.rttm", "--split", "never"}).out,
              HasSubstr("\" One. Two.\""));
  write_text("far.srt", "1\n00:00:05,000 --> 00:00:06,000\nFar.\n");
  EXPECT_THAT(run({"assign", "far.srt", "talk.rttm"}).out, HasSubstr("\nFar.\n"));
  EXPECT_THAT(run({"assign", "far.srt", "talk.rttm", "--max-gap", "2.5"}).out,
              HasSubstr("\nAnn: Far.\n"));
}

TEST_F(Assign, DiarizesARecordingAndGivesTheSameAsItsTurns) {
  cut_sample("meeting.wav", 6, 16);
  write_text("meeting.srt", "1\n00:00:00,700 --> 00:00:10,000\nHello? Hello! Oh, hello.\n");
  const auto direct = run({"assign", "meeting.srt", "meeting.wav", "--speakers", "2", "-q"});
  ASSERT_EQ(direct.exit_code, kSuccess) << direct.err;
  EXPECT_THAT(direct.out, HasSubstr("SPEAKER_0"));
  ASSERT_EQ(run({"meeting.wav", "--speakers", "2", "-o", "meeting.json", "-q"}).exit_code,
            kSuccess);
  EXPECT_EQ(run({"assign", "meeting.srt", "meeting.json"}).out, direct.out);
}

TEST_F(Assign, RefusesWhatItCannotDo) {
  cut_sample("talk.wav", 6, 7);
  const auto refused = [this](const std::vector<std::string>& arguments, int exit_code,
                              const char* message) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  refused({"assign", "talk.json"}, kUsage, "TURNS is required");
  refused({"assign", "talk.json", "none.rttm"}, kInput, "none.rttm: no such file");
  refused({"assign", "none.json", "talk.rttm"}, kInput, "none.json: no such file");
  refused({"assign", "talk.json", "."}, kInput, "is a folder");
  refused({"assign", "-", "-"}, kUsage, "standard input cannot be both");
  refused({"assign", "talk.json", "talk.rttm", "-o", "./talk.json"}, kUsage,
          "would overwrite an input");
  refused({"assign", "talk.json", "talk.rttm", "-o", "./talk.rttm", "-f", "txt"}, kUsage,
          "would overwrite an input");
  refused({"assign", "talk.json", "talk.rttm", "-f", "docx"}, kUsage,
          "'docx' is none that transcripts are written in; take one of json, srt");
  refused({"assign", "talk.json", "talk.rttm", "-f", "txt,md", "-o", "a.txt"}, kUsage,
          "cannot hold several formats");
  refused({"assign", "talk.json", "talk.rttm", "--from", "word"}, kUsage,
          "not a transcript's format");
  refused({"assign", "talk.json", "talk.rttm", "--split", "maybe"}, kUsage, "maybe");
  refused({"assign", "talk.json", "talk.rttm", "--max-gap", "-1"}, kUsage, "max_gap");
  refused({"assign", "talk.json", "talk.rttm", "--speakers", "2"}, kUsage,
          "--speakers: says how a recording is diarized, and talk.rttm has turns");
  refused({"assign", "talk.json", "talk.wav", "--recording", "talk"}, kUsage, "is one recording");
  refused({"assign", "talk.wav", "talk.json"}, kMalformed,
          "talk.wav:1: is no text, expected a transcript; the transcript comes first");
  write_text("bad.json", "{\"segments\": [\n{\"start\": \"soon\"}]}");
  refused({"assign", "bad.json", "talk.rttm", "-o", "out.json"}, kMalformed,
          "bad.json:2: has 'soon' as $.segments[0].start, expected seconds");
  write_text("bad.rttm", "SPEAKER talk 1 x 1 <NA> <NA> A <NA> <NA>\n");
  refused({"assign", "talk.json", "bad.rttm", "-o", "out.json"}, kMalformed, "bad.rttm:1:");
  refused({"assign", "talk.json", "talk.rttm", "-o", "/dev/full"}, kOutput, "cannot be written");
  write_text("noise.mp3", std::string("ID3\0\0", 5));
  refused({"assign", "talk.json", "noise.mp3", "-o", "out.json"}, kAudio, "noise.mp3");
  for (const std::string& name : listing()) EXPECT_THAT(name, ::testing::Not(StartsWith("out")));
}

TEST_F(Assign, SaysWhatIsOddInTheTranscript) {
  write_text("odd.json",
             "[{\"start\": 0, \"end\": 2, \"text\": \"a b\", \"words\": [{\"word\": \"a\", "
             "\"start\": 3, \"end\": 1}, {\"word\": \"b\", \"start\": 1, \"end\": 2}]}]");
  EXPECT_THAT(run({"assign", "odd.json", "talk.rttm"}).err,
              HasSubstr("odd.json: 1 word has times that are negative or in the wrong order: "
                        "$[0].words[0] in line 1; estimated instead"));
  EXPECT_THAT(run({"assign", "odd.json", "talk.rttm", "-q"}).err, IsEmpty());
}

// NIST's own checker takes what is written, where it is installed.
TEST_F(Assign, CtmIsWhatNistsValidatorTakes) {
  const std::string validator = "/usr/lib/sctk/bin/ctmValidator.pl";
  if (!std::filesystem::exists(validator)) GTEST_SKIP() << "sctk is not installed";
  const auto data = diarist::testing::source_dir() / "tests" / "data" / "transcripts";
  for (const char* const name : {"sample.ctm", "whisperx.json", "whisper.srt"}) {
    ASSERT_EQ(run({"assign", (data / name).string(), "talk.rttm", "-o", "out.ctm"}).exit_code,
              kSuccess);
    const std::string command =
        "perl " + validator + " -i '" + path("out.ctm").string() + "' > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << name << "\n" << read_text("out.ctm");
  }
}

}  // namespace
}  // namespace diarist::cli
