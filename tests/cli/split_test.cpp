// `diarist split`: options, what is refused before any work, and interruption.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sndfile.h>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using diarist::testing::RunOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SplitCommand : public diarist::testing::ProgramTest {
 protected:
  SplitCommand() {
    cut_sample("talk.wav", 6, 16);
    write_text("talk.rttm",
               "SPEAKER talk 1 0.500 2.000 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER talk 1 2.000 1.500 <NA> <NA> Bob <NA> <NA>\n"
               "SPEAKER talk 1 5.000 0.250 <NA> <NA> Ann <NA> <NA>\n");
  }

  sf_count_t frames(const std::string& name) const {
    SF_INFO info{};
    SNDFILE* in = ::sf_open(path(name).c_str(), SFM_READ, &info);
    EXPECT_NE(in, nullptr) << name;
    ::sf_close(in);
    return info.frames;
  }
};

TEST_F(SplitCommand, BySpeakerWithTurnsOfAFile) {
  const auto outcome = run({"split", "talk.wav", "talk.rttm", "-o", "voices/"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_EQ(outcome.out,
            "speaker  files  pieces      time\n"
            "Ann          1       2      0:02\n"
            "Bob          1       1      0:02\n"
            "2 files, manifest.csv and manifest.json in voices/\n");
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(listing("voices"),
              ElementsAre("manifest.csv", "manifest.json", "talk-Ann.wav", "talk-Bob.wav"));
  EXPECT_EQ(frames("voices/talk-Ann.wav"), 36000);
  EXPECT_EQ(frames("voices/talk-Bob.wav"), 24000);
}

TEST_F(SplitCommand, EveryOption) {
  const auto outcome = run({"split",
                            "talk.wav",
                            "talk.rttm",
                            "-o",
                            "clips",
                            "--by",
                            "turn",
                            "--format",
                            "flac",
                            "--bits",
                            "24",
                            "--padding",
                            "0.1",
                            "--min-duration",
                            "0.5",
                            "--exclude-overlap",
                            "--template",
                            "{speaker}_{index}_{start}",
                            "--cut-channels",
                            "all",
                            "--from",
                            "rttm",
                            "-q"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(listing("clips"), ElementsAre("Ann_001_0.400.flac", "Bob_002_2.500.flac",
                                            "manifest.csv", "manifest.json"));
  const auto manifest = nlohmann::json::parse(read_text("clips/manifest.json"));
  EXPECT_EQ(manifest["coding"], "pcm_24");
  EXPECT_EQ(manifest["exclude_overlap"], true);
  EXPECT_EQ(manifest["min_duration"], 0.5);
  EXPECT_EQ(run({"split", "talk.wav", "talk.rttm", "-o", "gap", "--gap", "1.5", "-q"}).exit_code,
            kSuccess);
  EXPECT_EQ(frames("gap/talk-Ann.wav"), 36000 + 24000);
}

TEST_F(SplitCommand, DiarizesWithoutTurns) {
  cut_sample("whole.wav", 0, 30);
  const auto outcome =
      run({"split", "whole.wav", "-o", "voices", "--speakers", "2", "--threads", "2"});
  ASSERT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  ASSERT_EQ(run({"whole.wav", "--speakers", "2", "-o", "found.json"}).exit_code, kSuccess);
  ASSERT_EQ(run({"split", "whole.wav", "found.json", "-o", "again", "-q"}).exit_code, kSuccess);
  EXPECT_EQ(listing("voices"), listing("again"));
  for (const std::string& name : listing("voices")) {
    // A file of turns has fewer decimals of a confidence.
    if (!name.ends_with(".wav")) continue;
    EXPECT_EQ(read_text("voices/" + name), read_text("again/" + name));
  }
  EXPECT_THAT(read_text("voices/manifest.csv"), HasSubstr("SPEAKER_01"));
}

TEST_F(SplitCommand, OneSideOfACall) {
  std::vector<float> call(2 * 16000 * 2);
  for (std::size_t i = 0; i < call.size(); i += 2) {
    call[i] = 0.25F;
    call[i + 1] = -0.5F;
  }
  write_wav("call.wav", call, 2);
  write_text(
      "call.csv",
      "recording,channel,start_s,end_s,speaker,confidence\ncall,1,0,1,Ann,\ncall,2,0.5,2,Bob,\n");
  ASSERT_EQ(run({"split", "call.wav", "call.csv", "-o", "sides", "-q"}).exit_code, kSuccess);
  SF_INFO info{};
  SNDFILE* in = ::sf_open(path("sides/call-Bob.wav").c_str(), SFM_READ, &info);
  ASSERT_NE(in, nullptr);
  std::vector<float> side(static_cast<std::size_t>(info.frames));
  ::sf_readf_float(in, side.data(), info.frames);
  ::sf_close(in);
  EXPECT_EQ(info.channels, 1);
  EXPECT_THAT(side, ::testing::Each(-0.5F));
  ASSERT_EQ(
      run({"split", "call.wav", "call.csv", "-o", "all", "--cut-channels", "all", "-q"}).exit_code,
      kSuccess);
  EXPECT_EQ(fs::file_size(path("all/call-Ann.wav")) / 8000, 16U);  // A second of two floats.
}

TEST_F(SplitCommand, OneOfSeveralRecordings) {
  write_text("all.rttm",
             "SPEAKER other 1 0 1 <NA> <NA> Eve <NA> <NA>\n"
             "SPEAKER my_talk 1 0 1 <NA> <NA> Ann <NA> <NA>\n");
  EXPECT_THAT(
      run({"split", "talk.wav", "all.rttm", "-o", "x"}).err,
      HasSubstr("all.rttm: holds turns of 'other', 'my_talk', none of them 'talk'; name one "
                "of them with --recording"));
  ASSERT_EQ(
      run({"split", "talk.wav", "all.rttm", "-o", "e", "-q", "--recording", "other"}).exit_code,
      kSuccess);
  EXPECT_THAT(listing("e"), ElementsAre("manifest.csv", "manifest.json", "talk-Eve.wav"));
  EXPECT_EQ(run({"split", "talk.wav", "talk.rttm", "-o", "y", "--recording", "other"}).exit_code,
            kUsage);
  fs::rename(path("talk.wav"), path("my talk.wav"));
  ASSERT_EQ(run({"split", "my talk.wav", "all.rttm", "-o", "x", "-q"}).exit_code, kSuccess);
  EXPECT_THAT(listing("x"), ElementsAre("manifest.csv", "manifest.json", "my talk-Ann.wav"));
}

TEST_F(SplitCommand, RefusesBeforeAnyWork) {
  const auto refused = [this](const std::vector<std::string>& more, int exit_code,
                              const std::string& message) {
    std::vector<std::string> arguments = {"split"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << message << "\n" << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  write_text("bad.rttm", "SPEAKER talk 1 0.500 two <NA> <NA> Ann <NA> <NA>\n");
  write_text("late.rttm", "SPEAKER talk 1 60 2 <NA> <NA> Ann <NA> <NA>\n");
  write_text("twins.csv", "start,end,speaker\n0,1,a:b\n2,3,a_b\n");
  write_wav("float.wav", std::vector<float>(16000, 0.25F));
  const std::vector<std::string> before = listing();
  const auto talk = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"talk.wav", "talk.rttm", "-o", "x"});
    return more;
  };
  refused({"talk.wav", "talk.rttm"}, kUsage, "--output is required");
  refused({"-o", "x"}, kUsage, "AUDIO is required");
  refused({"talk.wav", "-o", ""}, kUsage, "-o: needs the name of a folder");
  refused({"talk.wav", "-o", "-"}, kUsage, "-o: needs the name of a folder");
  refused({"", "-o", "x"}, kUsage, "an empty name is no recording");
  refused({"-", "-o", "x"}, kUsage, "standard input: cannot be read more than once");
  refused({"none.wav", "-o", "x"}, kInput, "none.wav: does not exist");
  refused({"talk.wav", "none.rttm", "-o", "x"}, kInput, "none.rttm");
  refused({"talk.wav", "bad.rttm", "-o", "x"}, kMalformed, "bad.rttm:1:");
  refused({"talk.wav", "late.rttm", "-o", "x"}, kUsage,
          "late.rttm: turn of 'Ann' at 60.000 s begins after the end of talk.wav (10.000 s)");
  refused({"talk.wav", "twins.csv", "-o", "x"}, kUsage, "x/talk-a_b.wav: would hold both 'a:b' at");
  refused({"talk.rttm", "talk.rttm", "-o", "x"}, kAudio, "talk.rttm");
  refused(talk({"--speakers", "2"}), kUsage,
          "--speakers: is about diarizing, and the turns are in talk.rttm already");
  refused(talk({"--preset", "fast"}), kUsage, "--preset: is about diarizing");
  refused(talk({"--by", "word"}), kUsage, "--by");
  refused(talk({"--format", "mp3"}), kUsage, "--format");
  refused(talk({"--bits", "8"}), kUsage, "--bits");
  refused(talk({"--padding", "-1"}), kUsage, "--padding: is no duration");
  refused(talk({"--padding", "inf"}), kUsage, "--padding: is no duration");
  refused(talk({"--min-duration", "nan"}), kUsage, "--min-duration: is no duration");
  refused(talk({"--gap", "1", "--by", "turn"}), kUsage, "--gap: is between the pieces");
  refused(talk({"--template", "{who}"}), kUsage, "a field {who}");
  refused(talk({"--template", ""}), kUsage, "--template: is empty");
  refused(talk({"--template", "../{speaker}"}), kUsage, "has a '/' in it");
  refused(talk({"--template", "{recording}"}), kUsage, "would hold both 'Ann' at");
  refused(talk({"--from", "json"}), kMalformed, "talk.rttm:1");
  refused({"talk.wav", "-o", "x", "--from", "rttm"}, kUsage,
          "--from: is about TURNS, and there are none");
  refused({"float.wav", "-o", "x", "--format", "flac"}, kUsage, "FLAC cannot hold");
  refused({"talk.wav", "talk.rttm", "-o", "talk.rttm"}, kOutput, "cannot be written");
  refused({"talk.wav", "talk.rttm", "-o", ".", "--template", "talk"}, kUsage, "would hold both");
  EXPECT_EQ(listing(), before);
}

TEST_F(SplitCommand, NeitherRecordingNorTurnsAreReplaced) {
  fs::create_directory(path("x"));
  write_text("x/manifest.csv", "start,end,speaker\n0,1,Ann\n");
  const auto turns = run({"split", "talk.wav", "x/manifest.csv", "-o", "x"});
  EXPECT_EQ(turns.exit_code, kUsage);
  EXPECT_THAT(turns.err, HasSubstr("x/manifest.csv: would be replaced by the manifest"));
  EXPECT_EQ(read_text("x/manifest.csv"), "start,end,speaker\n0,1,Ann\n");
  const std::string before = read_text("talk.wav");
  write_text("one.csv", "start,end,speaker\n0,1,Ann\n");
  const auto recording =
      run({"split", "talk.wav", "one.csv", "-o", ".", "--template", "{recording}"});
  EXPECT_EQ(recording.exit_code, kUsage);
  EXPECT_THAT(recording.err, HasSubstr("would replace the recording itself"));
  EXPECT_EQ(read_text("talk.wav"), before);
}

TEST_F(SplitCommand, AFolderThatMayNotBeWrittenTo) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(path("closed"));
  fs::permissions(path("closed"), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(run({"split", "talk.wav", "talk.rttm", "-o", "closed/x"}).exit_code, kOutput);
}

TEST_F(SplitCommand, AnInterruptionLeavesNothing) {
  write_noise("long.wav", 3600);
  write_text("long.csv", "start,end,speaker\n0,3600,Ann\n1,3590,Bob\n2,3580,Eve\n");
  fs::create_directory(path("there"));
  write_text("there/notes.txt", "notes");
  for (const char* folder : {"new/deep", "there"}) {
    for (const int signal : {SIGINT, SIGTERM}) {
      RunOptions options;
      options.signal = signal;
      options.signal_after = std::chrono::milliseconds(300);
      const auto outcome =
          run({"split", "long.wav", "long.csv", "-o", folder, "--format", "flac", "--bits", "24"},
              options);
      EXPECT_EQ(outcome.exit_code, kInterrupted) << outcome.err;
      EXPECT_THAT(outcome.err, HasSubstr("interrupted"));
      EXPECT_LT(outcome.seconds_after_signal, 1.0);
    }
  }
  EXPECT_THAT(listing(), ElementsAre("long.csv", "long.wav", "talk.rttm", "talk.wav", "there"));
  EXPECT_THAT(listing("there"), ElementsAre("notes.txt"));
}

TEST_F(SplitCommand, AnEndByForceLeavesNoFile) {
  // A decoder that hangs in the midst of the third reading, where files are being written.
  write_text(
      "bin/ffmpeg",
      "#!/bin/sh\n"
      "echo >> runs\n"
      "printf "
      "'.snd\\0\\0\\0\\030\\377\\377\\377\\377\\0\\0\\0\\006\\0\\0\\037\\100\\0\\0\\0\\001'\n"
      "head -c 320000 /dev/zero\n"
      "[ $(wc -l < runs) -lt 3 ] || exec sleep 3\n"
      "head -c 320000 /dev/zero\n");
  fs::permissions(path("bin/ffmpeg"), fs::perms::owner_all);
  write_text("talk.xyz", "no recording but for that ffmpeg");
  write_text("talk.csv", "start,end,speaker\n0,20,Ann\n1,2,Bob\n");
  fs::create_directory(path("there"));
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", (path("bin").string() + ":" + before).c_str(), 1);
  for (const char* folder : {"new", "there"}) {
    fs::remove(path("runs"));
    RunOptions options;
    options.signal = SIGINT;
    options.signal_after = std::chrono::milliseconds(1000);
    const auto outcome = run({"split", "talk.xyz", "talk.csv", "-o", folder}, options);
    EXPECT_EQ(outcome.exit_code, kInterrupted) << outcome.err;
    EXPECT_GT(outcome.seconds_after_signal, 0.8);  // Not before the grace was over.
    EXPECT_EQ(read_text("runs"), "\n\n\n");
  }
  ::setenv("PATH", before.c_str(), 1);
  EXPECT_THAT(listing(),
              ElementsAre("bin", "runs", "talk.csv", "talk.rttm", "talk.wav", "talk.xyz", "there"));
  EXPECT_THAT(listing("there"), IsEmpty());
}

}  // namespace
}  // namespace diarist::cli
