// Transcripts as recognizers write them, and what is refused.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/report.hpp"

#include "report/pages.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

ReportTranscript parse(const std::string& text) { return parse_report_transcript(text, "t.json"); }

TEST(Transcript, AsWhisperXWritesIt) {
  const ReportTranscript transcript = parse(R"({"segments": [
    {"start": 3.5, "end": 5, "text": " and then ", "speaker": "SPEAKER_01",
     "words": [{"word": "and", "start": 3.5, "end": 3.9, "score": 0.9, "speaker": "SPEAKER_01"},
               {"word": " then", "start": 4, "end": 5}]},
    {"start": 0.5, "end": 2, "text": "Hello.", "avg_logprob": -0.2}],
   "word_segments": [], "language": "en"})");
  ASSERT_EQ(transcript.segments.size(), 2u);
  EXPECT_EQ(transcript.segments[0].text, "Hello.");
  EXPECT_EQ(transcript.segments[0].speaker, "");
  EXPECT_EQ(transcript.segments[1].text, "and then");
  EXPECT_EQ(transcript.segments[1].speaker, "SPEAKER_01");
  ASSERT_EQ(transcript.segments[1].words.size(), 2u);
  EXPECT_EQ(transcript.segments[1].words[1].text, "then");
  EXPECT_EQ(transcript.segments[1].words[1].start_s, 4);
}

// WhisperX aligns no numerals: they have no times.
TEST(Transcript, WordsWithoutTimesShareWhatIsLeft) {
  const auto words = parse(R"({"segments": [{"start": 1, "end": 11, "words": [
    {"word": "in"}, {"word": "the", "start": 3, "end": 4}, {"word": "1990"}, {"word": "s"},
    {"word": "we", "start": 6, "end": 7}, {"word": "2"}]}]})")
                         .segments[0]
                         .words;
  ASSERT_EQ(words.size(), 6u);
  EXPECT_EQ(words[0].start_s, 1);
  EXPECT_EQ(words[0].end_s, 3);
  EXPECT_EQ(words[2].start_s, 4);
  EXPECT_EQ(words[2].end_s, 5);
  EXPECT_EQ(words[3].end_s, 6);
  EXPECT_EQ(words[5].start_s, 7);
  EXPECT_EQ(words[5].end_s, 11);
}

TEST(Transcript, TextIsThatOfItsWordsWhereThereIsNone) {
  EXPECT_EQ(
      parse(R"({"segments": [{"start": 0, "end": 1, "words": [{"word": "a"}, {"word": "b"}]}]})")
          .segments[0]
          .text,
      "a b");
}

TEST(Transcript, OfNothing) { EXPECT_TRUE(parse(R"({"segments": []})").segments.empty()); }

void refused(const std::string& text, const std::string& message) {
  try {
    parse(text);
    ADD_FAILURE() << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed) << text;
    EXPECT_THAT(error.what(), HasSubstr(message)) << text;
  }
}

TEST(Transcript, SaysWhatIsWrongAndWhere) {
  refused("", "t.json:1: is no JSON");
  refused("{\"segments\": [\n\n{,", "t.json:3: is no JSON");
  refused("[]", "t.json: has no list of segments");
  refused(R"({"segments": 1})", "t.json: has no list of segments");
  refused(R"({"segments": [3]})", "t.json: segment 1: is no object");
  refused(R"({"segments": [{"start": 0, "end": 1, "text": "a"}, {"start": 0, "text": "a"}]})",
          "t.json: segment 2: has no 'end', expected seconds");
  refused(R"({"segments": [{"start": 2, "end": 1, "text": "a"}]})", "ends before it starts");
  refused(R"({"segments": [{"start": -1, "end": 1, "text": "a"}]})", "seconds from 0 to 10^9");
  refused(R"({"segments": [{"start": "0", "end": 1, "text": "a"}]})", "expected seconds");
  refused(R"({"segments": [{"start": 0, "end": 1e300, "text": "a"}]})", "seconds from 0 to 10^9");
  refused(R"({"segments": [{"start": 0, "end": 1}]})", "neither text nor words");
  refused(R"({"segments": [{"start": 0, "end": 1, "text": 7}]})", "expected a string");
  refused(R"({"segments": [{"start": 0, "end": 1, "speaker": [], "text": ""}]})",
          "expected a string");
  refused(R"({"segments": [{"start": 0, "end": 1, "words": {}}]})", "words that are no list");
  refused(R"({"segments": [{"start": 0, "end": 1, "words": [1]}]})", "a word that is no object");
  refused(R"({"segments": [{"start": 0, "end": 1, "words": [{}]}]})", "a word without its text");
  refused(
      R"({"segments": [{"start": 0, "end": 1, "words": [{"word": "x", "start": 1, "end": 0}]}]})",
      "a word 'x' that ends before it starts");
}

TEST(Transcript, IsInThePage) {
  ReportOptions options;
  options.transcript = parse(R"({"segments": [
    {"start": 1, "end": 2, "text": "Yes.", "speaker": "A"},
    {"start": 3, "end": 4, "words": [{"word": "No", "start": 3.25, "end": 3.5}]}]})");
  const auto segments = testing::data_of(testing::page_of({}, options))["transcript"]["segments"];
  EXPECT_EQ(
      segments[0],
      nlohmann::json({{"start", 1000000}, {"end", 2000000}, {"speaker", "A"}, {"text", "Yes."}}));
  EXPECT_TRUE(segments[1]["speaker"].is_null());
  EXPECT_EQ(segments[1]["words"]["text"], nlohmann::json({"No"}));
  EXPECT_EQ(segments[1]["words"]["start"], nlohmann::json({250}));
  EXPECT_EQ(segments[1]["words"]["end"], nlohmann::json({500}));
}

}  // namespace
}  // namespace diarist
