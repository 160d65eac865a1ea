// The program end to end: what it writes, where, and how it ends.
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class Diarize : public diarist::testing::ProgramTest {
 protected:
  // Ten seconds in which both people speak.
  Diarize() { cut_sample("talk.wav", 6, 16); }
};

TEST_F(Diarize, PipeGetsRttmAndNothingElse) {
  const auto outcome = run({"talk.wav"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(
      outcome.out,
      MatchesRegex("(SPEAKER talk 1 [0-9.]+ [0-9.]+ <NA> <NA> SPEAKER_[0-9]+ <NA> <NA>\n)+"));
  EXPECT_THAT(outcome.out, StartsWith("SPEAKER talk 1 "));
  EXPECT_THAT(outcome.out, HasSubstr(" SPEAKER_00 "));
  EXPECT_THAT(listing(), ElementsAre("talk.wav"));
}

TEST_F(Diarize, TheCommandsNameMayBeLeftOut) {
  EXPECT_EQ(run({"talk.wav"}).out, run({"diarize", "talk.wav"}).out);
}

TEST_F(Diarize, SameBytesWhateverTheThreads) {
  EXPECT_EQ(run({"talk.wav", "-f", "json", "--threads", "1"}).out,
            run({"talk.wav", "-f", "json", "--threads", "3"}).out);
}

TEST_F(Diarize, StandardInput) {
  diarist::testing::RunOptions options;
  options.standard_input = path("talk.wav");
  const auto outcome = run({"-"}, options);
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, StartsWith("SPEAKER stdin 1 "));
}

TEST_F(Diarize, FileWhoseEndingTellsTheFormat) {
  EXPECT_EQ(run({"talk.wav", "-o", "turns.json"}).exit_code, kSuccess);
  const auto json = nlohmann::json::parse(read_text("turns.json"));
  EXPECT_FALSE(json.at("turns").empty());
  EXPECT_THAT(listing(), ElementsAre("talk.wav", "turns.json"));
}

TEST_F(Diarize, FolderTakesAllFormats) {
  const auto outcome = run({"talk.wav", "-o", "new/turns/", "-f", "rttm,json", "-f", "csv,txt"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(listing("new/turns"), ElementsAre("talk.csv", "talk.json", "talk.rttm", "talk.txt"));
  EXPECT_EQ(read_text("new/turns/talk.rttm"), run({"talk.wav"}).out);
}

TEST_F(Diarize, OneBadFileDoesNotStopTheOthers) {
  write_text("bad.wav", "no audio");
  cut_sample("more.wav", 18, 22);
  const auto outcome =
      run({"talk.wav", "bad.wav", "more.wav", "-o", "turns", "--stats", "cost.json"});
  EXPECT_EQ(outcome.exit_code, kSomeFailed);
  EXPECT_THAT(outcome.err, HasSubstr("bad.wav"));
  EXPECT_THAT(listing("turns"), ElementsAre("more.rttm", "talk.rttm"));
  const auto files = nlohmann::json::parse(read_text("cost.json")).at("files");
  ASSERT_EQ(files.size(), 3U);
  EXPECT_TRUE(files[1].contains("error"));
  EXPECT_FALSE(files[2].contains("error"));
}

// Recordings of different lengths end in another order than they began in.
TEST_F(Diarize, SeveralAtOnceGiveWhatTheyGiveOneAtATime) {
  cut_sample("long.wav", 0, 30);
  cut_sample("mid.flac", 4, 12);
  cut_sample("short.wav", 18, 21);
  write_text("bad.wav", "no audio");
  const std::vector<std::string> files = {"long.wav", "bad.wav", "short.wav", "mid.flac",
                                          "talk.wav"};
  std::string one_at_a_time;
  std::string errors;
  for (const std::string& file : files) {
    const auto outcome = run({file, "--threads", "1"});
    one_at_a_time += outcome.out;
    errors += outcome.err;
  }
  for (const char* threads : {"1", "3"}) {
    std::vector<std::string> arguments = files;
    arguments.insert(arguments.end(), {"--threads", threads, "--stats", "cost.json"});
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, kSomeFailed);
    EXPECT_EQ(outcome.out, one_at_a_time) << threads << " threads";
    EXPECT_EQ(outcome.err, errors);
    const auto json = nlohmann::json::parse(read_text("cost.json"));
    EXPECT_GT(json.at("wall_s").get<double>(), 0);
    ASSERT_EQ(json.at("files").size(), files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
      EXPECT_EQ(json.at("files")[i].at("file"), files[i]);
    }
  }
}

TEST_F(Diarize, FolderStandsForTheRecordingsInIt) {
  fs::create_directories(path("talks/deeper.wav"));
  cut_sample("talks/b.wav", 18, 21);
  cut_sample("talks/a.FLAC.flac", 6, 9);
  write_text("talks/notes.txt", "who was there");
  write_text("talks/.hidden.wav", "half a copy");
  const auto outcome = run({"talks", "talk.wav", "-o", "turns/", "--stats", "cost.json"});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(listing("turns"), ElementsAre("a.FLAC.rttm", "b.rttm", "talk.rttm"));
  const auto files = nlohmann::json::parse(read_text("cost.json")).at("files");
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].at("file"), "talks/a.FLAC.flac");
  EXPECT_EQ(files[2].at("file"), "talk.wav");
}

