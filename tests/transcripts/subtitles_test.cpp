// Subtitles keep all that they have beside the words, and name who speaks.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/transcript.hpp"

#include "transcripts/cue_text.hpp"
#include "transcripts/making.hpp"

namespace diarist {
namespace {

using testing::turns;
using transcripts::balanced;
using transcripts::cue_words;
using transcripts::CueSyntax;

const Diarization kTwo = turns({{0, 1, "Ann"}, {1, 2, "Bob"}, {3, 5, "Ann"}});

std::string assigned(const std::string& text, const char* name,
                     SegmentSplit split = SegmentSplit::untimed) {
  const Transcript transcript = parse_transcript(text, name);
  return testing::written(assign_speakers(transcript, kTwo, {split}), transcript.format);
}

TEST(Subtitles, WithoutSpeakersComeBackByteForByte) {
  for (const char* const name : {"whisper.srt", "whisper.vtt", "whisper-words.srt"}) {
    const Transcript transcript = read_transcript(testing::fixture(name));
    EXPECT_EQ(testing::written(transcript, transcript.format),
              testing::bytes_of(testing::fixture(name)));
  }
  for (const std::string text :
       {"", "\n", "1\n00:00:00,000 --> 00:00:01,000\n\n", "00:00:00,0 --> 00:00:01,5 X1:5\nhi"}) {
    const Transcript transcript = parse_transcript(text, "f.srt");
    const std::string back = testing::written(transcript, transcript.format);
    EXPECT_EQ(parse_transcript(back, "f.srt").segments.size(), transcript.segments.size()) << text;
  }
}

TEST(Subtitles, OfSubRip) {
  EXPECT_EQ(assigned("1\n00:00:00,000 --> 00:00:02,000 X1:100\nOne.\n<i>Two.</i>\n\n"
                     "2\n00:00:03,000 --> 00:00:04,000\nThree.\n\n"
                     "3\n00:00:50,000 --> 00:00:51,000\nFar.\n",
                     "f.srt"),
            "1\n00:00:00,000 --> 00:00:01,000 X1:100\nAnn: One.\n\n"
            "2\n00:00:01,000 --> 00:00:02,000 X1:100\nBob: <i>Two.</i>\n\n"
            "3\n00:00:03,000 --> 00:00:04,000\nAnn: Three.\n\n"
            "4\n00:00:50,000 --> 00:00:51,000\nFar.\n");
}

TEST(Subtitles, OfWindows) {
  EXPECT_EQ(assigned("\xEF\xBB\xBF"
                     "1\r\n00:00:00,000 --> 00:00:01,000\r\nOne,\r\ntwo.\r\n",
                     "f.srt"),
            "1\r\n00:00:00,000 --> 00:00:01,000\r\nAnn: One,\r\ntwo.\r\n");
}

TEST(Subtitles, OfWebVtt) {
  EXPECT_EQ(
      assigned("WEBVTT - a title\nKind: captions\n\n"
               "STYLE\n::cue { color: red }\n\n"
               "NOTE 5 < 6\n\n"
               "intro\n00:00.000 --> 00:02.000 align:start\nOne &amp; <i>one. Two</i> &lt;b>.\n\n\n"
               "00:03.000 --> 00:04.000\nThree.\n\n"
               "NOTE the end\n",
               "f.vtt"),
      "WEBVTT - a title\nKind: captions\n\n"
      "STYLE\n::cue { color: red }\n\n"
      "NOTE 5 < 6\n\n"
      "intro\n00:00.000 --> 00:00:01.273 align:start\n<v Ann>One &amp; <i>one.</i></v>\n\n"
      "00:00:01.273 --> 00:02.000 align:start\n<v Bob><i>Two</i> &lt;b>.</v>\n\n\n"
      "00:03.000 --> 00:04.000\n<v Ann>Three.</v>\n\n"
      "NOTE the end\n");
}

TEST(Subtitles, TimeTagsOfWebVttAreTimesOfWords) {
  const std::string text =
      "WEBVTT\n\n00:00.000 --> 00:02.000\nOne<00:00.400><c> two</c><00:01.500><c> three</c>\n";
  const Transcript transcript = parse_transcript(text, "f.vtt");
  ASSERT_EQ(transcript.segments[0].words.size(), 3u);
  EXPECT_TRUE(transcript.segments[0].words[0].timed);
  EXPECT_EQ(transcript.segments[0].words[1].start_s, 0.4);
  EXPECT_EQ(transcript.segments[0].words[1].end_s, 1.5);
  EXPECT_EQ(testing::who_said_what(assign_speakers(transcript, kTwo)), "Ann:One two|Bob: three");
  EXPECT_EQ(assigned(text, "f.vtt", SegmentSplit::always),
            "WEBVTT\n\n00:00.000 --> 00:00:01.500\n<v Ann>One<00:00.400><c> two</c></v>\n\n"
            "00:00:01.500 --> 00:02.000\n<v Bob><00:01.500><c> three</c></v>\n");
}

TEST(Subtitles, NamesOfAnEarlierRunAreReplaced) {
  EXPECT_EQ(assigned("1\n00:00:00,000 --> 00:00:01,000\n[SPEAKER_07]: Hi.\n", "f.srt"),
            "1\n00:00:00,000 --> 00:00:01,000\nAnn: Hi.\n");
  EXPECT_EQ(assigned("1\n00:00:00,000 --> 00:00:01,000\n<b>Bob: Hi.</b>\n", "f.srt"),
            "1\n00:00:00,000 --> 00:00:01,000\nAnn: <b>Hi.</b>\n");
  EXPECT_EQ(assigned("1\n00:00:00,000 --> 00:00:01,000\nNote: hi.\n", "f.srt"),
            "1\n00:00:00,000 --> 00:00:01,000\nAnn: Note: hi.\n")
      << "nobody is called Note";
  EXPECT_EQ(assigned("1\n00:00:00,000 --> 00:00:01,000\nBob:\n", "f.srt"),
            "1\n00:00:00,000 --> 00:00:01,000\nAnn:\n");
  EXPECT_EQ(assigned("WEBVTT\n\n00:00.000 --> 00:01.000\n<v.loud Old Name>Hi.</v>\n", "f.vtt"),
            "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann>Hi.</v>\n");
}

// With the voice's tag gone its line is blank, which would end the cue in its middle.
TEST(Subtitles, ALineOfNothingButAVoiceIsLeftOut) {
  const std::string text = "WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n<v Old Name>\nyou there.</v>\n";
  EXPECT_THAT(assigned(text, "f.vtt"), ::testing::HasSubstr("Hi\nyou there.</v>\n"));
  const std::string srt = "1\n00:00:00,000 --> 00:00:01,000\nHi\n<v Old Name>\n\tyou there.\n";
  EXPECT_THAT(assigned(srt, "f.srt"), ::testing::HasSubstr(": Hi\n\tyou there.\n"));
}

TEST(Subtitles, AreMadeOfAnyTranscript) {
  const Transcript json =
      assign_speakers(parse_transcript(R"([{"start": 0, "end": 2, "text": " One. Two.", "words": [
          {"word": " One.", "start": 0, "end": 0.9}, {"word": " Two.", "start": 1.1, "end": 2}]},
          {"start": 3, "end": 4, "text": " "}])",
                                       "f.json"),
                      kTwo);
  EXPECT_EQ(testing::written(json, TranscriptFormat::srt),
            "1\n00:00:00,000 --> 00:00:00,900\nAnn: One.\n\n"
            "2\n00:00:01,100 --> 00:00:02,000\nBob: Two.\n");
  EXPECT_EQ(testing::written(json, TranscriptFormat::vtt),
            "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\n<v Ann>One.</v>\n\n"
            "00:00:01.100 --> 00:00:02.000\n<v Bob>Two.</v>\n");
  EXPECT_EQ(testing::written(json, TranscriptFormat::ctm),
            "f 1 0.000 0.900 One 1.0 lex Ann\nf 1 1.100 0.900 Two 1.0 lex Bob\n");
}

