// `diarist speakers` and the names of `diarize --identify`, as a user has them.
#include <string>
#include <sys/stat.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Speakers : public diarist::testing::ProgramTest {
 protected:
  diarist::testing::Outcome speakers(std::vector<std::string> words) const {
    words.insert(words.begin(), "speakers");
    words.insert(words.end(), {"--store", "voices.db"});
    return run(words);
  }
  /// The two people of the sample: one alone from 22 s to 27 s, the other one from 17 s to 21 s.
  void enrol_one() const {
    cut_sample("one.wav", 21.5, 27.5);
    const auto outcome = speakers({"add", "Ann", "one.wav"});
    ASSERT_EQ(outcome.exit_code, kSuccess) << outcome.err;
  }
  unsigned mode_of(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::stat(path(name).c_str(), &status), 0) << name;
    return status.st_mode & 0777;
  }
};

TEST_F(Speakers, AreEnrolledAndNamed) {
  enrol_one();
  EXPECT_EQ(mode_of("voices.db"), 0600u);
  const auto listed = speakers({"list"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("sessions"), HasSubstr("Ann ")));
  EXPECT_THAT(speakers({"list", "--json"}).out,
              AllOf(HasSubstr("\"schema\": \"diarist.speakers\""), HasSubstr("\"name\": \"Ann\"")));
  EXPECT_THAT(speakers({"show", "Ann"}).out, AllOf(HasSubstr("one "), HasSubstr("enrolment")));

  cut_sample("meeting.wav", 0, 21.5);
  const auto plain = run({"meeting.wav", "-f", "rttm"});
  const auto named = run({"meeting.wav", "-f", "rttm", "--identify", "voices.db"});
  EXPECT_EQ(named.exit_code, kSuccess) << named.err;
  EXPECT_THAT(plain.out, AllOf(HasSubstr(" SPEAKER_00 "), HasSubstr(" SPEAKER_01 ")));
  EXPECT_THAT(named.out, AllOf(HasSubstr(" Ann "), HasSubstr(" SPEAKER_0")));
  const auto json = run({"meeting.wav", "-f", "json", "--identify", "voices.db"});
  EXPECT_THAT(json.out, HasSubstr("],\"score\":"));
  EXPECT_THAT(run({"meeting.wav", "-f", "json"}).out, Not(HasSubstr("score")));
  // Nobody is as sure as that.
  const auto strict =
      run({"meeting.wav", "-f", "rttm", "--identify", "voices.db", "--min-score=1e6"});
  EXPECT_EQ(strict.out, plain.out);
}

TEST_F(Speakers, AreRememberedFromOneRecordingToTheNext) {
  cut_sample("monday.wav", 6, 18);
  cut_sample("tuesday.wav", 18, 30);
  const auto both = run({"monday.wav", "tuesday.wav", "--identify", "voices.db", "--remember",
                         "--min-score=0", "-f", "rttm", "-o", "turns/"});
  EXPECT_EQ(both.exit_code, kSuccess) << both.err;
  EXPECT_THAT(both.err, HasSubstr("remembered VOICE_0001"));
  EXPECT_THAT(read_text("turns/monday.rttm"), HasSubstr("VOICE_0001"));
  const std::string first = speakers({"list"}).out;
  EXPECT_THAT(first, HasSubstr("VOICE_0001"));
  EXPECT_EQ(speakers({"rename", "VOICE_0001", "Bob"}).exit_code, kSuccess);
  const auto again =
      run({"monday.wav", "--identify", "voices.db", "--remember", "--min-score=0", "-f", "rttm"});
  EXPECT_THAT(again.out, HasSubstr(" Bob "));
  EXPECT_THAT(again.err, IsEmpty());
}

