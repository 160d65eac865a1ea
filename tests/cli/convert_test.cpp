// `diarist convert`, the formats of `diarize -f`, and scoring files of other formats than RTTM.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/formats.hpp"

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Convert : public diarist::testing::ProgramTest {
 protected:
  Convert() {
    write_text("two.rttm",
               "SPEAKER a 1 0.100 0.900 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER b/c 1 1.000 2.000 <NA> <NA> Bob <NA> <NA>\n");
    write_text("one.rttm",
               "SPEAKER one 1 0.125 0.875 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER one 1 0.500 2.500 <NA> <NA> Bob <NA> <NA>\n");
  }
};

TEST_F(Convert, EveryFormatThereAndBack) {
  for (const FormatInfo& info : file_formats()) {
    const std::string file = "one." + std::string(info.ending);
    if (info.format == FileFormat::rttm) continue;
    const auto there = run({"convert", "one.rttm", "-o", file});
    ASSERT_EQ(there.exit_code, kSuccess) << info.name << ": " << there.err;
    EXPECT_THAT(there.out, IsEmpty());
    const auto back = run({"convert", file, "-f", "rttm", "-q"});
    if (!info.readable) {
      EXPECT_EQ(back.exit_code, kUsage) << info.name;
      continue;
    }
    EXPECT_EQ(back.exit_code, kSuccess) << info.name << ": " << back.err;
    EXPECT_EQ(back.out, read_text("one.rttm")) << info.name;
    // The name alone does not say what it is, its content does; --from does too.
    write_text("unnamed", read_text(file));
    const auto unnamed = run({"convert", "unnamed", "-f", "audacity", "-q"});
    EXPECT_EQ(unnamed.out, "0.125000\t1.000000\tAnn\n0.500000\t3.000000\tBob\n") << info.name;
    EXPECT_EQ(
        run({"convert", "unnamed", "--from", std::string(info.name), "-f", "audacity", "-q"}).out,
        unnamed.out);
  }
}

TEST_F(Convert, SeveralRecordings) {
  const auto table = run({"convert", "two.rttm", "one.rttm", "-f", "csv"});
  EXPECT_EQ(table.exit_code, kSuccess);
  EXPECT_EQ(table.out,
            "recording,channel,start_s,end_s,speaker,confidence\n"
            "a,1,0.100000,1.000000,Ann,\n"
            "b/c,1,1.000000,3.000000,Bob,\n"
            "one,1,0.125000,1.000000,Ann,\n"
            "one,1,0.500000,3.000000,Bob,\n");
  EXPECT_THAT(table.err, IsEmpty());
  EXPECT_EQ(
      run({"convert", "two.rttm", "-o", "grids/", "-f", "textgrid,textgrid-short,vtt"}).exit_code,
      kSuccess);
  EXPECT_THAT(listing("grids"), ElementsAre("a.TextGrid", "a.short.TextGrid", "a.vtt",
                                            "b_c.TextGrid", "b_c.short.TextGrid", "b_c.vtt"));
  const auto one_file = run({"convert", "two.rttm", "-o", "both.srt"});
  EXPECT_EQ(one_file.exit_code, kUsage);
  EXPECT_THAT(one_file.err, HasSubstr("srt holds one recording, and there are 2"));
}

