// What cannot be read is refused with its place: line, and in JSON the path.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "formats/malformed.hpp"
#include "transcripts/making.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

std::string refused(const std::string& text, int line, TranscriptFormat format) {
  return testing::refusal([&] { parse_transcript(text, "f", format); }, line);
}
std::string json(const std::string& text, int line) {
  return refused(text, line, TranscriptFormat::whisper);
}
std::string cpp(const std::string& text, int line) {
  return refused(text, line, TranscriptFormat::whisper_cpp);
}

TEST(Refusal, OfJson) {
  EXPECT_THAT(json("{\"segments\":\n {}}", 2),
              HasSubstr("has an object as $.segments, expected an array"));
  EXPECT_THAT(json("{\"text\": \"hi\"}", 1), HasSubstr("has no segments and no words"));
  EXPECT_THAT(json("\n3", 2), HasSubstr("has no segments and no words"));
  EXPECT_THAT(json("[\n3]", 2), HasSubstr("has 3 as $[0], expected an object with start, end"));
  EXPECT_THAT(json("[[0, 1, \"a\"]]", 1), HasSubstr("has an array as $[0]"));
  EXPECT_THAT(json("{\"segments\": [\n{\"start\": \"soon\",\n\"end\": 1}]}", 2),
              HasSubstr("has 'soon' as $.segments[0].start, expected seconds"));
  EXPECT_THAT(json("[{\"start\": \"NaN\", \"end\": 1}]", 1), HasSubstr("'NaN' as $[0].start"));
  EXPECT_THAT(json("[{\"start\": NaN, \"end\": 1}]", 1), HasSubstr("is no JSON at"));
  EXPECT_THAT(json("[{\"start\": true, \"end\": 1}]", 1), HasSubstr("has true as $[0].start"));
  EXPECT_THAT(json("[{\"start\": 0, \"end\": 2e9}]", 1), HasSubstr("has 2e9 as $[0].end"));
  EXPECT_THAT(json("[\n\n{\"text\": \"a\"}]", 3), HasSubstr("$[0] has no start or no end"));
  EXPECT_THAT(json("[{\"start\": -1, \"end\": 1}]", 1),
              HasSubstr("$[0] starts before the recording does"));
  EXPECT_THAT(json("[{\"start\": 2, \"end\": 1}]", 1), HasSubstr("$[0] ends before it starts"));
  EXPECT_THAT(json("[{\"start\": 0, \"end\": 1, \"text\": 5}]", 1),
              HasSubstr("has 5 as $[0].text, expected a string"));
  EXPECT_THAT(json("[{\"start\": 0, \"end\": 1, \"words\": {}}]", 1),
              HasSubstr("has an object as $[0].words, expected an array"));
  EXPECT_THAT(json("[{\"start\": 0, \"end\": 1, \"words\": [\n[0, 1, \"a\"]]}]", 2),
              HasSubstr("has an array as $[0].words[0], expected an object with word"));
  EXPECT_THAT(json("[{\"start\": 0, \"end\": 1, \"words\": [\n{\"start\": 0}]}]", 2),
              HasSubstr("$[0].words[0] has no word"));
  EXPECT_THAT(json("{\"words\": [{\"word\": \"a\", \"start\": []}]}", 1),
              HasSubstr("has an array as $.words[0].start"));
  EXPECT_THAT(json("{\"language\": 1, \"segments\": []}", 1), HasSubstr("$.language"));
  EXPECT_THAT(json("{\"transcription\": []}", 1), HasSubstr("is of whisper.cpp"));
  EXPECT_THAT(json("{\"schema\":\n\"diarist.diarization\", \"turns\": []}", 2),
              HasSubstr("the transcript comes first"));
}

TEST(Refusal, OfWhisperCpp) {
  EXPECT_THAT(cpp("{\"segments\": []}", 1), HasSubstr("has no array 'transcription'"));
  EXPECT_THAT(cpp("{\"transcription\": \"\"}", 1), HasSubstr("as $.transcription, expected an"));
  EXPECT_THAT(cpp("{\"transcription\": [{\"text\": \"a\"}]}", 1),
              HasSubstr("$.transcription[0] has no start or no end"));
  EXPECT_THAT(cpp("{\"transcription\": [{\"offsets\":\n[]}]}", 2),
              HasSubstr("as $.transcription[0].offsets, expected an object with from and to"));
  EXPECT_THAT(cpp("{\"transcription\": [{\"offsets\": {\"from\": \"x\", \"to\": 1}}]}", 1),
              HasSubstr("'x' as $.transcription[0].offsets.from, expected milliseconds"));
  EXPECT_THAT(
      cpp("{\"transcription\": [{\"offsets\": {\"from\": 0, \"to\": 1}, \"tokens\": [\n1]}]}", 2),
      HasSubstr("has 1 as $.transcription[0].tokens[0]"));
  EXPECT_THAT(cpp("{\"result\": {\"language\": []}, \"transcription\": []}", 1),
              HasSubstr("$.result.language"));
}

