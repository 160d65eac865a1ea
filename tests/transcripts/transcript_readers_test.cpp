// What each tool writes is understood.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "transcripts/making.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Expected {
  const char* file;
  TranscriptFormat format;
  bool timed;       ///< Words have times.
  bool punctuated;  ///< Words have punctuation.
  std::size_t segments = 5;
};

class Fixture : public ::testing::TestWithParam<Expected> {};

TEST_P(Fixture, IsReadAsWhatItIs) {
  const Expected& expected = GetParam();
  const Transcript transcript = read_transcript(testing::fixture(expected.file));
  EXPECT_EQ(to_string(transcript.format), to_string(expected.format));
  EXPECT_EQ(transcript.segments.size(), expected.segments);
  EXPECT_THAT(transcript.notices, IsEmpty());
  std::vector<std::string> words;
  std::size_t timed = 0;
  for (const TranscriptSegment& segment : transcript.segments) {
    std::string joined;
    for (const TranscriptWord& word : segment.words) {
      joined += word.text;
      words.push_back(word.text.substr(word.text.find_first_not_of(" \n")));
      timed += word.timed;
      EXPECT_LE(word.start_s, word.end_s);
      EXPECT_GE(word.start_s, segment.start_s);
      EXPECT_LE(word.end_s, segment.end_s);
    }
    EXPECT_EQ(joined, segment.text);
  }
  ASSERT_EQ(words.size(), 42u);
  EXPECT_EQ(words[4], expected.punctuated ? "I" : "I");
  EXPECT_EQ(words[12], expected.punctuated ? "I." : "I");
  EXPECT_EQ(words.back(), expected.punctuated ? "also." : "also");
  // Of WhisperX one word has no times, of faster-whisper one segment.
  const std::string file = expected.file;
  const std::size_t without = file == "whisperx.json" ? 1 : file == "faster-whisper.json" ? 15 : 0;
  EXPECT_EQ(timed, expected.timed ? 42 - without : 0);
}

INSTANTIATE_TEST_SUITE_P(
    Tools, Fixture,
    ::testing::Values(Expected{"whisper.cpp.json", TranscriptFormat::whisper_cpp, false, true},
                      Expected{"whisper.cpp-full.json", TranscriptFormat::whisper_cpp, true, true},
                      Expected{"whisper.json", TranscriptFormat::whisper, false, true},
                      Expected{"whisper-words.json", TranscriptFormat::whisper, true, true},
                      Expected{"faster-whisper.json", TranscriptFormat::faster_whisper, true, true},
                      Expected{"whisperx.json", TranscriptFormat::whisperx, true, true},
                      Expected{"openai.json", TranscriptFormat::openai, true, true},
                      Expected{"openai-words.json", TranscriptFormat::openai, true, true, 1},
                      Expected{"whisper.srt", TranscriptFormat::srt, false, true},
                      Expected{"whisper.vtt", TranscriptFormat::vtt, false, true},
                      Expected{"sample.ctm", TranscriptFormat::ctm, true, false, 1}),
    [](const auto& info) {
      std::string name = info.param.file;
      for (char& c : name) {
        if (c == '.' || c == '-') c = '_';
      }
      return name;
    });

TEST(ReadTranscript, TellsJsonByItsStructureAndTakesWhatIsSaid) {
  const std::string text = R"({"segments": [{"start": 0, "end": 1, "text": "a"}]})";
  EXPECT_EQ(parse_transcript(text, "f.json").format, TranscriptFormat::faster_whisper);
  EXPECT_EQ(parse_transcript(text, "f", TranscriptFormat::whisperx).format,
            TranscriptFormat::whisperx);
  EXPECT_EQ(parse_transcript(text, "folder/talk.wav.json").name, "talk.wav");
  // UTF-16, as Windows' shells write it.
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide += {c, '\0'};
  EXPECT_EQ(parse_transcript(wide, "f.json").segments.size(), 1u);
}

TEST(ReadTranscript, TellsTextsByTheirContent) {
  EXPECT_EQ(parse_transcript("WEBVTT\n\n00:00.000 --> 00:01.000\na\n", "f").format,
            TranscriptFormat::vtt);
  EXPECT_EQ(parse_transcript("1\n00:00:00,000 --> 00:00:01,000\na\n", "f").format,
            TranscriptFormat::srt);
  EXPECT_EQ(parse_transcript("r A 0.5 0.25 word\n", "f").format, TranscriptFormat::ctm);
  for (const char* const text : {"hello", "", "SPEAKER r 1 0 1 <NA> <NA> A <NA> <NA>\n"}) {
    try {
      parse_transcript(text, "f");
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr("whisper.cpp, whisper, faster-whisper"));
    }
  }
}

TEST(ReadTranscript, TimesMayBeTextAndNullAndMissing) {
  const Transcript transcript = parse_transcript(
      R"([{"start": "0.5", "end": " 3 ", "text": "one 2 three", "words": [
        {"word": "one", "start": "0.5", "end": 1},
        {"word": "2", "start": null, "end": null},
        {"word": "three", "start": 2, "end": 3}]},
      {"text": "four", "words": [{"text": "four", "start": 4, "end": 5}]}])",
      "f.json");
  ASSERT_EQ(transcript.segments.size(), 2u);
  EXPECT_EQ(transcript.segments[0].start_s, 0.5);
  EXPECT_EQ(transcript.segments[0].end_s, 3);
  const std::vector<TranscriptWord>& words = transcript.segments[0].words;
  EXPECT_EQ(words[1].text, " 2");
  EXPECT_FALSE(words[1].timed);
  EXPECT_EQ(words[1].start_s, 1);
  EXPECT_EQ(words[1].end_s, 2);
  EXPECT_EQ(transcript.segments[1].start_s, 4);
  EXPECT_EQ(transcript.segments[1].end_s, 5);
}

