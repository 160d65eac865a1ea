// What becomes of a segment's fields where it is divided, and of those that we do not know.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "transcripts/making.hpp"

namespace diarist {
namespace {

using Json = nlohmann::ordered_json;
using testing::turns;

const Diarization kTwo = turns({{0, 1, "Ann"}, {1, 2, "Bob"}});

Json assigned(const std::string& text, SegmentSplit split = SegmentSplit::untimed,
              const Diarization& diarization = kTwo) {
  const Transcript transcript = parse_transcript(text, "f.json");
  return Json::parse(
      testing::written(assign_speakers(transcript, diarization, {split}), transcript.format));
}

TEST(Splitting, CopiesWhatItDoesNotKnowAndDividesWhatItDoes) {
  const Json parts = assigned(
      R"([{"id": 7, "start": 0.0, "end": 2.00, "text": " One. Two.", "tokens": [1, 2, 3],
           "mood": {"glad": [true]}, "temperature": 0.20}])");
  EXPECT_EQ(parts, Json::parse(R"([
    {"id": 7, "start": 0.0, "end": 1.0, "text": " One.", "tokens": [1, 2, 3],
     "mood": {"glad": [true]}, "temperature": 0.20, "speaker": "Ann", "speaker_confidence": 0.5},
    {"id": 8, "start": 1.0, "end": 2.00, "text": " Two.", "tokens": [],
     "mood": {"glad": [true]}, "temperature": 0.20, "speaker": "Bob", "speaker_confidence": 0.5}])"));
}

TEST(Splitting, IdsThatDoMoreThanCountStay) {
  const Json parts = assigned(
      R"([{"id": "seg_a", "start": 0, "end": 2, "text": "One. Two."},
          {"id": 40, "start": 2, "end": 3, "text": "More"}])");
  EXPECT_EQ(parts[0]["id"], "seg_a");
  EXPECT_EQ(parts[1]["id"], "seg_a");
  EXPECT_EQ(parts[2]["id"], 40);
}

TEST(Splitting, TimesThatAreTextStayText) {
  const Json parts = assigned(R"([{"start": "0", "end": "2", "text": "One. Two."}])");
  EXPECT_EQ(parts[0]["end"], "1.0");
  EXPECT_EQ(parts[1]["start"], "1.0");
  EXPECT_EQ(parts[1]["end"], "2");
}

// Of all words together they follow; of one part's they may be missing, or end before they start.
TEST(Splitting, TimesThatTheFileLacksAreWrittenIntoParts) {
  const Json parts = assigned(R"([{"text": "One two. Three.", "words": [
      {"word": "One"}, {"word": "two.", "start": 0.2, "end": 1.9},
      {"word": "Three.", "start": 1.1, "end": 1.5}]}])",
                              SegmentSplit::always);
  ASSERT_EQ(parts.size(), 2U);
  for (const Json& part : parts) {
    ASSERT_TRUE(part.contains("start") && part.contains("end")) << part;
    EXPECT_LE(part["start"], part["end"]);
  }
  EXPECT_EQ(parts[1]["end"], 1.9);
  const Transcript again = parse_transcript(parts.dump(), "f.json");
  EXPECT_EQ(again.segments.size(), 2U);
}

TEST(Splitting, NeverAndAlways) {
  const std::string untimed = R"([{"start": 0, "end": 2, "text": "One. Two."}])";
  EXPECT_EQ(assigned(untimed, SegmentSplit::never).size(), 1u);
  const std::string timed =
      R"([{"start": 0, "end": 2, "text": "One. Two.", "chars": ["O"], "words": [
          {"word": "One.", "start": 0, "end": 1, "x": 1}, {"word": "Two.", "start": 1, "end": 2}]}])";
  EXPECT_EQ(assigned(timed).size(), 1u);
  EXPECT_EQ(assigned(timed, SegmentSplit::always), Json::parse(R"([
    {"start": 0, "end": 1.0, "text": "One.", "chars": ["O"], "words": [{"word": "One.", "start": 0,
     "end": 1, "x": 1, "speaker": "Ann", "speaker_confidence": 1.0}], "speaker": "Ann",
     "speaker_confidence": 1.0},
    {"start": 1.0, "end": 2, "text": " Two.", "chars": [], "words": [{"word": "Two.", "start": 1,
     "end": 2, "speaker": "Bob", "speaker_confidence": 1.0}], "speaker": "Bob",
     "speaker_confidence": 1.0}])"));
}

TEST(Splitting, WordsWithoutAnyTimesAreDividedWithTheirSegment) {
  const Json parts = assigned(
      R"([{"start": 0, "end": 2, "text": "One. Two.", "words": [{"word": "One."}, {"word": "Two."}]}])");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0]["words"].size(), 1u);
  EXPECT_EQ(parts[1]["words"][0]["word"], "Two.");
  EXPECT_EQ(parts[1]["words"][0]["speaker"], "Bob");
}