TEST(Refusal, OfSubtitles) {
  const auto srt = [](const std::string& text, int line) {
    return refused(text, line, TranscriptFormat::srt);
  };
  const auto vtt = [](const std::string& text, int line) {
    return refused(text, line, TranscriptFormat::vtt);
  };
  EXPECT_THAT(srt("1\n00:00:01,000 -> 00:00:02,000\n", 2), HasSubstr("expected a cue's number"));
  EXPECT_THAT(srt("1\n00:61:01,000 --> 00:00:02,000\n", 2), HasSubstr("expected times such as"));
  EXPECT_THAT(srt("1\n00:00:02,000 --> 00:00:01,000\na\n", 2), HasSubstr("ends before it starts"));
  EXPECT_THAT(srt("1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:02,000 --> 00:00:03,000\nb\n", 5),
              HasSubstr("within the cue of line 2, expected a blank line"));
  EXPECT_THAT(srt("\nhello\n", 2), HasSubstr("is 'hello'"));
  EXPECT_THAT(vtt("00:01.000 --> 00:02.000\na\n", 1), HasSubstr("expected WEBVTT"));
  EXPECT_THAT(vtt("", 1), HasSubstr("expected WEBVTT"));
  EXPECT_THAT(vtt("WEBVTT\n\n00:01.000 --> soon\na\n", 3), HasSubstr("expected times such as"));
  EXPECT_THAT(vtt(std::string("WEBVTT\n\n\0", 9), 3), HasSubstr("NUL byte"));
}

TEST(Refusal, OfCtm) {
  const auto ctm = [](const std::string& text, int line) {
    return refused(text, line, TranscriptFormat::ctm);
  };
  EXPECT_THAT(ctm(";; x\na 1 0.5 0.5\n", 2), HasSubstr("has 4 columns"));
  EXPECT_THAT(ctm("a 1 x 0.5 word\n", 1), HasSubstr("has 'x' as start, expected seconds"));
  EXPECT_THAT(ctm("a 1 0 nan word\n", 1), HasSubstr("has 'nan' as duration"));
  EXPECT_THAT(ctm("a 1 -1 1 word\n", 1), HasSubstr("has '-1' as start"));
  EXPECT_THAT(ctm("a 1 1 2e9 word\n", 1), HasSubstr("has '2e9' as duration"));
}

TEST(Refusal, OfFormatsThatAreOnlyWrittenAndFilesThatAreNotThere) {
  EXPECT_THROW(parse_transcript("a", "f", TranscriptFormat::html), Error);
  EXPECT_THROW(read_transcript("no such file.json"), Error);
  EXPECT_THROW(transcript_format_from_string("word"), Error);
  const Transcript srt = parse_transcript("1\n00:00:01,000 --> 00:00:02,000\na\n", "f.srt");
  EXPECT_THROW(testing::written(srt, TranscriptFormat::openai), Error);
}

TEST(Refusal, OfOptions) {
  const Transcript transcript = parse_transcript("[]", "f.json");
  for (const double gap_s : {-1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_THROW(assign_speakers(transcript, Diarization(), {SegmentSplit::never, gap_s}), Error);
  }
  EXPECT_THROW(assign_speakers(transcript, std::span<const Diarization>()), Error);
}

// Cut and changed anywhere, a file is read or refused, and what was read can be written.
TEST(Refusal, OfFixturesCutAndFlippedAnywhere) {
  std::mt19937 random(11);
  for (const char* const name : {"whisper.cpp.json", "whisperx.json", "openai-words.json",
                                 "whisperx.srt", "whisperx.vtt", "sample.ctm"}) {
    const std::string sound = testing::bytes_of(testing::fixture(name));
    for (std::size_t at = 0; at < sound.size(); at += 1 + random() % 7) {
      for (const bool cut : {true, false}) {
        std::string text = cut ? sound.substr(0, at) : sound;
        if (!cut) text[at] = static_cast<char>(random());
        try {
          const Transcript read = parse_transcript(text, name);
          const Transcript assigned = assign_speakers(read, testing::sample_turns());
          for (const auto& info : transcript_formats()) {
            if (info.writable) testing::written(assigned, info.format);
          }
          testing::written(assigned, assigned.format);
        } catch (const Error& error) {
          EXPECT_TRUE(error.code() == ErrorCode::malformed ||
                      error.code() == ErrorCode::invalid_argument)
              << name << " at " << at << ": " << error.what();
        }
      }
    }
  }
}

}  // namespace
}  // namespace diarist
