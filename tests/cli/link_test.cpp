// `diarist link` as a user has it, on results of people who were never recorded.
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/formats.hpp"
#include "diarist/model.hpp"
#include "diarist/speaker_store.hpp"

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"
#include "voices/voices.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LinkCommand : public diarist::testing::ProgramTest {
 protected:
  /// results/meetingDAY.json, where these people speak.
  void meeting(unsigned day, const std::vector<unsigned>& people) const {
    std::filesystem::create_directories(path("results"));
    std::ofstream out(path("results/meeting" + std::to_string(day) + ".json"));
    write(out, diarist::testing::meeting_of(people, day), FileFormat::json);
  }
  void SetUp() override {
    meeting(1, {10, 11});
    meeting(2, {11, 12});
    meeting(3, {12, 10});
  }
};

TEST_F(LinkCommand, NamesTheSamePeopleAlike) {
  const auto linked = run({"link", "results", "-o", "persons.json", "--csv", "persons.csv",
                           "--rewrite", "named", "-f", "json,rttm"});
  EXPECT_EQ(linked.exit_code, kSuccess) << linked.err;
  EXPECT_THAT(linked.out, IsEmpty());
  EXPECT_THAT(linked.err, HasSubstr("6 speakers are 3 persons (3 results read)"));
  EXPECT_THAT(read_text("persons.csv"),
              AllOf(HasSubstr("PERSON_0001,meeting1,SPEAKER_00,20.000000,"),
                    HasSubstr("PERSON_0001,meeting3,SPEAKER_01,20.000000,")));
  EXPECT_THAT(listing("named"), ElementsAre("meeting1.json", "meeting1.rttm", "meeting2.json",
                                            "meeting2.rttm", "meeting3.json", "meeting3.rttm"));
  EXPECT_THAT(
      read_text("named/meeting3.rttm"),
      AllOf(HasSubstr(" PERSON_0003 "), HasSubstr(" PERSON_0001 "), Not(HasSubstr("SPEAKER_0"))));
  EXPECT_THAT(read_text("named/meeting3.json"), HasSubstr("\"score\":"));
  // Its own document may lie among the results; one file after the other says the same.
  std::filesystem::copy_file(path("persons.json"), path("results/persons.json"));
  EXPECT_EQ(run({"link", "results", "-q"}).out, read_text("persons.json"));
  const auto files = run({"link", "results/meeting3.json", "results/meeting1.json",
                          "results/meeting2.json", "--threads", "1", "-q"});
  EXPECT_EQ(files.out, read_text("persons.json"));
  EXPECT_THAT(files.err, IsEmpty());
}

TEST_F(LinkCommand, AddsToWhatIsKnown) {
  ASSERT_EQ(run({"link", "results", "-o", "persons.json"}).exit_code, kSuccess);
  meeting(4, {13, 12});
  const auto added =
      run({"link", "results/meeting4.json", "--known", "persons.json", "-o", "persons.json"});
  EXPECT_EQ(added.exit_code, kSuccess) << added.err;
  EXPECT_THAT(added.err, HasSubstr("8 speakers are 4 persons (1 results read)"));
  const auto table = run({"link", "results", "--known", "persons.json", "--csv", "persons.csv"});
  EXPECT_EQ(table.out, read_text("persons.json"));
  EXPECT_THAT(read_text("persons.csv"), AllOf(HasSubstr("PERSON_0004,meeting4,SPEAKER_00"),
                                              HasSubstr("PERSON_0003,meeting4,SPEAKER_01")));
}

TEST_F(LinkCommand, TakesNamesFromTheStore) {
  SpeakerStore(path("voices.db"), {.create = true})
      .add("Ann", diarist::testing::sample_of(11, 90), Model::builtin());
  const auto linked = run({"link", "results", "--identify", "voices.db", "--csv", "persons.csv"});
  EXPECT_EQ(linked.exit_code, kSuccess) << linked.err;
  EXPECT_THAT(linked.err, HasSubstr("1 of them by the names of known voices"));
  EXPECT_THAT(read_text("persons.csv"),
              AllOf(HasSubstr("Ann,meeting1,SPEAKER_01"), HasSubstr("Ann,meeting2,SPEAKER_00")));
}

TEST_F(LinkCommand, KeepsPeopleApartWhereMoreIsAskedFor) {
  EXPECT_THAT(run({"link", "results", "--min-score", "1000"}).err,
              HasSubstr("6 speakers are 6 persons"));
}

TEST_F(LinkCommand, RefusesWhatItCannotDo) {
  const auto refused = [&](std::vector<std::string> words, int code, const std::string& text) {
    words.insert(words.begin(), "link");
    const auto outcome = run(words);
    EXPECT_EQ(outcome.exit_code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(text));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  std::filesystem::create_directories(path("empty"));
  write_text("broken.json", "{\"schema\": \"diarist.diarization\", \"version\": 1");
  refused({"empty"}, kInput, "without results");
  refused({"missing.json"}, kInput, "missing.json");
  refused({"broken.json"}, kMalformed, "broken.json");
  refused({"results", "results/meeting1.json"}, kUsage, "so does");
  refused({"results", "--rewrite", "results"}, kUsage, "overwrite an input");
  refused({"results", "-o", "results/meeting1.json"}, kUsage, "overwrite an input");
  refused({"results", "-o", "results"}, kUsage, "is a folder");
  refused({"results", "-f", "rttm"}, kUsage, "--rewrite");
  refused({"results", "--known", "results/meeting1.json"}, kMalformed, "diarist.link");
  refused({"results", "--known", "none.json"}, kInput, "none.json");
  refused({"results", "--identify", "none.db"}, kInput, "none.db");
  EXPECT_THAT(listing(), Not(::testing::Contains("none.db")));
}

}  // namespace
}  // namespace diarist::cli
