#include <clocale>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/malformed.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

std::string refused(const std::string& text, int line) {
  return testing::refusal([&] { parse_rttm(text, "f"); }, line);
}

std::string speaker_line(const std::string& start, const std::string& duration) {
  return "SPEAKER a 1 " + start + " " + duration + " <NA> <NA> x <NA> <NA>\n";
}

TEST(ReadRttm, TakesLinesAsTheyAreInTheWild) {
  const std::string text =
      "\xEF\xBB\xBF; a comment\r\n"
      "SPEAKER two 1 6.690 0.430 <NA> <NA> A <NA> <NA>\r\n"
      "\r\n"
      "   \t \n"
      "  ;; indented\n"
      "# md-eval takes these too\n"
      "SPKR-INFO one 1 <NA> <NA> <NA> unknown A <NA>\n"
      "speaker\tone\t2\t0\t1e1\t<NA>\t<NA>\tM\xC3\x89O\t<NA>\n"
      "LEXEME one 1 0.5 0.2 hello lex A 0.9\n"
      "SPEAKER two 1 6.9 1 <NA> <NA> A <NA> <NA> \n"
      "SPEAKER one 1 3 0 <NA> <NA> B <NA> <NA>";
  const std::vector<Annotation> read = parse_rttm(text, "f");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].recording, "two");
  ASSERT_EQ(read[0].segments.size(), 2u);
  EXPECT_DOUBLE_EQ(read[0].segments[0].start_s, 6.69);
  EXPECT_DOUBLE_EQ(read[0].segments[0].end_s, 7.12);
  EXPECT_EQ(read[0].segments[0].label, "A");
  EXPECT_DOUBLE_EQ(read[0].segments[1].start_s, 6.9);
  EXPECT_EQ(read[1].recording, "one");
  ASSERT_EQ(read[1].segments.size(), 2u);
  EXPECT_EQ(read[1].segments[0].label, "M\xC3\x89O");
  EXPECT_EQ(read[1].segments[0].channel, "2");
  EXPECT_DOUBLE_EQ(read[1].segments[0].end_s, 10);
  EXPECT_DOUBLE_EQ(read[1].segments[1].end_s, 3);
}

TEST(ReadRttm, TakesNothingForNothing) {
  EXPECT_TRUE(parse_rttm("", "f").empty());
  EXPECT_TRUE(parse_rttm("\xEF\xBB\xBF\r\n\n;", "f").empty());
}

TEST(ReadRttm, NamesLineAndWhatWasExpected) {
  EXPECT_THAT(refused("\n;\nSPEAKER a 1 0.5\n", 3), HasSubstr("has 4 columns, expected 9 or 10"));
  EXPECT_THAT(refused("SPEAKER my talk.wav 1 0 1 <NA> x y <NA> <NA>\n", 1),
              HasSubstr("is there a space in a name?"));
  EXPECT_THAT(refused("{\"turns\": []}", 1), HasSubstr("is this an RTTM file?"));
  EXPECT_THAT(refused(speaker_line("0", "1") + speaker_line("zero", "1"), 2),
              HasSubstr("the start (column 4) is 'zero', expected seconds"));
  EXPECT_THAT(refused(speaker_line("0", "<NA>"), 1), HasSubstr("the duration (column 5)"));
  EXPECT_THAT(refused(std::string("SPEAKER\0a", 9), 1), HasSubstr("NUL byte"));
  EXPECT_THAT(refused("\x1B[2J" + std::string(5000, 'x'), 1), HasSubstr("'?[2Jxxx"));
  EXPECT_LT(refused(std::string(5000, 'x'), 1).size(), 200u);
}

TEST(ReadRttm, RefusesNumbersThatAreNone) {
  for (const char* number : {"-1", "-0.001", "nan", "inf", "-inf", "1e999", "1,5", "0x10", "1.5s",
                             "+1", "1.2.3", "--1", "."}) {
    SCOPED_TRACE(number);
    refused(speaker_line(number, "1"), 1);
    refused(speaker_line("1", number), 1);
  }
  refused(speaker_line("1e308", "1.7e308"), 1);  // Each is finite, their sum is not.
}

TEST(ReadRttm, ReadsTheSameInEveryLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale : {"de_DE.UTF-8", "C"}) {
    if (!std::setlocale(LC_ALL, locale)) continue;
    EXPECT_DOUBLE_EQ(parse_rttm(speaker_line("1.5", "2.25"), "f")[0].segments[0].end_s, 3.75);
  }
  std::setlocale(LC_ALL, before.c_str());
}

