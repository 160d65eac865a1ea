// The rules of docs/transcripts.md, one by one.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "transcripts/making.hpp"

namespace diarist {
namespace {

using testing::NamedTurn;
using testing::segment;
using testing::turns;

Transcript of(std::vector<TranscriptSegment> segments) {
  Transcript transcript;
  transcript.segments = std::move(segments);
  return transcript;
}

/// The words of one segment, assigned.
std::vector<TranscriptWord> assigned(const TranscriptSegment& segment,
                                     const std::vector<NamedTurn>& named,
                                     const AssignmentOptions& options = {SegmentSplit::never}) {
  return assign_speakers(of({segment}), turns(named), options).segments.at(0).words;
}

TEST(Rule, AWordGoesToWhoSpeaksDuringMostOfIt) {
  const auto words = assigned(segment(0, 3, "", {{"a", 0, 1}, {"b", 1, 2}, {"c", 2, 3}}),
                              {{0, 1.3, "A"}, {1.3, 3, "B"}});
  EXPECT_EQ(words[0].speaker, "A");
  EXPECT_FLOAT_EQ(words[0].confidence, 1);
  EXPECT_EQ(words[1].speaker, "B");
  EXPECT_FLOAT_EQ(words[1].confidence, 0.7F);
  EXPECT_EQ(words[2].speaker, "B");
}

TEST(Rule, ASpeakersOwnTurnsCountOnceWhereTheyOverlap) {
  // Two turns of A over the same 0.4 s are no match for B's 0.5 s.
  const auto words =
      assigned(segment(0, 1, "", {{"a", 0, 1}}), {{0, 0.4, "A"}, {0, 0.4, "A"}, {0.45, 0.95, "B"}});
  EXPECT_EQ(words[0].speaker, "B");
}

TEST(Rule, ConfidenceIsTheShareOfWhatIsHeardAndTheTurns) {
  // Half in silence.
  EXPECT_FLOAT_EQ(assigned(segment(0, 1, "", {{"a", 0, 1}}), {{0, 0.5, "A"}})[0].confidence, 0.5F);
  // Two at once.
  EXPECT_FLOAT_EQ(
      assigned(segment(0, 1, "", {{"a", 0, 1}}), {{0, 1, "A"}, {0, 1, "B"}})[0].confidence, 0.5F);
  // A turn that is not sure itself; one that does not say counts as sure.
  EXPECT_FLOAT_EQ(assigned(segment(0, 1, "", {{"a", 0, 1}}), {{0, 1, "A", 0.6F}})[0].confidence,
                  0.6F);
  EXPECT_FLOAT_EQ(
      assigned(segment(0, 1, "", {{"a", 0, 1}}), {{0, 1, "A", std::nanf("")}})[0].confidence, 1.0F);
}

TEST(Rule, InOverlapTheSegmentsMajorityDecides) {
  const std::vector<NamedTurn> both = {{0, 10, "A"}, {4, 12, "B"}};
  // "b" is in the overlap; the rest of its segment is A's or B's.
  EXPECT_EQ(assigned(segment(2, 6, "", {{"a", 2, 3}, {"b", 5, 6}}), both)[1].speaker, "A");
  EXPECT_EQ(assigned(segment(5, 12, "", {{"b", 5, 6}, {"c", 11, 12}}), both)[0].speaker, "B");
}

TEST(Rule, ThenTheTurnThatBeganFirstThenTheName) {
  EXPECT_EQ(assigned(segment(5, 6, "", {{"b", 5, 6}}), {{4, 12, "A"}, {0, 10, "B"}})[0].speaker,
            "B");
  EXPECT_EQ(assigned(segment(5, 6, "", {{"b", 5, 6}}), {{0, 12, "B"}, {0, 10, "A"}})[0].speaker,
            "A");
}

TEST(Rule, WordsInSilenceGoToTheNearestTurn) {
  const std::vector<NamedTurn> named = {{0, 1, "A"}, {3, 4, "B"}};
  const auto words =
      assigned(segment(1, 3, "", {{"a", 1.2, 1.4}, {"b", 2.5, 2.9}, {"c", 1.9, 2.1}}), named);
  EXPECT_EQ(words[0].speaker, "A");
  EXPECT_FLOAT_EQ(words[0].confidence, 0.4F) << "half of the 0.8 s that are left of one";
  EXPECT_EQ(words[1].speaker, "B");
  EXPECT_FLOAT_EQ(words[1].confidence, 0.45F);
  // As near to both, and the segment says nothing: the turn that began first.
  EXPECT_EQ(words[2].speaker, "A");
}

TEST(Rule, AsNearToBothGoesWithTheSegment) {
  const auto words =
      assigned(segment(1, 4, "", {{"c", 1.9, 2.1}, {"d", 3, 4}}), {{0, 1, "A"}, {3, 4, "B"}});
  EXPECT_EQ(words[0].speaker, "B");
}

TEST(Rule, BeyondTheGapWordsGoWithTheSegmentOrToNobody) {
  const auto words = assigned(segment(0, 9, "", {{"a", 0, 1}, {"far", 8, 9}}), {{0, 1, "A"}});
  EXPECT_EQ(words[1].speaker, "A");
  EXPECT_FLOAT_EQ(words[1].confidence, 0);
  const auto alone = assigned(segment(8, 9, "", {{"far", 8, 9}}), {{0, 1, "A"}});
  EXPECT_EQ(alone[0].speaker, "");
  EXPECT_TRUE(std::isnan(alone[0].confidence));
  const auto wide =
      assigned(segment(8, 9, "", {{"far", 8, 9}}), {{0, 1, "A"}}, {SegmentSplit::never, 8});
  EXPECT_EQ(wide[0].speaker, "A");
  const auto none =
      assigned(segment(1, 2, "", {{"near", 1.001, 2}}), {{0, 1, "A"}}, {SegmentSplit::never, 0});
  EXPECT_EQ(none[0].speaker, "");
}

TEST(Rule, WordsOfNoLengthAreLookedAtAroundTheirMoment) {
  const auto words =
      assigned(segment(0, 2, "", {{"a", 1, 1}, {"b", 0.995, 0.995}}), {{0, 1, "A"}, {1, 2, "B"}});
  EXPECT_EQ(words[1].speaker, "A");
  EXPECT_FLOAT_EQ(words[1].confidence, 0.75F);
  EXPECT_EQ(words[0].speaker, "A") << "half and half: the turn that began first";
}

TEST(Rule, EstimatedTimesAreWorthHalf) {
  TranscriptSegment one = segment(0, 2, "", {{"a", 0, 1}, {"2", 1, 2}});
  one.words[1].timed = false;
  const auto words = assigned(one, {{0, 2, "A"}});
  EXPECT_FLOAT_EQ(words[0].confidence, 1);
  EXPECT_FLOAT_EQ(words[1].confidence, 0.5F);
}

TEST(Rule, ASegmentIsWhoSaysMostOfIt) {
  const Transcript transcript = assign_speakers(
      of({segment(0, 3, "", {{"a", 0, 1}, {"b", 1, 3}}), segment(5, 6, " "), segment(20, 21, " ")}),
      turns({{0, 1, "A"}, {1, 3, "B", 0.5F}, {5, 6, "C"}}));
  EXPECT_EQ(transcript.segments[0].speaker, "B");
  EXPECT_FLOAT_EQ(transcript.segments[0].confidence, 1.0F / 3);
  EXPECT_EQ(transcript.segments[1].speaker, "C") << "a blank one by its times";
  EXPECT_EQ(transcript.segments[2].speaker, "");
}

Transcript untimed(double start_s, double end_s, const std::string& text) {
  return parse_transcript("[{\"start\": " + std::to_string(start_s) + ", \"end\": " +
                              std::to_string(end_s) + ", \"text\": \"" + text + "\"}]",
                          "f.json");
}

TEST(Rule, WordsWithoutTimesLieWhereSomebodySpeaks) {
  const Transcript transcript = assign_speakers(
      untimed(0, 10, "aaaa bbbb"), turns({{1, 2, "A"}, {8, 9, "B"}}), {SegmentSplit::never});
  const std::vector<TranscriptWord>& words = transcript.segments[0].words;
  EXPECT_EQ(words[0].speaker, "A");
  EXPECT_EQ(words[0].start_s, 1);
  EXPECT_EQ(words[0].end_s, 2);
  EXPECT_EQ(words[1].speaker, "B");
  EXPECT_EQ(words[1].start_s, 8);
  EXPECT_EQ(words[1].end_s, 9);
  EXPECT_FLOAT_EQ(words[0].confidence, 0.5F);
}

TEST(Rule, EstimatedChangesMoveToTheEndOfASentence) {
  // Words of 0.45 s; most of the third one is B's.
  const Diarization two = turns({{0, 1, "A"}, {1, 1.8, "B"}});
  const auto said = [&](const std::string& text) {
    return testing::who_said_what(assign_speakers(untimed(0, 1.8, text), two));
  };
  EXPECT_EQ(said("aaa bbb ccc ddd"), "A:aaa bbb|B: ccc ddd");
  EXPECT_EQ(said("aaa bbb ccc. ddd"), "A:aaa bbb ccc.|B: ddd");
  EXPECT_EQ(said("aaa. bbb ccc ddd"), "A:aaa.|B: bbb ccc ddd");
  EXPECT_EQ(said("aaa bbb. ccc. ddd"), "A:aaa bbb.|B: ccc. ddd") << "the nearest one";
  EXPECT_EQ(said("aaa bbb\\n- ccc ddd."), "A:aaa bbb|B:\n- ccc ddd.");
  // Words of 0.6 s: the sentence ends too far away.
  const Diarization slow = turns({{0, 1.35, "A"}, {1.35, 2.4, "B"}});
  EXPECT_EQ(testing::who_said_what(assign_speakers(untimed(0, 2.4, "aaa bbb ccc. ddd"), slow)),
            "A:aaa bbb|B: ccc. ddd");
}

TEST(Rule, AFewWordsAtTheEndsThatBreakASentenceGoWithIt) {
  const Diarization two = turns({{0, 1.45, "A"}, {1.45, 1.8, "B"}});
  const auto said = [&](const std::string& text) {
    return testing::who_said_what(assign_speakers(untimed(0, 1.8, text), two));
  };
  EXPECT_EQ(said("aaa bbb ccc ddd."), "A:aaa bbb ccc ddd.");
  EXPECT_EQ(said("aaa bbb ccc. ddd."), "A:aaa bbb ccc.|B: ddd.");
  EXPECT_EQ(said("aaa bbb ccc ddd"), "A:aaa bbb ccc|B: ddd") << "the segment ends in a sentence";
  const Diarization late = turns({{0, 0.35, "A"}, {0.35, 1.8, "B"}});
  EXPECT_EQ(testing::who_said_what(assign_speakers(untimed(0, 1.8, "aaa bbb ccc ddd"), late)),
            "B:aaa bbb ccc ddd");
}

TEST(Rule, TimedWordsDoNotMove) {
  const auto words =
      assigned(segment(0, 2.4, "",
                       {{"aaa", 0, 0.6}, {"bbb", 0.6, 1.2}, {"ccc.", 1.2, 1.8}, {"d", 1.8, 2.4}}),
               {{0, 1.35, "A"}, {1.35, 2.4, "B"}});
  EXPECT_EQ(words[2].speaker, "B");
}

TEST(Rule, ChannelsOfACtmHearTheirOwnChannel) {
  const Transcript ctm = parse_transcript("r A 0 1 one\nr B 0 1 two\n", "f.ctm");
  const Diarization stereo = turns({{0, 1, "L", 1, 1}, {0, 1, "R", 1, 2}});
  EXPECT_EQ(testing::who_said_what(assign_speakers(ctm, stereo)), "L: one|R: two");
  const Diarization mono = turns({{0, 1, "M", 1, 1}});
  EXPECT_EQ(testing::who_said_what(assign_speakers(ctm, mono)), "M: one two");
}

TEST(Rule, RecordingsGoByTheirNames) {
  const Transcript json = untimed(0, 1, "word");
  std::vector<Diarization> several = {turns({{0, 1, "A"}}, "a"), turns({{0, 1, "F"}}, "f")};
  EXPECT_EQ(testing::who_said_what(assign_speakers(json, several)), "F:word");
  Transcript named = json;
  named.name = "a.wav";
  EXPECT_EQ(testing::who_said_what(assign_speakers(named, several)), "A:word");
  named.name = "z";
  EXPECT_THROW(assign_speakers(named, several), Error);
  EXPECT_EQ(testing::who_said_what(assign_speakers(named, several[0])), "A:word");

  const Transcript ctm = parse_transcript("f 1 0 1 one\na 1 0 1 two\n", "x.ctm");
  EXPECT_EQ(testing::who_said_what(assign_speakers(ctm, several)), "F: one|A: two");
  EXPECT_THROW(assign_speakers(ctm, several[0]), Error);
  const Transcript one = parse_transcript("a 1 0 1 two\n", "x.ctm");
  EXPECT_EQ(testing::who_said_what(assign_speakers(one, several)), "A: two");
}

TEST(Rule, NobodySpeaksIsSaid) {
  const Transcript transcript = assign_speakers(untimed(0, 1, "word"), turns({}));
  EXPECT_EQ(transcript.segments[0].speaker, "");
  EXPECT_THAT(transcript.notices, ::testing::ElementsAre(::testing::HasSubstr("nobody speaks")));
}

}  // namespace
}  // namespace diarist