TEST(ReadTranscript, WordsWhoseTimesAreNoneGetEstimates) {
  const Transcript transcript = parse_transcript(
      "[{\"start\": 0, \"end\": 4, \"text\": \"a b c\", \"words\": [\n"
      "{\"word\": \"a\", \"start\": 0, \"end\": 1},\n"
      "{\"word\": \"b\", \"start\": -1, \"end\": 2},\n"
      "{\"word\": \"c\", \"start\": 3, \"end\": 2}]}]",
      "f.json");
  EXPECT_FALSE(transcript.segments[0].words[1].timed);
  EXPECT_FALSE(transcript.segments[0].words[2].timed);
  EXPECT_THAT(
      transcript.notices,
      ElementsAre("2 words have times that are negative or in the wrong order, the first is "
                  "$[0].words[1] in line 3; estimated instead"));
}

TEST(ReadTranscript, WordsThatAreNotInTheTextStandForThemselves) {
  const Transcript transcript = parse_transcript(
      R"([{"start": 0, "end": 4, "text": "Corrected by hand", "words": [
        {"word": "corected", "start": 0, "end": 1}, {"word": "bye", "start": 1, "end": 2}]}])",
      "f.json");
  EXPECT_EQ(transcript.segments[0].text, "Corrected by hand");
  EXPECT_EQ(transcript.segments[0].words[1].text, " bye");
}

TEST(ReadTranscript, TokensOfWhisperCppBecomeWords) {
  const auto token = [](const std::string& text, int from, int to) {
    return "{\"text\": \"" + text + "\", \"offsets\": {\"from\": " + std::to_string(from) +
           ", \"to\": " + std::to_string(to) + "}}";
  };
  // A character of three bytes that two tokens share, marks, a token without times.
  const Transcript transcript = parse_transcript(
      "{\"transcription\": [{\"offsets\": {\"from\": 0, \"to\": 2000}, \"text\": \" un\xE4\xBD\xA0 "
      "two.\", \"tokens\": [" +
          token("[_BEG_]", 0, 0) + "," + token(" un", 100, 200) + "," +
          token("\xE4\xBD", 200, 300) + "," + token("\xA0", 300, 400) + "," +
          token(" two", 500, 900) + ", {\"text\": \".\"}," + token("[_TT_100]", 2000, 2000) +
          "]}]}",
      "f.json");
  const std::vector<TranscriptWord>& words = transcript.segments[0].words;
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].text, " un\xE4\xBD\xA0");
  EXPECT_EQ(words[0].start_s, 0.1);
  EXPECT_EQ(words[0].end_s, 0.4);
  EXPECT_EQ(words[1].text, " two.");
  EXPECT_EQ(words[1].end_s, 0.9);
}

TEST(ReadTranscript, LooseWordsGoToTheirSegments) {
  // By their letters, though the times say otherwise.
  const Transcript by_letters = parse_transcript(
      R"({"duration": 9, "segments": [{"start": 0, "end": 1, "text": "One, two."},
          {"start": 1, "end": 2, "text": "Three!"}],
        "words": [{"word": "One", "start": 0, "end": 1}, {"word": "two", "start": 1.5, "end": 1.9},
          {"word": "Three", "start": 1.9, "end": 2}]})",
      "f.json");
  EXPECT_EQ(by_letters.segments[0].words[1].text, " two.");
  EXPECT_EQ(by_letters.segments[1].words[0].text, "Three!");
  // By their times, where the letters differ.
  const Transcript by_time = parse_transcript(
      R"({"duration": 9, "segments": [{"start": 0, "end": 1, "text": "1, 2"},
          {"start": 1, "end": 2, "text": "3"}],
        "words": [{"word": "One", "start": 0, "end": 0.5}, {"word": "two", "start": 0.5, "end": 0.9},
          {"word": "three"}, {"word": "four", "start": 1.1, "end": 2}]})",
      "f.json");
  EXPECT_EQ(by_time.segments[0].words.size(), 3u);
  EXPECT_EQ(by_time.segments[1].words[0].text, "four");
}

TEST(ReadTranscript, CtmKnowsRecordingsChannelsAndPauses) {
  const Transcript transcript = parse_transcript(
      ";; a comment\n"
      "a 1 0.0 0.5 one 0.9 lex Old\n"
      "a 1 * * <ALT_BEGIN>\n"
      "a 1 0.6 0.5 two\n"
      "a 1 * * <ALT_END>\n"
      "a 1 2.5 0.5 three\n"
      "a B 0.0 0.5 four\n"
      "b A 0.0 0.5 five\n",
      "f.ctm");
  std::vector<std::string> found;
  for (const TranscriptSegment& segment : transcript.segments) {
    found.push_back(segment.recording + std::to_string(segment.channel) + segment.text);
  }
  EXPECT_THAT(found, ElementsAre("a1 one two", "a1 three", "a2 four", "b1 five"));
}

}  // namespace
}  // namespace diarist