TEST_F(Diarize, StatisticsAddUp) {
  EXPECT_EQ(run({"talk.wav", "--stats", "cost.json", "--threads", "1"}).exit_code, kSuccess);
  const auto json = nlohmann::json::parse(read_text("cost.json"));
  EXPECT_EQ(json.at("schema"), "diarist-stats");
  const auto& file = json.at("files").at(0);
  EXPECT_NEAR(file.at("duration_s").get<double>(), 10.0, 1e-6);
  const double wall_s = file.at("wall_s");
  EXPECT_NEAR(file.at("real_time_factor").get<double>(), 10.0 / wall_s, 0.01 * 10.0 / wall_s);
  double stages_s = 0;
  for (const auto& [name, seconds] : file.at("stages").items()) {
    EXPECT_GE(seconds.get<double>(), 0) << name;
    stages_s += seconds.get<double>();
  }
  EXPECT_GT(stages_s, 0);
  EXPECT_LE(stages_s, wall_s * 1.1);  // of one thread
  EXPECT_GT(file.at("peak_memory_bytes").get<long long>(), 1 << 20);
  EXPECT_EQ(file.at("preset"), "balanced");
  EXPECT_EQ(file.at("threads"), 1);
  EXPECT_FALSE(file.at("instruction_set").get<std::string>().empty());
  EXPECT_FALSE(file.at("model").get<std::string>().empty());
}

TEST_F(Diarize, SilenceHasNoTurnsAndIsNoError) {
  write_wav("silence.wav", std::vector<float>(3 * 16000, 0.0F));
  const auto outcome = run({"silence.wav"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST_F(Diarize, NamesThatAreNoUtf8OrLookLikeOptions) {
  const std::string odd = "-o\xFF d\n.wav";
  fs::copy_file(path("talk.wav"), path(odd));
  const auto outcome = run({"-o", "turns/", "--", odd});
  EXPECT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  EXPECT_THAT(listing("turns"), ElementsAre("-o\xFF d\n.rttm"));
}

TEST_F(Diarize, FullDiskLeavesNoFile) {
  const auto to_file = run({"talk.wav", "-o", "/dev/full", "-f", "rttm"});
  EXPECT_EQ(to_file.exit_code, kOutput);
  EXPECT_THAT(to_file.err, AllOf(HasSubstr("/dev/full"), HasSubstr("No space left")));
  EXPECT_TRUE(fs::is_character_file("/dev/full"));

  diarist::testing::RunOptions options;
  options.standard_output = "/dev/full";
  const auto to_output = run({"talk.wav"}, options);
  EXPECT_EQ(to_output.exit_code, kOutput);
  EXPECT_THAT(to_output.err, HasSubstr("standard output"));
}

TEST_F(Diarize, FailureLeavesTheOldResult) {
  write_text("turns.rttm", "earlier result");
  write_text("bad.wav", "no audio");
  EXPECT_EQ(run({"bad.wav", "-o", "turns.rttm"}).exit_code, kAudio);
  EXPECT_EQ(read_text("turns.rttm"), "earlier result");
}

TEST_F(Diarize, SignalsStopWithinASecondAndLeaveNothing) {
  write_noise("long.wav", 1200);
  for (const int signal : {SIGINT, SIGTERM}) {
    diarist::testing::RunOptions options;
    options.signal = signal;
    const auto outcome =
        run({"long.wav", "talk.wav", "-o", "turns/", "--stats", "cost.json", "--threads", "2"},
            options);
    EXPECT_EQ(outcome.exit_code, kInterrupted);
    EXPECT_LT(outcome.seconds_after_signal, 1.0);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(listing(), ElementsAre("long.wav", "talk.wav"));
  }
}

TEST_F(Diarize, SignalEndsAWaitForStandardInput) {
  // A pipe that nobody writes to: opened for both directions so that opening does not wait.
  ASSERT_EQ(std::system(("mkfifo '" + path("pipe").string() + "'").c_str()), 0);
  const int writer = ::open(path("pipe").c_str(), O_RDWR);
  ASSERT_GE(writer, 0);
  diarist::testing::RunOptions options;
  options.standard_input = path("pipe");
  options.signal = SIGINT;
  const auto outcome = run({"-"}, options);
  ::close(writer);
  EXPECT_EQ(outcome.exit_code, kInterrupted);
  EXPECT_LT(outcome.seconds_after_signal, 1.0);
}

TEST_F(Diarize, QuietShowsErrorsOnly) {
  const auto outcome = run({"talk.wav", "--speakers", "9", "--quiet"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.err, IsEmpty());
  // Nine voices are not in ten seconds, which is said otherwise.
  EXPECT_THAT(run({"talk.wav", "--speakers", "9"}).err, HasSubstr("talk.wav: "));
}

TEST_F(Diarize, TerminalGetsASummary) {
  const auto outcome = run_on_terminal({"talk.wav"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("talk.wav: 0:10"), HasSubstr("SPEAKER_00"),
                                 HasSubstr("│"), HasSubstr("0:10"), Not(HasSubstr("<NA>"))));
  EXPECT_THAT(run_on_terminal({"talk.wav", "-f", "rttm"}).out, HasSubstr("<NA>"));
}

}  // namespace
}  // namespace diarist::cli
