// What holds for any transcript and any turns.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/transcript.hpp"

#include "transcripts/making.hpp"

namespace diarist {
namespace {

using testing::NamedTurn;
using testing::turns;

/// Times in hundredths, so that many are equal.
double hundredths(std::mt19937& random, int most) {
  return static_cast<double>(random() % static_cast<unsigned>(most)) / 100;
}

std::vector<NamedTurn> random_turns(std::mt19937& random) {
  std::vector<NamedTurn> named(random() % 12);
  const char* const names[] = {"Ann", "Bob", "Cem", "<d>"};
  for (NamedTurn& turn : named) {
    turn.start_s = hundredths(random, 1500);
    turn.end_s = turn.start_s + 0.01 + hundredths(random, 500);
    turn.speaker = names[random() % 4];
    turn.confidence = static_cast<float>(random() % 101) / 100;
  }
  return named;
}

std::string random_text(std::mt19937& random) {
  const std::vector<std::string> pieces = {
      " one", " two,", " three.", "\n- four", " 五六",
      " <b>", " &",    "  ",      " سلام",    " \xF0\x9F\x98\x80"};
  std::string text;
  const auto count = random() % 8;
  for (unsigned i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
  return text;
}

Transcript random_transcript(std::mt19937& random) {
  Transcript transcript;
  const auto count = 1 + random() % 5;
  for (unsigned i = 0; i < count; ++i) {
    TranscriptSegment& segment = transcript.segments.emplace_back();
    segment.origin = i;
    segment.start_s = hundredths(random, 1500);
    segment.end_s = segment.start_s + hundredths(random, 600);
    const bool timed = random() % 2 == 0;
    const std::string text = random_text(random);
    // Words as the readers make them: of the text, in order.
    std::string rest = text;
    while (!rest.empty()) {
      std::size_t end = rest.find_first_of(" \n", rest.find_first_not_of(" \n"));
      end = std::min(end, rest.size());
      TranscriptWord& word = segment.words.emplace_back();
      word.origin = segment.words.size() - 1;
      word.text = rest.substr(0, end);
      word.timed = timed;
      word.start_s = segment.start_s + hundredths(random, 400);
      word.end_s = word.start_s + hundredths(random, 60);
      rest.erase(0, end);
    }
    segment.text = text;
  }
  return transcript;
}

TEST(Property, TheOrderOfTurnsAndSpeakersDoesNotMatter) {
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    std::vector<NamedTurn> named = random_turns(random);
    const Transcript transcript = random_transcript(random);
    const Transcript first = assign_speakers(transcript, turns(named));
    std::shuffle(named.begin(), named.end(), random);
    const Transcript second = assign_speakers(transcript, turns(named));
    EXPECT_EQ(testing::written(first, TranscriptFormat::whisperx),
              testing::written(second, TranscriptFormat::whisperx));
  }
}

TEST(Property, DividingChangesNoTextAndKeepsWithinTheSegment) {
  std::mt19937 random(2);
  int divided = 0;
  for (int round = 0; round < 400; ++round) {
    const Transcript transcript = random_transcript(random);
    const Transcript assigned =
        assign_speakers(transcript, turns(random_turns(random)), {SegmentSplit::always});
    std::size_t next = 0;
    for (const TranscriptSegment& whole : transcript.segments) {
      std::string text;
      double last_s = whole.start_s;
      std::size_t parts = 0;
      while (next < assigned.segments.size() && assigned.segments[next].origin == whole.origin) {
        const TranscriptSegment& part = assigned.segments[next++];
        text += part.text;
        EXPECT_GE(part.start_s, whole.start_s);
        EXPECT_LE(part.end_s, whole.end_s);
        EXPECT_LE(part.start_s, part.end_s);
        const bool untimed = std::none_of(whole.words.begin(), whole.words.end(),
                                          [](const auto& word) { return word.timed; });
        if (untimed) {
          EXPECT_GE(part.start_s, last_s) << "estimates follow one another";
          last_s = part.end_s;
        }
        for (const TranscriptWord& word : part.words) EXPECT_EQ(word.speaker, part.speaker);
        ++parts;
      }
      EXPECT_EQ(text, whole.text);
      EXPECT_GE(parts, 1u);
      divided += parts > 1;
    }
    EXPECT_EQ(next, assigned.segments.size());
  }
  EXPECT_GT(divided, 100);
}

TEST(Property, ConfidencesAreSharesAndSpeakersAreThoseOfTheTurns) {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    const std::vector<NamedTurn> named = random_turns(random);
    const auto known = [&](const std::string& speaker) {
      return std::any_of(named.begin(), named.end(),
                         [&](const NamedTurn& turn) { return turn.speaker == speaker; });
    };
    const Transcript assigned = assign_speakers(random_transcript(random), turns(named));
    for (const TranscriptSegment& segment : assigned.segments) {
      const auto check = [&](const std::string& speaker, float confidence) {
        EXPECT_EQ(std::isnan(confidence), speaker.empty());
        if (speaker.empty()) return;
        EXPECT_TRUE(known(speaker)) << speaker;
        EXPECT_GE(confidence, 0);
        EXPECT_LE(confidence, 1);
      };
      check(segment.speaker, segment.confidence);
      for (const TranscriptWord& word : segment.words) {
        check(word.speaker, word.confidence);
        EXPECT_EQ(word.speaker.empty(), segment.speaker.empty())
            << "a segment that anybody speaks in has a speaker for each of its words";
      }
    }
  }
}

TEST(Property, AssigningAgainChangesNothing) {
  for (const char* const name :
       {"whisper.cpp.json", "whisper.cpp-full.json", "whisper.json", "whisper-words.json",
        "faster-whisper.json", "whisperx.json", "openai.json", "openai-words.json", "whisper.srt",
        "whisperx.srt", "whisperx.vtt", "whisper.vtt", "sample.ctm"}) {
    const auto assigned = [](const Transcript& transcript) {
      return testing::written(assign_speakers(transcript, testing::sample_turns()),
                              transcript.format);
    };
    // Parts of a cue begin without the blank before their words.
    const auto said = [](const Transcript& transcript) {
      std::string text =
          testing::who_said_what(assign_speakers(transcript, testing::sample_turns()));
      std::erase(text, ' ');
      return text;
    };
    const std::string once = assigned(read_transcript(testing::fixture(name)));
    const TranscriptFormat format = read_transcript(testing::fixture(name)).format;
    const Transcript again = parse_transcript(once, name, format);
    // Parts of a segment have times of their own, from which other estimates may come; speakers and
    // texts stay.
    EXPECT_EQ(said(again), said(read_transcript(testing::fixture(name)))) << name;
    const bool divided =
        again.segments.size() != read_transcript(testing::fixture(name)).segments.size();
    EXPECT_TRUE(divided || assigned(again) == once) << name;
  }
}

}  // namespace
}  // namespace diarist