TEST_F(Convert, SaysWhatIsLostOnce) {
  write_text("talk.csv",
             "recording,channel,start_s,end_s,speaker,confidence\n"
             "talk,2,0.000001,1,Ann B,0.5\ntalk,1,2,3,Ann B,0.5\ntalk,1,4,4,Ann B,0.5\n");
  const auto outcome = run({"convert", "talk.csv", "-o", "talk.rttm"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_EQ(outcome.err,
            "diarist: in rttm, the confidences are left out; times are rounded to 0.001 s; "
            "1 name is changed: 'Ann B' to 'Ann_B'\n"
            "diarist: 'talk': 1 without length left out: points are no turns\n");
  EXPECT_THAT(run({"convert", "talk.csv", "-o", "talk.tsv", "-q"}).err, IsEmpty());
}

TEST_F(Convert, RefusesWhatItCannotDo) {
  write_text("bad.srt", "1\n00:00:01,000 --> 00:00:02,000\nhello\n");
  const auto bad = run({"convert", "bad.srt", "-o", "bad.rttm"});
  EXPECT_EQ(bad.exit_code, kMalformed);
  EXPECT_THAT(bad.err, StartsWith("diarist: bad.srt:2: has a cue that names no speaker"));
  const auto usage = [this](const std::vector<std::string>& arguments, const char* message) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, kUsage) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  };
  usage({"convert", "one.rttm", "-o", "one.xyz"}, "its ending tells no format");
  usage({"convert", "one.rttm", "-o", "./one.rttm"}, "would overwrite an input");
  usage({"convert", "one.rttm", "one.rttm"}, "and so does one.rttm");
  usage({"convert", "one.rttm", "-o", "x/"}, "a folder tells no format");
  usage({"convert", "one.rttm", "--from", "uem"}, "only written, uem");
  usage({"convert", "one.rttm", "--from", "xml"}, "'xml' is not a format");
  usage({"convert", "one.rttm", "-o", "a.csv", "-f", "csv,tsv"}, "cannot hold several formats");
  EXPECT_EQ(run({"convert", "missing.rttm"}).exit_code, kInput);
  EXPECT_EQ(run({"convert", "one.rttm", "-o", "/dev/full", "-f", "csv"}).exit_code, kOutput);
  EXPECT_THAT(listing(), ElementsAre("bad.srt", "one.rttm", "two.rttm"));
}

TEST_F(Convert, RecordingsNamesDoNotLeaveTheFolder) {
  write_text("evil.rttm",
             "SPEAKER ../../up 1 0 1 <NA> <NA> A <NA> <NA>\n"
             "SPEAKER .. 1 0 1 <NA> <NA> A <NA> <NA>\n");
  EXPECT_EQ(run({"convert", "evil.rttm", "-o", "out/", "-f", "srt"}).exit_code, kSuccess);
  EXPECT_THAT(listing("out"), ElementsAre("_...srt", "_.._.._up.srt"));
}

TEST_F(Convert, StandardInput) {
  diarist::testing::RunOptions options;
  options.standard_input = path("one.rttm");
  EXPECT_EQ(run({"convert", "-"}, options).out, read_text("one.rttm"));
}

TEST_F(Convert, ScoresAnyReadableFormat) {
  const auto plain = run({"score", "one.rttm", "one.rttm", "--json"});
  ASSERT_EQ(plain.exit_code, kSuccess) << plain.err;
  for (const char* file :
       {"one.TextGrid", "one.eaf", "one.csv", "one.json", "one.srt", "one.vtt", "one.labels.txt"}) {
    ASSERT_EQ(run({"convert", "one.rttm", "-o", file}).exit_code, kSuccess);
    EXPECT_EQ(run({"score", file, "one.rttm", "--json"}).out, plain.out) << file;
    EXPECT_EQ(run({"score", "one.rttm", file, "--json"}).out, plain.out) << file;
  }
}

TEST_F(Convert, DiarizeWritesEveryFormat) {
  cut_sample("talk.wav", 6, 16);
  std::string all;
  std::vector<std::string> expected;
  for (const FormatInfo& info : file_formats()) {
    all += (all.empty() ? "" : ",") + std::string(info.name);
    expected.push_back("talk." + std::string(info.ending));
  }
  ASSERT_EQ(run({"talk.wav", "-o", "turns/", "-f", all}).exit_code, kSuccess);
  EXPECT_THAT(listing("turns"), ::testing::UnorderedElementsAreArray(expected));
  for (const FormatInfo& info : file_formats()) {
    if (!info.readable) continue;
    const auto back =
        run({"convert", "turns/talk." + std::string(info.ending), "-f", "rttm", "-q"});
    EXPECT_EQ(back.out, read_text("turns/talk.rttm")) << info.name;
  }
  // The ending alone tells the format.
  ASSERT_EQ(run({"talk.wav", "-o", "meeting.textgrid"}).exit_code, kSuccess);
  EXPECT_EQ(read_text("meeting.textgrid"), read_text("turns/talk.TextGrid"));
}

}  // namespace
}  // namespace diarist::cli