TEST_F(Speakers, AreExportedImportedAndForgotten) {
  enrol_one();
  ASSERT_EQ(speakers({"export", "voices.json"}).exit_code, kSuccess);
  EXPECT_EQ(mode_of("voices.json"), 0600u);
  EXPECT_THAT(speakers({"import", "voices.json"}).out,
              HasSubstr("new voices: 0, new sessions: 0, known already: 1"));
  ASSERT_EQ(speakers({"forget", "Ann"}).exit_code, kSuccess);
  EXPECT_THAT(read_text("voices.db"), Not(HasSubstr("Ann")));
  EXPECT_EQ(speakers({"show", "Ann"}).exit_code, kUsage);
  EXPECT_THAT(speakers({"import", "voices.json"}).out, HasSubstr("new voices: 1"));
  EXPECT_EQ(speakers({"export", "-"}).out, read_text("voices.json"));
}

TEST_F(Speakers, AreScoredOneByOne) {
  enrol_one();
  ASSERT_EQ(run({"one.wav", "-o", "one.json"}).exit_code, kSuccess);
  const auto table = speakers({"match", "one.json"});
  EXPECT_EQ(table.exit_code, kSuccess) << table.err;
  EXPECT_THAT(table.out, HasSubstr("SPEAKER_00  Ann"));
  EXPECT_THAT(
      speakers({"match", "one.json", "--json"}).out,
      AllOf(HasSubstr("\"schema\": \"diarist.voice_scores\""), HasSubstr("\"voice\": \"Ann\"")));
}

TEST_F(Speakers, WithoutAStoreAreInTheDataFolder) {
  ::setenv("XDG_DATA_HOME", path("data").c_str(), 1);
  cut_sample("one.wav", 21.5, 27.5);
  EXPECT_EQ(run({"speakers", "add", "Ann", "one.wav"}).exit_code, kSuccess);
  EXPECT_THAT(listing("data/diarist"), ElementsAre("voices.db"));
  EXPECT_THAT(run({"one.wav", "-f", "rttm", "--identify", "default"}).out, HasSubstr(" Ann "));
  ::unsetenv("XDG_DATA_HOME");
}

TEST_F(Speakers, OfUnclearRecordingsAreRefused) {
  cut_sample("two.wav", 6, 20);
  const auto two = speakers({"add", "Ann", "two.wav"});
  EXPECT_EQ(two.exit_code, kUsage);
  EXPECT_THAT(two.err, AllOf(HasSubstr("more than one voice"), HasSubstr("diarist split")));
  write_noise("noise.wav", 5);
  EXPECT_THAT(speakers({"add", "Ann", "noise.wav"}).err, HasSubstr("holds no speech"));
  EXPECT_THAT(listing(), ElementsAre("noise.wav", "two.wav"));
}

TEST_F(Speakers, RefusalsSayWhatToDo) {
  EXPECT_EQ(speakers({"list"}).exit_code, kInput);
  EXPECT_THAT(speakers({"list"}).err, HasSubstr("speakers add NAME AUDIO"));
  const auto missing = run({"one.wav", "--identify", "voices.db"});
  EXPECT_EQ(missing.exit_code, kInput);
  EXPECT_THAT(run({"a.wav", "--remember"}).err, HasSubstr("--identify"));
  EXPECT_EQ(run({"a.wav", "--min-score", "1"}).exit_code, kUsage);
  EXPECT_THAT(run({"speakers"}).err, HasSubstr("Try: diarist speakers --help"));
  EXPECT_THAT(run({"speakers", "rename", "Ann"}).err, HasSubstr("Try: diarist speakers rename"));
  write_text("voices.db", std::string(4096, 'x'));
  const auto damaged = speakers({"list"});
  EXPECT_EQ(damaged.exit_code, kMalformed);
  EXPECT_THAT(damaged.err, HasSubstr("no SQLite file"));
  write_text("bad.json", "{}");
  const auto bad = run({"speakers", "import", "bad.json", "--store", "new.db"});
  EXPECT_EQ(bad.exit_code, kMalformed);
  EXPECT_THAT(listing(), ElementsAre("bad.json", "voices.db"));
}

}  // namespace
}  // namespace diarist::cli
