// CSV, JSON, the table for people, and the list of formats. RTTM has its own test.
#include <locale>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/format_registry.hpp"

namespace diarist {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Diarization sample() {
  Diarization d;
  d.recording = "sample";
  d.duration_s = 30;
  d.turns = {{6.6903437499999995, 7.1, 0, 0.98766f, 1}, {7.1, 61.96, 1, 0.25f, 1}};
  d.speakers = {{"SPEAKER_00", 0.4096562, {0.1f, -2.5f, 3e-8f}, 1}, {"SPEAKER_01", 54.86, {}, 1}};
  d.notices = {"fewer voices than asked for"};
  d.statistics.wall_s = 123.5;
  d.statistics.stages = {{"embedding", 99}};
  return d;
}

std::string written(const Diarization& d, FileFormat format) {
  std::ostringstream out;
  write(out, d, format);
  return out.str();
}

TEST(Formats, HaveNames) {
  for (const formats::FormatRow* row : formats::format_registry()) {
    EXPECT_EQ(file_format_from_string(row->name), row->format);
    EXPECT_EQ(to_string(row->format), row->name);
  }
  EXPECT_EQ(formats::format_registry().size(), 14u);
  try {
    file_format_from_string("docx");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(),
                HasSubstr("rttm, json, csv, txt, tsv, textgrid, textgrid-short, audacity, eaf"));
  }
}

TEST(Csv, HasHeaderAndOneLineATurn) {
  EXPECT_EQ(written(sample(), FileFormat::csv),
            "recording,channel,start_s,end_s,speaker,confidence\n"
            "sample,1,6.690344,7.100000,SPEAKER_00,0.9877\n"
            "sample,1,7.100000,61.960000,SPEAKER_01,0.2500\n");
}

TEST(Csv, QuotesWhatNeedsIt) {
  Diarization d = sample();
  d.turns.resize(1);
  d.recording = "a, \"b\"\nc";
  EXPECT_THAT(written(d, FileFormat::csv), HasSubstr("\n\"a, \"\"b\"\"\nc\",1,"));
}

TEST(Text, IsATableOfTurnsAndTotals) {
  EXPECT_EQ(written(sample(), FileFormat::txt),
            "sample, 0:00:30.0, 2 speakers\n"
            "\n"
            "0:00:06.7 - 0:00:07.1  SPEAKER_00\n"
            "0:00:07.1 - 0:01:02.0  SPEAKER_01\n"
            "\n"
            "SPEAKER_00  0:00:00.4    1.4 %  1 turn\n"
            "SPEAKER_01  0:00:54.9  182.9 %  1 turn\n"
            "\n"
            "note: fewer voices than asked for\n");
}

TEST(Text, ShowsChannelsWhereThereAreSeveral) {
  Diarization d = sample();
  d.turns[1].channel = 2;
  EXPECT_THAT(written(d, FileFormat::txt), HasSubstr("SPEAKER_01  channel 2\n"));
}

TEST(Text, IsSafeToShow) {
  Diarization d = sample();
  d.recording = "\x1B[2J";
  EXPECT_THAT(written(d, FileFormat::txt), Not(HasSubstr("\x1B")));
}

TEST(Json, FollowsItsSchema) {
  const nlohmann::json json = nlohmann::json::parse(written(sample(), FileFormat::json));
  EXPECT_EQ(json.at("schema"), "diarist.diarization");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_EQ(json.at("recording"), "sample");
  EXPECT_EQ(json.at("duration"), 30.0);
  ASSERT_EQ(json.at("turns").size(), 2u);
  EXPECT_EQ(json["turns"][0], nlohmann::json({{"start", 6.690344},
                                              {"end", 7.1},
                                              {"speaker", "SPEAKER_00"},
                                              {"confidence", 0.9877},
                                              {"channel", 1}}));
  ASSERT_EQ(json.at("speakers").size(), 2u);
  EXPECT_EQ(json["speakers"][0].at("name"), "SPEAKER_00");
  EXPECT_EQ(json["speakers"][0].at("total"), 0.409656);
  EXPECT_EQ(json["speakers"][0].at("channel"), 1);
  EXPECT_EQ(json["speakers"][0].at("centroid").get<std::vector<float>>(),
            sample().speakers[0].centroid);
  EXPECT_TRUE(json["speakers"][1].at("centroid").is_null());
  EXPECT_EQ(json.at("notices"), nlohmann::json({"fewer voices than asked for"}));
  EXPECT_EQ(json.size(), 7u);
}

TEST(Json, FloatsReadAsTheyWouldInASource) {
  EXPECT_THAT(written(sample(), FileFormat::json), HasSubstr("\"centroid\":[0.1,-2.5,3e-08]"));
}

TEST(Json, HoldsTheScoreOfANameWhereThereIsOne) {
  Diarization named = sample();
  named.duration_s = 100;
  EXPECT_THAT(written(named, FileFormat::json), Not(HasSubstr("score")));
  ASSERT_GE(named.speakers.size(), 2u);
  named.speakers[1].name = "Ann";
  named.speakers[1].identity_score = 12.345F;
  const std::string text = written(named, FileFormat::json);
  EXPECT_THAT(text, HasSubstr("\"score\":12.345}"));
  const auto read = parse_turns(text, "f", FileFormat::json);
  EXPECT_FALSE(read.at(0).speakers[0].identity_score);
  EXPECT_EQ(read.at(0).speakers[1].identity_score, 12.345F);
  EXPECT_THAT(losses(std::vector{named}, FileFormat::json), Not(Contains(HasSubstr("scores"))));
  EXPECT_THAT(losses(std::vector{named}, FileFormat::rttm), Contains(HasSubstr("scores")));
}

TEST(Json, HoldsNothingOfWhatTheRunCost) {
  Diarization other = sample();
  other.statistics = {};
  other.statistics.threads = 7;
  EXPECT_EQ(written(sample(), FileFormat::json), written(other, FileFormat::json));
}

TEST(Json, NobodySpeaks) {
  const nlohmann::json json = nlohmann::json::parse(written(Diarization{}, FileFormat::json));
  EXPECT_EQ(json.at("turns"), nlohmann::json::array());
  EXPECT_EQ(json.at("speakers"), nlohmann::json::array());
}

TEST(Json, NameThatIsNotUtf8StaysJson) {
  Diarization d = sample();
  d.recording = "caf\xE9 \"1\"\n";
  EXPECT_EQ(nlohmann::json::parse(written(d, FileFormat::json)).at("recording"),
            "caf\xEF\xBF\xBD \"1\"\n");
}

struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  std::string do_grouping() const override { return "\1"; }
};

TEST(Formats, WriteTheSameInEveryLocale) {
  for (const formats::FormatRow* row : formats::format_registry()) {
    Diarization d = sample();
    d.turns[0].channel = 1234;
    std::ostringstream out;
    out.imbue(std::locale(out.getloc(), new Comma));
    write(out, d, row->format);
    EXPECT_EQ(out.str(), written(d, row->format)) << row->name;
  }
}

}  // namespace
}  // namespace diarist