TEST(ReadRttm, TakesOrRefusesAnyBytes) {
  const std::string good = speaker_line("1.5", "2.25") + "; c\r\n" + speaker_line("3", "4");
  std::mt19937 random(7);
  int taken = 0;
  int refused_count = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = good;
    for (int edits = 1 + static_cast<int>(random() % 4); edits > 0; --edits) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        default:
          text.insert(at, 1, static_cast<char>(random() % 256));
          break;
      }
    }
    try {
      for (const Annotation& annotation : parse_rttm(text, "f")) {
        for (const Segment& turn : annotation.segments) {
          ASSERT_GE(turn.start_s, 0);
          ASSERT_GE(turn.end_s, turn.start_s);
        }
      }
      ++taken;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::malformed);
      ++refused_count;
    }
  }
  EXPECT_GT(taken, 1000);
  EXPECT_GT(refused_count, 1000);
}

TEST(ReadRttm, FilesThatCannotBeRead) {
  const auto code = [](const std::filesystem::path& file) {
    try {
      read_rttm(file);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code("no/such/file.rttm"), ErrorCode::not_found);
  EXPECT_EQ(code(std::filesystem::temp_directory_path()), ErrorCode::io);
}

Diarization three_turns() {
  Diarization d;
  d.recording = "sample";
  d.duration_s = 10;
  d.turns = {{0.03096875, 1.2346, 0, 0.9f, 1}, {1.2346, 2, 1, 0.5f, 1}, {9.9, 10, 0, 0.5f, 2}};
  d.speakers = {{"SPEAKER_00", 1.3, {}, 1}, {"SPEAKER_01", 0.7654, {}, 1}};
  return d;
}

std::string rttm(const Diarization& d) {
  std::ostringstream out;
  write(out, d, FileFormat::rttm);
  return out.str();
}

TEST(WriteRttm, HasTenColumns) {
  EXPECT_EQ(rttm(three_turns()),
            "SPEAKER sample 1 0.031 1.204 <NA> <NA> SPEAKER_00 <NA> <NA>\n"
            "SPEAKER sample 1 1.235 0.765 <NA> <NA> SPEAKER_01 <NA> <NA>\n"
            "SPEAKER sample 2 9.900 0.100 <NA> <NA> SPEAKER_00 <NA> <NA>\n");
}

TEST(WriteRttm, NobodySpeaks) { EXPECT_EQ(rttm(Diarization{}), ""); }

TEST(WriteRttm, KeepsNamesInOneColumn) {
  Diarization d = three_turns();
  d.turns.resize(1);
  d.recording = "Board meeting\t(2)\n\xE3\x80\x80\xC2\xA0\xC3\xBC";
  EXPECT_THAT(rttm(d), HasSubstr("SPEAKER Board_meeting_(2)___\xC3\xBC 1 "));
  d.recording = "";
  EXPECT_THAT(rttm(d), HasSubstr("SPEAKER _ 1 "));
}

TEST(WriteRttm, NeverPassesTheEndAndLosesNoTurn) {
  Diarization d = three_turns();
  d.duration_s = 9.9998;
  d.turns = {{9.5, 9.9998, 0, 0, 1}, {9.9997, 9.9998, 0, 0, 1}, {0, 0.0002, 1, 0, 1}};
  const auto read = parse_rttm(rttm(d), "f")[0].segments;
  ASSERT_EQ(read.size(), 3u);
  for (const Segment& turn : read) {
    EXPECT_GT(turn.end_s, turn.start_s);
    EXPECT_LE(turn.end_s, d.duration_s);
  }
}

TEST(WriteRttm, ReadsBackToTheMillisecond) {
  const Diarization d = three_turns();
  const auto read = parse_rttm(rttm(d), "f");
  ASSERT_EQ(read.size(), 1u);
  const Annotation direct = to_annotation(d);
  EXPECT_EQ(direct.recording, read[0].recording);
  ASSERT_EQ(read[0].segments.size(), direct.segments.size());
  for (std::size_t i = 0; i < direct.segments.size(); ++i) {
    EXPECT_NEAR(read[0].segments[i].start_s, direct.segments[i].start_s, 0.0005001);
    EXPECT_NEAR(read[0].segments[i].end_s, direct.segments[i].end_s, 0.0005001);
    EXPECT_EQ(read[0].segments[i].label, direct.segments[i].label);
    EXPECT_EQ(read[0].segments[i].channel, direct.segments[i].channel);
  }
}

}  // namespace
}  // namespace diarist
