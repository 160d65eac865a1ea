// What real files hold is read, and what is none of them is refused with its place.
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/malformed.hpp"
#include "formats/results.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::tuples_of;
using testing::TurnTuple;

TurnTuple turn(double start_s, double end_s, const std::string& speaker, int channel = 1,
               double confidence = -1) {
  return {start_s, end_s, speaker, channel, confidence};
}

std::vector<TurnTuple> turns_in(std::string_view text, FileFormat format) {
  const auto read = parse_turns(text, "f", format);
  EXPECT_EQ(read.size(), 1u);
  return tuples_of(read.at(0));
}

std::string refused(const std::string& text, int line, FileFormat format) {
  return testing::refusal([&] { parse_turns(text, "f", format); }, line);
}

std::string utf16(std::string_view ascii, bool big_endian) {
  std::string text = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big_endian) text += '\0';
    text += c;
    if (!big_endian) text += '\0';
  }
  return text;
}

TEST(ReadTurns, RttmWithSpacesInNames) {
  const std::string text =
      "SPEAKER my long talk.wav 1 0.1 0.2 <NA> <NA> Ann  B <NA> <NA>\n"
      "SPEAKER other A 1 1 <NA> <NA> C 0.75 <NA>\n"
      "SPEAKER other B 1 1 <NA> <NA> C <NA> <NA>\n"
      "SPEAKER other 0 3 0 <NA> <NA> C <NA> <NA>\n";
  const auto read = parse_turns(text, "f", FileFormat::rttm);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].recording, "my long talk.wav");
  EXPECT_THAT(tuples_of(read[0]), ElementsAre(turn(0.1, 0.3, "Ann  B")));
  EXPECT_THAT(tuples_of(read[1]), ElementsAre(turn(1, 2, "C", 1, 0.75), turn(1, 2, "C", 2)));
  EXPECT_THAT(read[1].notices, ElementsAre("channel '0' is taken for channel 1",
                                           "1 without length left out: points are no turns"));
  EXPECT_EQ(parse_rttm(text, "f")[0].segments[0].label, "Ann  B");
  EXPECT_THAT(refused("SPEAKER my talk 1 0 1 <NA> <NA> x y\nSPEAKER a b 1 0 1 <NA> x y z <NA>\n", 2,
                      FileFormat::rttm),
              HasSubstr("is there a space in a name?"));
}

