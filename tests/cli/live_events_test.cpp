// What `diarist live` tells to programs, and when a turn is settled.
#include "cli/live_events.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/settled_turns.hpp"

namespace diarist::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = StreamEvent::Kind;

StreamEvent event(Kind kind, std::int64_t turn, double start_s, double end_s, int speaker,
                  const std::string& name = {}) {
  StreamEvent made;
  made.kind = kind;
  made.clock_s = end_s + 2;
  made.turn = turn;
  made.start_s = start_s;
  made.end_s = end_s;
  made.speaker = made.previous_speaker = speaker;
  made.name = name.empty() ? "SPEAKER_0" + std::to_string(speaker) : name;
  made.confidence = 0.5F;
  return made;
}

std::vector<std::int64_t> numbers(const std::vector<LiveTurn>& turns) {
  std::vector<std::int64_t> all;
  for (const LiveTurn& turn : turns) all.push_back(turn.turn);
  return all;
}

TEST(JsonLine, HasEveryFieldInOrder) {
  StreamEvent revised = event(Kind::turn_revised, 7, 6.67971875, 7.5065937500000001, 1);
  revised.previous_speaker = 0;
  revised.confidence = 0.97312F;
  EXPECT_EQ(json_line(revised),
            "{\"kind\":\"revised\",\"clock_s\":9.506594,\"turn\":7,\"start_s\":6.679719,"
            "\"end_s\":7.506594,\"speaker\":1,\"name\":\"SPEAKER_01\",\"previous_speaker\":0,"
            "\"confidence\":0.9731}\n");
}

TEST(JsonLine, StaysOneLineWhateverTheNameIs) {
  const std::string name = "A\n\"b\"\xFF";
  const std::string line = json_line(event(Kind::speaker_named, 0, 0, 0, 0, name));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(line).at("name"), "A\n\"b\"\xEF\xBF\xBD");
  EXPECT_EQ(nlohmann::json::parse(line).at("kind"), "speaker");
}

TEST(RttmLine, IsThatOfTheFormat) {
  EXPECT_EQ(rttm_line({3, 6.6797, 7.1183, 1, "Ann", 0.9F}, "a talk"),
            "SPEAKER a_talk 1 6.680 0.438 <NA> <NA> Ann <NA> <NA>\n");
}

// Settling after 10 s: 1.5 s more are what the stream's clock, a pause and a frame take up.
TEST(SettledTurns, AreGivenOnceAndInTheOrderOfTheirEnds) {
  SettledTurns turns(10, 0);
  turns.take(event(Kind::speaker_named, 0, 0, 0, 0));
  turns.take(event(Kind::turn_begun, 1, 0, 9, 0));
  turns.take(event(Kind::turn_begun, 2, 1, 3, 1));
  turns.take(event(Kind::turn_begun, 3, 2, 4, 0));
  EXPECT_THAT(turns.settled(14.4), IsEmpty());
  EXPECT_THAT(numbers(turns.settled(14.6)), ElementsAre(2));
  turns.take(event(Kind::turn_extended, 1, 0, 9.5, 0));
  EXPECT_THAT(numbers(turns.settled(20.9)), ElementsAre(3));
  EXPECT_THAT(turns.settled(20.9), IsEmpty());
  EXPECT_THAT(numbers(turns.settled(21.1)), ElementsAre(1));
}

TEST(SettledTurns, AreAsTheirLastEventHasThem) {
  SettledTurns turns(10, 0);
  turns.take(event(Kind::turn_begun, 1, 0, 2, 0));
  turns.take(event(Kind::turn_begun, 2, 2, 3, 0));
  turns.take(event(Kind::turn_revised, 1, 0.5, 2.5, 1));
  turns.take(event(Kind::turn_revised, 2, 2, 2, 0));          // nobody
  turns.take(event(Kind::speaker_named, 0, 0, 0, 1, "Ann"));  // known meanwhile
  const std::vector<LiveTurn> rest = turns.rest();
  ASSERT_THAT(numbers(rest), ElementsAre(1));
  EXPECT_EQ(rest[0].start_s, 0.5);
  EXPECT_EQ(rest[0].end_s, 2.5);
  EXPECT_EQ(rest[0].speaker, 1);
  EXPECT_EQ(rest[0].name, "Ann");
  EXPECT_THAT(turns.rest(), IsEmpty());
}

TEST(SettledTurns, WaitForAPauseThatMayBeClosed) {
  SettledTurns turns(10, 5);
  turns.take(event(Kind::turn_begun, 1, 0, 2, 0));
  EXPECT_THAT(turns.settled(18), IsEmpty());
  EXPECT_THAT(numbers(turns.settled(19)), ElementsAre(1));
}

}  // namespace
}  // namespace diarist::cli