TEST(Splitting, OfWhisperCppDividesOffsetsTimestampsAndTokens) {
  const std::string plain =
      R"({"model": {"type": "base"}, "transcription": [{"timestamps": {"from": "00:00:00,000",
          "to": "00:00:02,000"}, "offsets": {"from": 0, "to": 2000}, "text": " One. Two."}]})";
  const Json parts = assigned(plain)["transcription"];
  EXPECT_EQ(parts[0]["timestamps"]["to"], "00:00:01,000");
  EXPECT_EQ(parts[1]["offsets"], Json::parse(R"({"from": 1000, "to": 2000})"));
  EXPECT_EQ(parts[1]["timestamps"]["from"], "00:00:01,000");
  EXPECT_EQ(assigned(plain)["model"]["type"], "base");

  const std::string full =
      R"({"transcription": [{"offsets": {"from": 0, "to": 2000}, "text": " One. Two.", "tokens": [
          {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}},
          {"text": " One", "offsets": {"from": 0, "to": 800}},
          {"text": ".", "offsets": {"from": 800, "to": 1000}},
          {"text": " Two", "offsets": {"from": 1000, "to": 1500}},
          {"text": ".", "offsets": {"from": 1500, "to": 2000}},
          {"text": "[_TT_100]", "offsets": {"from": 2000, "to": 2000}}]}]})";
  const Json tokens = assigned(full)["transcription"][0]["tokens"];
  EXPECT_FALSE(tokens[0].contains("speaker")) << "a mark is no word";
  EXPECT_EQ(tokens[1]["speaker"], "Ann");
  EXPECT_EQ(tokens[2]["speaker"], "Ann");
  EXPECT_EQ(tokens[4]["speaker"], "Bob");
  const Json divided = assigned(full, SegmentSplit::always)["transcription"];
  ASSERT_EQ(divided.size(), 2u);
  EXPECT_EQ(divided[0]["tokens"].size(), 3u);
  EXPECT_EQ(divided[1]["tokens"].size(), 3u);
  EXPECT_EQ(divided[1]["tokens"][2]["text"], "[_TT_100]");
  EXPECT_EQ(divided[1]["text"], " Two.");
}

TEST(Splitting, OldSpeakersGoWhereThereIsNone) {
  const Json kept = assigned(
      R"([{"start": 50, "end": 51, "text": "far", "speaker": "Old", "speaker_confidence": 1,
           "words": [{"word": "far", "start": 50, "end": 51, "speaker": "Old"}]}])");
  EXPECT_FALSE(kept[0].contains("speaker"));
  EXPECT_FALSE(kept[0].contains("speaker_confidence"));
  EXPECT_FALSE(kept[0]["words"][0].contains("speaker"));
}

TEST(Splitting, WordsBesideTheSegmentsGetSpeakersToo) {
  const std::string segments =
      R"("segments": [{"start": 0, "end": 2, "text": "One. Two.", "words": [
          {"word": "One.", "start": 0, "end": 1}, {"word": "Two.", "start": 1, "end": 2}]}])";
  const Json whisperx = assigned("{" + segments + R"(, "word_segments": [
      {"word": "One.", "start": 0, "end": 1}, {"word": "Two.", "start": 1, "end": 2}]})");
  EXPECT_EQ(whisperx["word_segments"][0]["speaker"], "Ann");
  EXPECT_EQ(whisperx["word_segments"][1]["speaker"], "Bob");
  const Json other = assigned("{" + segments + R"(, "word_segments": [{"word": "One."}]})");
  EXPECT_FALSE(other["word_segments"][0].contains("speaker")) << "not one for each";
}

TEST(Splitting, SegmentsThatWereTakenOutAreLeftOut) {
  Transcript transcript = parse_transcript(
      R"([{"start": 0, "end": 1, "text": "a"}, {"start": 1, "end": 2, "text": "b"}])", "f.json");
  transcript.segments.erase(transcript.segments.begin());
  EXPECT_EQ(Json::parse(testing::written(transcript, transcript.format)).size(), 1u);
  transcript.segments[0].origin = 9;
  EXPECT_THROW(testing::written(transcript, transcript.format), Error);
}

TEST(Splitting, WhisperXIsMadeOfAnyOther) {
  const Transcript srt =
      parse_transcript("1\n00:00:00,000 --> 00:00:02,000\nOne. <i>Two.</i>\n", "f.srt");
  const Json made =
      Json::parse(testing::written(assign_speakers(srt, kTwo), TranscriptFormat::whisperx));
  EXPECT_EQ(made["segments"][0]["text"], "One.");
  EXPECT_EQ(made["segments"][0]["speaker"], "Ann");
  EXPECT_FALSE(made["segments"][0]["words"][0].contains("start")) << "times are not invented";
  EXPECT_EQ(made["word_segments"][1]["word"], "Two.");
  const Transcript back = parse_transcript(made.dump(), "f.json");
  EXPECT_EQ(back.format, TranscriptFormat::whisperx);
  EXPECT_EQ(back.segments.size(), 2u);
}

}  // namespace
}  // namespace diarist