TEST(Subtitles, WordsHaveTheirTags) {
  const auto raw = [](const std::string& payload, CueSyntax syntax) {
    std::string all;
    for (const auto& word : cue_words(payload, syntax)) all += "[" + word.raw + "]";
    return all;
  };
  EXPECT_EQ(raw("<i>a</i> <b>b c</b>", CueSyntax::srt), "[<i>a</i>][ <b>b][ c</b>]");
  EXPECT_EQ(raw("5 <6 a<b>c", CueSyntax::srt), "[5][ <6][ a<b>c]");
  EXPECT_EQ(raw("x <script>y", CueSyntax::srt), "[x][ <script>y]") << "no tag of SubRip's";
  EXPECT_EQ(raw("a&nbsp;b &amp;", CueSyntax::vtt), "[a&nbsp;b][ &amp;]");
  EXPECT_EQ(cue_words("&lt;&unknown;&gt;", CueSyntax::vtt)[0].text, "<&unknown;>");
  EXPECT_EQ(cue_words("a <", CueSyntax::vtt)[1].text, " <");
}

TEST(Subtitles, TagsStayBalanced) {
  EXPECT_EQ(balanced("<i>a <b>b", " c</b> d", CueSyntax::srt), "<i><b> c</b> d</i>");
  EXPECT_EQ(balanced("", "a</i>", CueSyntax::srt), "a");
  EXPECT_EQ(balanced("", "<font color=\"#fff\">a", CueSyntax::srt),
            "<font color=\"#fff\">a</font>");
  EXPECT_EQ(balanced("<c.yellow>a</c>", " b", CueSyntax::vtt), " b");
}

}  // namespace
}  // namespace diarist
