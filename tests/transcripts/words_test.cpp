// Texts and their words.
#include "transcripts/words.hpp"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transcripts/making.hpp"

namespace diarist::transcripts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(Words, PartAtWhiteSpaceWhichStandsInFront) {
  EXPECT_THAT(words_of(" Hello  there,\nyou. "), ElementsAre(" Hello", "  there,", "\nyou. "));
  EXPECT_THAT(words_of("one"), ElementsAre("one"));
  EXPECT_THAT(words_of(" \n\t"), IsEmpty());
  EXPECT_THAT(words_of(""), IsEmpty());
  // A no-break space holds together, an ideographic one parts.
  EXPECT_THAT(words_of("5\xC2\xA0km a\xE3\x80\x80"
                       "b"),
              ElementsAre("5\xC2\xA0km", " a",
                          "\xE3\x80\x80"
                          "b"));
}

TEST(Words, ChineseAndJapanesePartBetweenCharacters) {
  EXPECT_THAT(words_of("你好，世界。"), ElementsAre("你", "好，", "世", "界。"));
  EXPECT_THAT(words_of("「きょう」はJohnと"), ElementsAre("「きょ", "う」", "は", "John", "と"));
  EXPECT_THAT(words_of("コーヒー"), ElementsAre("コー", "ヒー"));
}

TEST(Words, AreTheTextWhateverItIs) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"a",    " ",  "\n",           ".",  "你",
                                           "「",   "っ", "\xE2\x80\x8B", "é",  "\xF0\x9F\x98\x80",
                                           "\xFF", "-",  "الع",          "<b>"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const auto length = random() % 12;
    for (unsigned i = 0; i < length; ++i) text += pieces[random() % pieces.size()];
    std::string joined;
    for (const std::string& word : words_of(text)) joined += word;
    EXPECT_TRUE(joined.empty() || joined == text) << text;
  }
}

TEST(Words, AreFoundInTheTextWithWhatLiesBetween) {
  EXPECT_THAT(pieces_of(" Hello, \"you\" there!", {"Hello", "you", "there"}),
              Optional(ElementsAre(" Hello,", " \"you\"", " there!")));
  EXPECT_THAT(pieces_of("你好。", {"你", "好"}), Optional(ElementsAre("你", "好。")));
  // Words with blanks of their own, and one that is a comma.
  EXPECT_THAT(pieces_of(" Hi, you", {" Hi", ",", " you"}),
              Optional(ElementsAre(" Hi", ",", " you")));
  EXPECT_EQ(pieces_of("Hello big world", {"Hello", "world"}), std::nullopt);
  EXPECT_EQ(pieces_of("Hello world", {"world", "Hello"}), std::nullopt);
  EXPECT_EQ(pieces_of("Hello world again", {"Hello", "world"}), std::nullopt);
  EXPECT_EQ(pieces_of("Hello", {}), std::nullopt);
}

TEST(Words, BeginBehindOthersAsTheyDoInATextOfBoth) {
  EXPECT_TRUE(begins_word("one", " two"));
  EXPECT_FALSE(begins_word("on", "e"));
  EXPECT_FALSE(begins_word("one", ","));
  EXPECT_TRUE(begins_word("你", "好"));
  EXPECT_FALSE(begins_word("", "one"));
  EXPECT_FALSE(begins_word("\xE4\xBD", "\xA0")) << "the middle of a character";
}

TEST(Words, CountLettersNotPunctuation) {
  EXPECT_EQ(letters_in(" don't,"), 4u);
  EXPECT_EQ(letters_in("..."), 1u) << "nothing takes no time";
  EXPECT_EQ(letters_in("你好。"), 2u);
  EXPECT_EQ(letters_in("e\xCC\x81t\xC3\xA9"), 3u) << "a combining accent is none";
}

TEST(Words, EndSentences) {
  EXPECT_TRUE(is_sentence_boundary(" there.", " Neither"));
  EXPECT_TRUE(is_sentence_boundary("really?\"", " he"));
  EXPECT_TRUE(is_sentence_boundary("好。", "你"));
  EXPECT_TRUE(is_sentence_boundary("Hi", "\n- Hello")) << "a new speaker's line";
  EXPECT_FALSE(is_sentence_boundary("there,", " neither"));
  EXPECT_FALSE(is_sentence_boundary("one", "\ntwo"));
  EXPECT_FALSE(is_sentence_boundary("3.5", " km"));
}

TEST(Words, BecomeOneLine) {
  EXPECT_EQ(in_one_line(" a \n\t b\x1B[31m\x7F "), "a b [31m");
  EXPECT_EQ(in_one_line("a\xFF"), "a\xEF\xBF\xBD");
}

TEST(Words, WithoutTimesLieBetweenTheirNeighbours) {
  TranscriptSegment segment = testing::segment(
      0, 10, "", {{"a", 1, 2}, {" bb", 0, 0}, {" cccc", 0, 0}, {" d", 5, 6}, {" e", 0, 0}});
  for (const std::size_t i : {1, 2, 4}) segment.words[i].timed = false;
  estimate_times(segment);
  const auto times = [&](std::size_t i) {
    return std::pair(segment.words[i].start_s, segment.words[i].end_s);
  };
  EXPECT_EQ(times(1), std::pair(2.0, 3.0));
  EXPECT_EQ(times(2), std::pair(3.0, 5.0));
  EXPECT_EQ(times(4), std::pair(6.0, 10.0));
}

}  // namespace
}  // namespace diarist::transcripts