TEST(ReadTurns, RttmWithMoreOrFewerColumns) {
  // The two <NA> tell where names are, whatever else there is.
  const auto rttm = [](const std::string& text) { return turns_in(text, FileFormat::rttm); };
  EXPECT_THAT(rttm("SPEAKER my talk 1 0.5 2.5 <NA> <NA> Ann <NA>\n"),
              ElementsAre(turn(0.5, 3, "Ann")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <NA> <NA> Ann\n"), ElementsAre(turn(0.5, 3, "Ann")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <NA> <NA> Ann B\n"), ElementsAre(turn(0.5, 3, "Ann B")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <NA> <NA> Ann B <NA>\n"),
              ElementsAre(turn(0.5, 3, "Ann B")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <NA> <NA> Ann B C <NA>\n"),
              ElementsAre(turn(0.5, 3, "Ann B C")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <NA> <NA> Ann B 2 0.5 <NA>\n"),
              ElementsAre(turn(0.5, 3, "Ann B 2", 1, 0.5)));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <na> <na> Ann 0.5 <na>\n"),
              ElementsAre(turn(0.5, 3, "Ann", 1, 0.5)));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 <NA> <NA> <NA> <NA> <NA>\n"),
              ElementsAre(turn(0.5, 3, "<NA>")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5 2.5 - - Ann - -\n"), ElementsAre(turn(0.5, 3, "Ann")));
  EXPECT_THAT(rttm("SPEAKER r 1 0.5* 2.5* <NA> <NA> Ann <NA> <NA>\n"),
              ElementsAre(turn(0.5, 3, "Ann")));
  EXPECT_EQ(parse_rttm("SPEAKER my talk 1 0.5 2.5* <NA> <NA> Ann <NA>\n", "f")[0].recording,
            "my talk");
  EXPECT_THAT(refused("SPEAKER r 1 0.5 x* <NA> <NA> Ann <NA> <NA>\n", 1, FileFormat::rttm),
              HasSubstr("the duration (column 5) is 'x*', expected seconds"));
}

TEST(ReadTurns, LinesThatEndInCarriageReturnsAlone) {
  EXPECT_EQ(turns_in("speaker,start,end\rA,1,2\rB,2,3\r", FileFormat::csv),
            (std::vector<TurnTuple>{turn(1, 2, "A"), turn(2, 3, "B")}));
  EXPECT_EQ(turns_in("WEBVTT\r\r00:01.000 --> 00:02.000\r<v A>\r", FileFormat::vtt),
            std::vector<TurnTuple>{turn(1, 2, "A")});
}

TEST(ReadTurns, TablesInAnyOrderAndQuoting) {
  const std::vector<TurnTuple> expected = {turn(1, 2.5, "Ann, \"B\"\n", 2, 0.5), turn(3, 4, "C")};
  EXPECT_EQ(turns_in("\xEF\xBB\xBFspeaker,note,End,START_S,channel,confidence\r\n"
                     "\"Ann, \"\"B\"\"\n\",hello, 2.5,1,2,0.5\r\n"
                     "\r\n"
                     "C,,4,3,1,\r\n",
                     FileFormat::csv),
            expected);
  EXPECT_EQ(turns_in("start;duration;label\n3;1;C\n", FileFormat::csv),
            std::vector<TurnTuple>{turn(3, 4, "C")});
  EXPECT_EQ(turns_in(utf16("start\tend\tname\r\n3\t4\tC\r\n", false), FileFormat::tsv),
            std::vector<TurnTuple>{turn(3, 4, "C")});
  const auto csv = [](const std::string& text, int line) {
    return refused(text, line, FileFormat::csv);
  };
  EXPECT_THAT(csv("who,when\n", 1), HasSubstr("expected a header with start_s"));
  EXPECT_THAT(csv("start,end,speaker\n1,2\n", 2), HasSubstr("has 2 cells, expected 3"));
  EXPECT_THAT(csv("start,end,speaker\n\n1,x,A\n", 3), HasSubstr("'x' in column 2"));
  EXPECT_THAT(csv("start,end,speaker\n2,1,A\n", 2), HasSubstr("ends before it starts"));
  EXPECT_THAT(csv("start,end,speaker\n1,2,\"A\n\n", 2), HasSubstr("does not end"));
  EXPECT_THAT(csv("start,end,speaker\n1,2,\"A\"b\n", 2), HasSubstr("closing quote"));
  EXPECT_THAT(csv("start,end,speaker,channel\n1,2,A,0\n", 2), HasSubstr("has channel '0'"));
  EXPECT_THAT(csv("start,end,speaker,confidence\n1,2,A,1.5\n", 2), HasSubstr("expected 0 to 1"));
  EXPECT_THAT(csv("start,end,speaker\n0,2000000000,A\n", 2), HasSubstr("10^9 s"));
}

TEST(ReadTurns, TablesAsSpreadsheetsSaveThem) {
  // Where the comma is the decimal point; "sep=" for a program that would not guess; rows that
  // somebody emptied; UTF-8 with a mark.
  EXPECT_EQ(turns_in("\xEF\xBB\xBFsep=;\r\nstart;end;speaker;confidence\r\n"
                     "1,25;\"2,5\";Ann;0,75\r\n;;;\r\n3;4.5;B;\r\n",
                     FileFormat::csv),
            (std::vector<TurnTuple>{turn(1.25, 2.5, "Ann", 1, 0.75), turn(3, 4.5, "B")}));
  EXPECT_EQ(parse_turns("sep=;\nstart;end;speaker\n1;2;A\n", "table").at(0).turns.size(), 1u);
  EXPECT_EQ(turns_in("start\tend\tspeaker\n1\t2\tA\n", FileFormat::csv),
            std::vector<TurnTuple>{turn(1, 2, "A")});
  // Of several columns that could be meant, the one that says so.
  EXPECT_EQ(turns_in("name,label,speaker,duration,end_time,start_time\nx.wav,hello,A,9,2,1\n",
                     FileFormat::csv),
            std::vector<TurnTuple>{turn(1, 2, "A")});
  EXPECT_EQ(parse_turns("file,uri,start,end,speaker\nx.wav,x,1,2,A\n", "f").at(0).recording, "x");
  EXPECT_EQ(turns_in("start,duration,speaker\n0.1,0.2,A\n", FileFormat::csv),
            std::vector<TurnTuple>{turn(0.1, 0.3, "A")});
  EXPECT_THAT(refused("sep=;\nstart;end;speaker\n1;2,5,5;A\n", 3, FileFormat::csv),
              HasSubstr("'2,5,5' in column 2"));
  EXPECT_THAT(refused("start,end,speaker\n1,\"2,5\",A\n", 2, FileFormat::csv),
              HasSubstr("'2,5' in column 2"));
}

constexpr std::string_view kLongTextGrid = R"(File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 10.5
tiers? <exists>
size = 4
item []:
    item [1]:
        class = "IntervalTier"
        name = "Ann ""A"" B"
        xmin = 0
        xmax = 10.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 1.25
            text = " "
        intervals [2]:
            xmin = 1.25
            xmax = 3
            text = "says 12 ""words"" ! no comment
in two lines"
        intervals [3]:
            xmin = 3
            xmax = 10.5
            text = ""
    item [2]:
        class = "TextTier" ! a comment, 5 "and" <more>
        name = "points"
        xmin = 0
        xmax = 10.5
        points: size = 1
        points [1]:
            number = 4
            mark = "here"
    item [3]:
        class = "IntervalTier"
        name = "Speakers"
        xmin = 0
        xmax = 10.5
        intervals: size = 2
        intervals [1]:
            xmin = 2
            xmax = 4
            text = "Carl"
        intervals [2]:
            xmin = 4
            xmax = 5
            text = "Dora"
    item [4]:
        class = "IntervalTier"
        name = "nobody"
        xmin = 0
        xmax = 10.5
        intervals: size = 0
)";

TEST(ReadTurns, TextGridsAsPraatSavesThem) {
  const std::vector<TurnTuple> expected = {turn(1.25, 3, "Ann \"A\" B"), turn(2, 4, "Carl"),
                                           turn(4, 5, "Dora")};
  for (const std::string& text :
       {std::string(kLongTextGrid), "\xEF\xBB\xBF" + std::string(kLongTextGrid),
        utf16(kLongTextGrid, true), utf16(kLongTextGrid, false)}) {
    const auto read = parse_turns(text, "f.TextGrid");
    EXPECT_EQ(tuples_of(read.at(0)), expected);
    EXPECT_EQ(read[0].duration_s, 10.5);
    EXPECT_EQ(read[0].recording, "f");
  }
  EXPECT_EQ(
      turns_in("File type = \"ooTextFile short\"\r\n\"TextGrid\"\r\n\r\n0\r\n2\r\n<exists>\r\n"
               "1\r\n\"IntervalTier\"\r\n\"A\"\r\n0\r\n2\r\n2\r\n0\r\n1\r\n\"\"\r\n1\r\n2\r\n"
               "\"x\"\r\n",
               FileFormat::textgrid_short),
      std::vector<TurnTuple>{turn(1, 2, "A")});
}

TEST(ReadTurns, TextGridsInLatin) {
  EXPECT_EQ(turns_in("\"ooTextFile\" \"TextGrid\" 0 2 <exists> 1 \"IntervalTier\" "
                     "\"J\xFCrgen \x80\x9D\" 0 2 1 0 2 \"x\"",
                     FileFormat::textgrid),
            std::vector<TurnTuple>{turn(0, 2, "J\xC3\xBCrgen \xE2\x82\xAC\xC2\x9D")});
}

TEST(ReadTurns, TextGridsInOrderOfTime) {
  const std::string head =
      "\"Praat chronological TextGrid text file\"\n0 3   ! Time domain.\n3   ! Number of tiers.\n"
      "\"IntervalTier\" \"A\" 0 3\n\"TextTier\" \"points\" 0 3\n\"IntervalTier\" \"B\" 0 3\n";
  const std::string text = head +
                           "1 0 1.5\n\"says 2\"\n\n3 0 1\n\"\"\n\n! points:\n2 0.5\n\"here\"\n"
                           "3 1 3\n\"x\"\n1 1.5 3\n\"\"\n! the end";
  const auto read = parse_turns(text, "unnamed");
  EXPECT_THAT(tuples_of(read.at(0)), ElementsAre(turn(0, 1.5, "A"), turn(1, 3, "B")));
  EXPECT_EQ(read[0].duration_s, 3);
  EXPECT_THAT(refused(head + "4 0 1\n\"x\"\n", 7, FileFormat::textgrid),
              HasSubstr("has tier 4, expected 1 to 3"));
  EXPECT_THAT(refused(head + "1 0", 7, FileFormat::textgrid), HasSubstr("an interval's end"));
}

TEST(ReadTurns, TextGridsThatAreNone) {
  const auto grid = [](const std::string& text, int line) {
    return refused(text, line, FileFormat::textgrid);
  };
  const std::string head = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n2\n";
  EXPECT_THAT(grid("ooBinaryFile\x08TextGrid", 1), HasSubstr("is a binary TextGrid"));
  EXPECT_THAT(grid("", 1), HasSubstr("ends, expected \"ooTextFile\""));
  EXPECT_THAT(grid("File type = \"ooTextFile\"\n\"PitchTier\"\n", 2), HasSubstr("no TextGrid"));
  EXPECT_THAT(grid(head + "<exists>\n1000000000\n", 8), HasSubstr("ends, expected"));
  EXPECT_THAT(grid(head + "<exists>\n1.5\n", 7), HasSubstr("expected the number of tiers"));
  EXPECT_THAT(grid(head + "<exists>\n1\n\"Formant\"\n", 8), HasSubstr("class 'Formant'"));
  const std::string tier = head + "<exists>\n1\n\"IntervalTier\"\n\"A\"\n0\n2\n1\n";
  EXPECT_THAT(grid(tier + "0\n\"x\"\n", 14), HasSubstr("has '\"x\"', expected an interval's end"));
  EXPECT_THAT(grid(tier + "1\n0\n\"x\"\n", 14), HasSubstr("ends before it starts"));
  EXPECT_THAT(grid(tier + "-1\n0\n\"x\"\n", 14), HasSubstr("negative"));
  EXPECT_THAT(grid(tier + "0\n1\n\"x", 15), HasSubstr("a text that does not end"));
  EXPECT_THAT(grid(head + std::string(1, '\0'), 6), HasSubstr("NUL byte"));
}

TEST(ReadTurns, LabelsAsAudacitySavesThem) {
  const auto read = parse_turns(
      "0.500000\t1.250000\tAnn "
      "B\r\n\\\t100.0\t200.0\r\n\r\n2\t2\tpoint\r\n1.000000\t3.000000\t\r\n",
      "talk.txt");
  EXPECT_THAT(tuples_of(read.at(0)), ElementsAre(turn(0.5, 1.25, "Ann B"), turn(1, 3, "")));
  EXPECT_THAT(read[0].notices, ElementsAre("1 without length left out: points are no turns"));
  EXPECT_THAT(refused("1\t2\tA\n\n1 2 A\n", 3, FileFormat::audacity),
              HasSubstr("with tabs between"));
  // Points of old versions have one time.
  const auto old = parse_turns("1.5\there\n2\t3\tA\n4\t5\n", "f", FileFormat::audacity);
  EXPECT_THAT(tuples_of(old.at(0)), ElementsAre(turn(2, 3, "A"), turn(4, 5, "")));
  EXPECT_THAT(old[0].notices, ElementsAre("1 without length left out: points are no turns"));
  EXPECT_THAT(refused("1.5\tx\tA\n", 1, FileFormat::audacity), HasSubstr("expected start and end"));
}

TEST(ReadTurns, SubtitlesWithSpeakers) {
  const std::vector<TurnTuple> expected = {turn(1, 2.5, "Ann"), turn(2, 3, "SPEAKER_01"),
                                           turn(3600, 3661.005, "Dr. C")};
  EXPECT_EQ(
      turns_in("\xEF\xBB\xBF"
               "1\r\n00:00:01,000 --> 00:00:02,500\r\nAnn: hello: there\r\nand more\r\n\r\n\r\n"
               "2\r\n00:00:02,000 --> 00:00:03,000 X1:40 X2:600\r\n[SPEAKER_01]: no\r\n\r\n"
               "3\r\n01:00:00.000 --> 01:01:01,005\r\n<v Dr. C>12:30, he said\r\n",
               FileFormat::srt),
      expected);
  EXPECT_EQ(turns_in("WEBVTT - a title\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
                     "NOTE a comment: not a cue\r\n\r\n"
                     "intro\r\n00:01.000 --> 00:02.500 align:start\r\n<v.loud Ann>hello</v>\r\n\r\n"
                     "00:02.000 --> 00:03.000\r\nSPEAKER_01: no\r\n\r\n"
                     "01:00:00.000 --> 01:01:01.005\r\n<v  Dr.\tC >12:30 <b>he</b>\r\n",
                     FileFormat::vtt),
            expected);
  EXPECT_EQ(turns_in("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A &amp; &lt;B&gt;>x</v>\n<v C>y\n",
                     FileFormat::vtt),
            (std::vector<TurnTuple>{turn(1, 2, "A & <B>"), turn(1, 2, "C")}));
  const auto srt = [](const std::string& text, int line) {
    return refused(text, line, FileFormat::srt);
  };
  EXPECT_THAT(srt("1\n00:00:01,000 --> 00:00:02,000\nno speaker here\n", 2),
              HasSubstr("names no speaker, expected 'Name: text'"));
  EXPECT_THAT(srt("1\n00:00:61,000 --> 00:00:02,000\nA: b\n", 2), HasSubstr("expected times"));
  EXPECT_THAT(srt("1\n00:00:03,000 --> 00:00:02,000\nA: b\n", 2), HasSubstr("before it starts"));
  EXPECT_THAT(srt("hello\nworld\n", 2), HasSubstr("expected a cue's number"));
  EXPECT_THAT(refused("1\n00:00:01,000 --> 00:00:02,000\nA: b\n", 1, FileFormat::vtt),
              HasSubstr("expected WEBVTT"));
  EXPECT_THAT(refused("WEBVTT\n\n1 --> 2\nA: b\n", 3, FileFormat::vtt),
              HasSubstr("expected times"));
}

TEST(ReadTurns, SubtitlesAsPeopleWriteThem) {
  const auto srt = [](const std::string& cue) {
    return turns_in("1\n00:00:01,000 --> 00:00:02,000\n" + cue + "\n", FileFormat::srt);
  };
  const auto named = [](const std::string& name) {
    return std::vector<TurnTuple>{turn(1, 2, name)};
  };
  EXPECT_EQ(srt("<i>Ann:</i> hello"), named("Ann"));
  EXPECT_EQ(srt("{\\an8}<font color=\"#fff\"><b>Ann</b>: hello</font>"), named("Ann"));
  EXPECT_EQ(srt(">> ANN: hello"), named("ANN"));
  EXPECT_EQ(srt("- Ann: hello\nmore: words"), named("Ann"));
  EXPECT_EQ(srt("Ann: hello\n- and: words"), named("Ann"));
  EXPECT_EQ(srt("\xE5\xBC\xA0\xE4\xB8\x89\xEF\xBC\x9A\xE4\xBD\xA0"),
            named("\xE5\xBC\xA0\xE4\xB8\x89"));
  const std::vector<TurnTuple> both = {turn(1, 2, "Ann"), turn(1, 2, "Bob")};
  EXPECT_EQ(srt("- Ann: hello\n\xE2\x80\x93 Bob: yes\n- Ann: well"), both);
  EXPECT_EQ(srt("<v Ann>hello</v> <v Bob>yes</v> <v Ann>well</v>"), both);
  // No blank line between cues, and text that only looks like times.
  EXPECT_EQ(turns_in("1\n00:00:01,000 --> 00:00:02,000\nAnn: a --> b\n2\n"
                     "00:00:03,000 --> 00:00:04,000\nBob: c\n",
                     FileFormat::srt),
            (std::vector<TurnTuple>{turn(1, 2, "Ann"), turn(3, 4, "Bob")}));
  EXPECT_THAT(refused("1\n00:00:01,000 --> 00:00:02,000\n00:00:03,000 --> 00:00:04,000\nBob: c\n",
                      2, FileFormat::srt),
              HasSubstr("names no speaker"));
  EXPECT_EQ(
      turns_in("WEBVTT\nKind: captions\n\nREGION\nid:fred\nwidth:40%\n\nNOTE Bob: no cue\n\n"
               "1 - intro: x\n00:01.000 --> 00:02.000 region:fred line:0 position:10%,line-left\n"
               "<c.yellow>Ann &#38; B&#x2e;&#0;:</c> hi\n",
               FileFormat::vtt),
      named("Ann & B.\xEF\xBF\xBD"));
}

std::string eaf(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ANNOTATION_DOCUMENT FORMAT=\"2.8\">\n" +
         inside + "</ANNOTATION_DOCUMENT>\n";
}

TEST(ReadTurns, AnnotationsAsElanSavesThem) {
  const std::string text = eaf(
      "<HEADER MEDIA_FILE=\"\" TIME_UNITS=\"milliseconds\">\n"
      "<MEDIA_DESCRIPTOR MEDIA_URL=\"file:///C:/data/my talk.wav\" MIME_TYPE=\"audio/x-wav\"/>\n"
      "</HEADER>\n<TIME_ORDER>\n"
      "<TIME_SLOT TIME_SLOT_ID=\"ts1\" TIME_VALUE=\"1250\"/>\n"
      "<TIME_SLOT TIME_SLOT_ID=\"ts2\"/>\n"
      "<TIME_SLOT TIME_SLOT_ID=\"ts3\" TIME_VALUE=\"3000\"/>\n</TIME_ORDER>\n"
      "<TIER LINGUISTIC_TYPE_REF=\"lt\" PARTICIPANT=\"\" TIER_ID=\"A &amp; B\"><ANNOTATION>"
      "<ALIGNABLE_ANNOTATION ANNOTATION_ID=\"a1\" TIME_SLOT_REF1=\"ts1\" TIME_SLOT_REF2=\"ts3\">"
      "<ANNOTATION_VALUE></ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>\n"
      "<TIER PARENT_REF=\"A &amp; B\" TIER_ID=\"words\"><ANNOTATION><ALIGNABLE_ANNOTATION "
      "ANNOTATION_ID=\"a2\" TIME_SLOT_REF1=\"ts1\" TIME_SLOT_REF2=\"ts2\"/></ANNOTATION></TIER>\n"
      "<TIER PARTICIPANT=\"Ann\" TIER_ID=\"speech\"/>\n");
  for (const std::string& bytes : {text, "\xEF\xBB\xBF" + text, utf16(text, true)}) {
    const auto read = parse_turns(bytes, "f.eaf");
    EXPECT_EQ(read.at(0).recording, "my talk");
    EXPECT_THAT(tuples_of(read[0]), ElementsAre(turn(1.25, 3, "A & B")));
  }
}

TEST(ReadTurns, AnnotationsWhoseTimesAreOpen) {
  const auto annotation = [](const char* from, const char* to) {
    return std::string("<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1=\"") + from +
           "\" TIME_SLOT_REF2=\"" + to + "\"/></ANNOTATION>\n";
  };
  const std::string order =
      "<TIME_ORDER>\n"
      "<TIME_SLOT TIME_SLOT_ID=\"ts1\" TIME_VALUE=\"1000\"/>\n<TIME_SLOT TIME_SLOT_ID=\"ts2\"/>\n"
      "<TIME_SLOT TIME_SLOT_ID=\"ts3\"/>\n<TIME_SLOT TIME_SLOT_ID=\"ts4\" TIME_VALUE=\"4000\"/>\n"
      "<TIME_SLOT TIME_SLOT_ID=\"ts5\"/>\n</TIME_ORDER>\n<TIER TIER_ID=\"A\">\n";
  const std::string text = eaf(order + annotation("ts1", "ts2") + annotation("ts2", "ts3") +
                               annotation("ts3", "ts4") + "</TIER>\n");
  const auto read = parse_turns(text, "f.eaf").at(0);
  EXPECT_THAT(tuples_of(read), ElementsAre(turn(1, 2, "A"), turn(2, 3, "A"), turn(3, 4, "A")));
  EXPECT_THAT(read.notices, ElementsAre("3 with times that the file does not say: evenly between "
                                        "their neighbours"));
  EXPECT_THAT(refused(eaf(order + annotation("ts4", "ts5") + "</TIER>\n"), 11, FileFormat::eaf),
              HasSubstr("TIME_SLOT_REF2 'ts5', expected a TIME_SLOT that has a TIME_VALUE"));
}

TEST(ReadTurns, AnnotationsThatAreNone) {
  const auto refused_eaf = [](const std::string& text, int line) {
    return refused(text, line, FileFormat::eaf);
  };
  EXPECT_THAT(refused_eaf("<a>\n<b>\n</a>", 3), HasSubstr("is no XML"));
  EXPECT_THAT(refused_eaf("\n<html/>", 2), HasSubstr("expected an ANNOTATION_DOCUMENT"));
  EXPECT_THAT(refused_eaf(eaf("<HEADER TIME_UNITS=\"PAL-frames\"/>"), 3),
              HasSubstr("milliseconds"));
  EXPECT_THAT(refused_eaf(eaf("<TIME_ORDER>\n<TIME_SLOT TIME_VALUE=\"x\"/></TIME_ORDER>"), 4),
              HasSubstr("TIME_VALUE 'x'"));
  EXPECT_THAT(refused_eaf(eaf("<TIER>\n<ANNOTATION>\n<ALIGNABLE_ANNOTATION "
                              "TIME_SLOT_REF1=\"ts9\"/></ANNOTATION></TIER>"),
                          5),
              HasSubstr("TIME_SLOT_REF1 'ts9', expected a TIME_SLOT that has a TIME_VALUE"));
  EXPECT_THAT(refused_eaf("<ANNOTATION_DOCUMENT A=\"\xC3\xA9\"\nB=\"\xFF\"/>", 2),
              HasSubstr("not UTF-8"));
}

TEST(ReadTurns, HostileXmlIsHarmless) {
  // Entities of the document's own are not expanded, so a billion laughs are nine letters.
  const std::string bomb =
      "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
      "<!ENTITY c SYSTEM \"file:///etc/passwd\">]>\n" +
      eaf("<HEADER><PROPERTY NAME=\"diarist:recording\">&b;&c;</PROPERTY></HEADER>").substr(39);
  EXPECT_EQ(parse_turns(bomb, "f.eaf").at(0).recording, "&b;&c;");
  std::string deep = "<ANNOTATION_DOCUMENT>";
  for (int i = 0; i < 300000; ++i) deep += "<TIER>";
  EXPECT_THAT(refused(deep, 1, FileFormat::eaf), HasSubstr("is no XML"));
  for (int i = 0; i < 300000; ++i) deep += "</TIER>";
  EXPECT_TRUE(turns_in(deep + "</ANNOTATION_DOCUMENT>", FileFormat::eaf).empty());
}

std::string json(const std::string& rest) {
  return "{\n\"schema\": \"diarist.diarization\", \"version\": 1,\n" + rest + "}";
}

TEST(ReadTurns, JsonOfTheSchemaWithMoreInIt) {
  const auto read = parse_turns(
      json("\"recording\": \"talk\", \"extra\": {\"turns\": [[1, {\"start\": true}]]},\n"
           "\"turns\": [{\"speaker\": \"A\", \"end\": 2, \"start\": 1, \"words\": [\"x\"]}]"),
      "f");
  EXPECT_EQ(read.at(0).recording, "talk");
  EXPECT_THAT(tuples_of(read[0]), ElementsAre(turn(1, 2, "A")));
}

TEST(ReadTurns, JsonThatIsNone) {
  const auto refused_json = [](const std::string& text, int line) {
    return refused(text, line, FileFormat::json);
  };
  EXPECT_THAT(refused_json("{\n\n\"a\": 1,\n]", 4), HasSubstr("is no JSON"));
  EXPECT_THAT(refused_json("[1]", 1), HasSubstr("is no object"));
  EXPECT_THAT(refused_json("{\"schema\": \"other\"}", 1), HasSubstr("diarist.diarization"));
  EXPECT_THAT(refused_json("{\"schema\": \"diarist.diarization\", \"version\": 2}", 1),
              HasSubstr("another version"));
  EXPECT_THAT(refused_json(json("\"turns\": [\n{\"start\": 1,\n\"end\": \"2\"}]"), 5),
              HasSubstr("something else as 'end', expected a number"));
  EXPECT_THAT(refused_json(json("\"turns\": [\n{\"start\": 1, \"end\": 2\n}]"), 5),
              HasSubstr("without start, end or speaker"));
  EXPECT_THAT(
      refused_json(json("\"turns\": [\n{\"start\": 2, \"end\": 1, \"speaker\": \"A\"}]"), 4),
      HasSubstr("ends before it starts"));
  EXPECT_THAT(refused_json(json("\"turns\": {}"), 3), HasSubstr("expected an array"));
  EXPECT_THAT(refused_json(json("\"turns\": [1]"), 3), HasSubstr("expected objects"));
  EXPECT_THAT(refused_json(json("\"x\": " + std::string(100000, '[')), 3),
              HasSubstr("nested deeper than 64"));
  EXPECT_THAT(refused_json(json("\"duration\": -1\n"), 3), HasSubstr("negative"));
  EXPECT_THAT(refused_json(json("\"speakers\": [{\"name\": \"A\"},\n{\"name\": \"A\"}\n]\n"), 4),
              HasSubstr("lists speaker 'A' twice"));
  EXPECT_THAT(refused_json("\xFF", 1), HasSubstr("is no JSON"));
}

TEST(ReadTurns, FormatsAreToldByEndingThenContent) {
  EXPECT_EQ(file_format_of_ending("a/talk.TextGrid"), FileFormat::textgrid);
  EXPECT_EQ(file_format_of_ending("talk.short.textgrid"), FileFormat::textgrid_short);
  EXPECT_EQ(file_format_of_ending("talk.labels.txt"), FileFormat::audacity);
  EXPECT_EQ(file_format_of_ending("talk.TXT"), FileFormat::txt);
  EXPECT_EQ(file_format_of_ending("a.rttm/talk"), std::nullopt);
  EXPECT_EQ(file_format_of_ending("rttm"), std::nullopt);
  EXPECT_EQ(parse_turns("1\t2\tA\n", "talk.labels.txt").at(0).recording, "talk");
  EXPECT_EQ(parse_turns("1\t2\tA\n", "talk.v2.TXT").at(0).recording, "talk.v2");
  EXPECT_EQ(parse_turns("\n; nobody\n", "quiet").at(0).recording, "quiet");
  for (const FormatInfo& info : file_formats()) {
    EXPECT_EQ(file_format_of_ending("x." + std::string(info.ending)), info.format);
    EXPECT_EQ(info_of(info.format).name, info.name);
  }
  try {
    parse_turns("once upon a time", "tale");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("neither its ending nor its content tells a format"));
  }
  for (const std::string name : {"talk.uem", "talk.ctm", "talk.html"}) {
    try {
      parse_turns("once upon a time", name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr("only written, " + name.substr(5)));
    }
  }
  EXPECT_THROW(parse_turns("", "f", FileFormat::uem), Error);
}

}  // namespace
}  // namespace diarist
