// `diarize --resume` end to end: what is left out, what is done anew, and what survives being
// killed.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "archive/folder_lock.hpp"
#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Archive : public diarist::testing::ProgramTest {
 protected:
  Archive() {
    fs::create_directory(path("talks"));
    cut_sample("talks/a.wav", 6, 9);
    cut_sample("talks/b.wav", 12, 15);
  }

  diarist::testing::Outcome resume(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"diarize", "talks/", "-o", "turns", "--resume"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }

  /// Files of results alone.
  std::vector<std::string> results(const std::string& folder) const {
    std::vector<std::string> names;
    for (const std::string& name : listing(folder)) {
      if (name != ".diarist-archive.db" && name != ".diarist-archive.lock") names.push_back(name);
    }
    return names;
  }
};

TEST_F(Archive, WhatIsDoneIsLeftOut) {
  auto outcome = resume();
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.err, HasSubstr("0 done before, 2 done now, 0 failed"));
  EXPECT_THAT(results("turns"), ElementsAre("a.rttm", "b.rttm"));

  write_text("turns/a.rttm", "corrected by hand\n");
  outcome = resume({"--stats", "cost.json"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.err, HasSubstr("2 done before, 0 done now, 0 failed"));
  EXPECT_EQ(read_text("turns/a.rttm"), "corrected by hand\n");
  EXPECT_TRUE(nlohmann::json::parse(read_text("cost.json")).at("files").empty());

  cut_sample("talks/c.wav", 18, 21);
  fs::remove(path("turns/a.rttm"));
  EXPECT_THAT(resume().err, HasSubstr("1 done before, 2 done now, 0 failed"));
  EXPECT_THAT(results("turns"), ElementsAre("a.rttm", "b.rttm", "c.rttm"));
}

TEST_F(Archive, MovedAndTouchedRecordingsAreTheSameChangedOnesAreNot) {
  resume();
  fs::rename(path("talks"), path("moved"));
  fs::last_write_time(path("moved/b.wav"), fs::file_time_type::clock::now() - 1h);
  const std::vector<std::string> moved{"moved/", "-o", "turns", "--resume"};
  EXPECT_THAT(run(moved).err, HasSubstr("2 done before, 0 done now"));
  cut_sample("moved/b.wav", 13, 16);  // of the same size
  EXPECT_THAT(run(moved).err, HasSubstr("1 done before, 1 done now"));
  EXPECT_EQ(read_text("turns/b.rttm"), run({"moved/b.wav"}).out);
}

TEST_F(Archive, OptionsThatChangeTheAnswerHaveItDoneAnew) {
  resume();
  EXPECT_THAT(resume({"--threads", "1"}).err, HasSubstr("2 done before, 0 done now"));
  EXPECT_THAT(resume({"--speakers", "1"}).err, HasSubstr("0 done before, 2 done now"));
  EXPECT_THAT(resume({"--speakers", "1", "-f", "json,rttm"}).err, HasSubstr("2 done now"));
  EXPECT_THAT(resume({"--speakers", "1", "-f", "rttm,json"}).err, HasSubstr("2 done before"));
}

TEST_F(Archive, FailuresAreKeptAndNotTriedAgain) {
  write_text("talks/bad.wav", "no audio");
  auto outcome = resume();
  EXPECT_EQ(outcome.exit_code, kSomeFailed);
  EXPECT_THAT(outcome.err, HasSubstr("0 done before, 2 done now, 1 failed"));

  outcome = resume();
  EXPECT_EQ(outcome.exit_code, kSomeFailed);
  EXPECT_THAT(outcome.err, HasSubstr("2 done before, 0 done now, 1 failed (before"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("bad.wav")));

  const auto listed = nlohmann::json::parse(resume({"--list-failed", "--json"}).out);
  ASSERT_EQ(listed.at("failed").size(), 1U);
  EXPECT_EQ(listed["failed"][0].at("file"), "talks/bad.wav");
  EXPECT_EQ(listed["failed"][0].at("error").at("code"), "unsupported_audio");
  EXPECT_THAT(resume({"--list-failed"}).out, HasSubstr("talks/bad.wav\tunsupported_audio\t"));

  outcome = resume({"--retry-failed"});
  EXPECT_EQ(outcome.exit_code, kSomeFailed);
  EXPECT_THAT(outcome.err, HasSubstr("bad.wav: "));

  cut_sample("talks/bad.wav", 20, 23);
  outcome = resume();
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.err, HasSubstr("2 done before, 1 done now, 0 failed"));
  EXPECT_EQ(resume({"--list-failed"}).out, "");
}

TEST_F(Archive, KilledAtAnyMomentAndResumedGivesTheSameBytes) {
  cut_sample("talks/c.flac", 18, 22);
  cut_sample("talks/d.wav", 22, 25);
  const std::vector<std::string> formats{"-f", "rttm,json"};
  ASSERT_EQ(run({"talks/", "-o", "whole/", "-f", "rttm,json"}).exit_code, kSuccess);
  for (const int signal : {SIGKILL, SIGTERM}) {
    for (const auto after : {1ms, 20ms, 60ms, 120ms, 250ms, 500ms}) {
      fs::remove_all(path("turns"));
      diarist::testing::RunOptions options;
      options.signal = signal;
      options.signal_after = after;
      run({"talks/", "-o", "turns", "--resume", "-f", "rttm,json"}, options);
      const auto outcome = resume(formats);
      ASSERT_EQ(outcome.exit_code, kSuccess) << outcome.err;
      ASSERT_EQ(results("turns"), listing("whole"));
      for (const std::string& name : listing("whole")) {
        EXPECT_EQ(read_text("turns/" + name), read_text("whole/" + name)) << name;
      }
    }
  }
}

TEST_F(Archive, WhatAKilledProgramLeftHalfWrittenIsRemoved) {
  write_text("turns/.diarist-999999999-0.tmp", "SPEAKER a 1");  // more than Linux counts to
  write_text("turns/.diarist-1-0.tmp", "of a program that runs");
  resume();
  EXPECT_THAT(results("turns"), ElementsAre(".diarist-1-0.tmp", "a.rttm", "b.rttm"));
}

TEST_F(Archive, SecondProgramAtOnceIsRefused) {
  fs::create_directory(path("turns"));
  const archive::FolderLock first(path("turns"));
  const auto outcome = resume();
  EXPECT_EQ(outcome.exit_code, kOutput);
  EXPECT_THAT(outcome.err, HasSubstr("another diarist is at work on this archive"));
}

TEST_F(Archive, WhatMakesNoArchiveIsRefused) {
  EXPECT_EQ(run({"talks/", "--resume"}).exit_code, kUsage);
  EXPECT_EQ(run({"talks/", "-o", "-", "--resume"}).exit_code, kUsage);
  EXPECT_EQ(run({"talks/", "-o", "turns", "--retry-failed"}).exit_code, kUsage);
  EXPECT_EQ(run({"-", "-o", "turns", "--resume"}).exit_code, kUsage);
  EXPECT_EQ(resume({"--list-failed"}).exit_code, kInput);
  write_text("turns/.diarist-archive.db", std::string(4096, 'x'));
  EXPECT_EQ(resume().exit_code, kMalformed);
}

}  // namespace
}  // namespace diarist::cli
