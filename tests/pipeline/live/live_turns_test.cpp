// Turns of frames that are forgotten once they have settled.
#include "pipeline/live/live_turns.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/window.hpp"

namespace diarist::pipeline {
namespace {

using Kind = StreamEvent::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::int64_t frames_in(double seconds) {
  return static_cast<std::int64_t>(seconds / kFrameStepSeconds);
}

/// Of one speaker at a time: who each second is called, below 0 for nobody.
class Talk {
 public:
  explicit Talk(std::vector<int> seconds) : seconds_(std::move(seconds)) {}

  /// What `turns` say of it, a second at a time, frames being forgotten after `kept_s`.
  std::vector<StreamEvent> told_by(LiveTurns& turns, double kept_s) const {
    std::vector<StreamEvent> events;
    NamedFrames frames;
    for (std::size_t s = 0; s < seconds_.size(); ++s) {
      const auto heard_s = static_cast<double>(s + 1);
      while (frames.end() < frames_in(heard_s)) {
        frames.speakers.push_back(seconds_[s]);
        frames.certainty.push_back(1);
      }
      while (frames.first < frames_in(heard_s - kept_s)) {
        frames.speakers.erase(frames.speakers.begin());
        frames.certainty.erase(frames.certainty.begin());
        ++frames.first;
      }
      const auto fresh = turns.update(frames, heard_s, s + 1 == seconds_.size());
      events.insert(events.end(), fresh.begin(), fresh.end());
    }
    return events;
  }

 private:
  std::vector<int> seconds_;
};

std::vector<Kind> kinds(const std::vector<StreamEvent>& events) {
  std::vector<Kind> all;
  for (const StreamEvent& event : events) all.push_back(event.kind);
  return all;
}

// Eight seconds of speech, the shortest turn has nearly five, and three are remembered.
TEST(LiveTurns, TellOneThatIsLongerThanFramesAreRemembered) {
  LiveTurns turns({0, 4.9});
  const std::vector<StreamEvent> events =
      Talk({-1, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1}).told_by(turns, 3);
  ASSERT_THAT(kinds(events),
              ElementsAre(Kind::speaker_named, Kind::turn_begun, Kind::turn_extended,
                          Kind::turn_extended, Kind::turn_extended, Kind::turn_ended));
  EXPECT_EQ(events[1].turn, 1);
  EXPECT_NEAR(events[1].start_s, 1, 0.05);
  EXPECT_NEAR(events.back().start_s, 1, 0.05);
  EXPECT_NEAR(events.back().end_s, 9, 0.05);
  EXPECT_NEAR(events.back().confidence, 1, 1e-6);
}

TEST(LiveTurns, SayNothingOfOneThatStaysShort) {
  LiveTurns turns({0, 4.9});
  EXPECT_THAT(Talk({0, 0, 0, 0, -1, 1, 1, 1, 1, -1, -1, -1, -1}).told_by(turns, 3), IsEmpty());
  EXPECT_LT(turns.number_of(0), 0) << "who has no turn has no number";
}

TEST(LiveTurns, GiveNumbersAndTurnsInTheOrderInWhichTheyAreTold) {
  LiveTurns turns({0, 2.9});
  const std::vector<StreamEvent> events =
      Talk({0, -1, -1, -1, -1, 1, 1, 1, 1, 0, 0, 0, 0, -1, -1}).told_by(turns, 2);
  std::vector<std::int64_t> begun;
  for (const StreamEvent& event : events) {
    if (event.kind != Kind::turn_begun) continue;
    begun.push_back(event.turn);
    EXPECT_EQ(event.speaker, static_cast<int>(begun.size()) - 1);
  }
  EXPECT_THAT(begun, ElementsAre(1, 2));
  EXPECT_EQ(turns.number_of(1), 0);
  EXPECT_EQ(turns.number_of(0), 1);
}

// What is told and turns out to be too short was nobody's.
TEST(LiveTurns, TakeBackOneThatBecomesTooShort) {
  LiveTurns turns({0, 2});
  NamedFrames frames;
  frames.speakers.assign(static_cast<std::size_t>(frames_in(3)), 0);
  frames.certainty.assign(frames.speakers.size(), 1);
  EXPECT_THAT(kinds(turns.update(frames, 3, false)),
              ElementsAre(Kind::speaker_named, Kind::turn_begun));
  std::fill(frames.speakers.begin() + static_cast<std::ptrdiff_t>(frames_in(1)),
            frames.speakers.end(), -1);
  const std::vector<StreamEvent> events = turns.update(frames, 3, false);
  ASSERT_THAT(kinds(events), ElementsAre(Kind::turn_revised));
  EXPECT_EQ(events[0].end_s, events[0].start_s);
}

}  // namespace
}  // namespace diarist::pipeline
