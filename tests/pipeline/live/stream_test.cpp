#include "diarist/stream.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {

bool operator==(const StreamEvent& a, const StreamEvent& b) {
  return a.kind == b.kind && a.clock_s == b.clock_s && a.turn == b.turn && a.start_s == b.start_s &&
         a.end_s == b.end_s && a.speaker == b.speaker && a.name == b.name &&
         a.previous_speaker == b.previous_speaker && a.confidence == b.confidence;
}

namespace {

using Kind = StreamEvent::Kind;

const std::vector<float>& sample() {
  static const std::vector<float> kSamples =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  return kSamples;
}

/// In blocks of `block` samples.
Stream::End run(Stream& stream, std::span<const float> samples, std::size_t block) {
  std::vector<StreamEvent> events;
  for (std::size_t at = 0; at < samples.size(); at += block) {
    const auto fresh = stream.push(samples.subspan(at, std::min(block, samples.size() - at)));
    events.insert(events.end(), fresh.begin(), fresh.end());
  }
  Stream::End end = stream.finish();
  end.events.insert(end.events.begin(), events.begin(), events.end());
  return end;
}

/// Who speaks in each hundredth of a second, turns being told by their events.
class Board {
 public:
  void tell(const StreamEvent& event) {
    if (event.kind == Kind::speaker_named) return;
    turns_[event.turn] = event;
  }
  std::set<int> at(double time_s) const {
    std::set<int> speakers;
    for (const auto& [id, turn] : turns_) {
      if (turn.start_s <= time_s && time_s < turn.end_s) speakers.insert(turn.speaker);
    }
    return speakers;
  }
  const std::map<std::int64_t, StreamEvent>& turns() const { return turns_; }

 private:
  std::map<std::int64_t, StreamEvent> turns_;
};

Annotation annotation_of(const Board& board) {
  Annotation annotation;
  for (const auto& [id, turn] : board.turns()) {
    if (turn.end_s > turn.start_s) {
      annotation.segments.push_back({turn.start_s, turn.end_s, turn.name});
    }
  }
  return annotation;
}

std::string text_of(const Diarization& diarization, FileFormat format) {
  std::ostringstream out;
  write(out, diarization, format);
  return std::move(out).str();
}

class StreamTest : public ::testing::Test {
 protected:
  const Diarizer diarizer_{Model::builtin(), {.threads = 2}};
};

TEST_F(StreamTest, EndsWithWhatDiarizeGives) {
  const Diarization expected = diarizer_.diarize(sample(), 16000);
  Stream stream(diarizer_);
  const Stream::End end = run(stream, sample(), 1000);
  for (const FileFormat format : {FileFormat::rttm, FileFormat::json, FileFormat::csv}) {
    EXPECT_EQ(text_of(end.diarization, format), text_of(expected, format));
  }
  EXPECT_FALSE(end.diarization.turns.empty());
}

TEST_F(StreamTest, EndsLikewiseAtAnotherRateAndWithOptions) {
  const std::vector<float> half(sample().begin(), sample().begin() + 150001);
  StreamOptions options;
  options.sample_rate_hz = 22050;
  options.behavior.speakers = 2;
  options.behavior.exclusive = true;
  const Diarization expected = diarizer_.diarize(half, 22050, options.behavior);
  Stream stream(diarizer_, options);
  EXPECT_EQ(text_of(run(stream, half, 441).diarization, FileFormat::json),
            text_of(expected, FileFormat::json));
}

TEST_F(StreamTest, SameEventsHoweverDividedAndOnAnyNumberOfThreads) {
  Stream stream(diarizer_);
  const std::vector<StreamEvent> expected = run(stream, sample(), 1600).events;
  ASSERT_GT(expected.size(), 20U);
  const Diarizer alone(Model::builtin(), {.threads = 1});
  for (const std::size_t block : {std::size_t{333}, std::size_t{70000}, sample().size()}) {
    Stream other(alone, {});
    EXPECT_EQ(run(other, sample(), block).events, expected) << "in blocks of " << block;
  }
}

TEST_F(StreamTest, SameEventsBesideOthers) {
  Stream stream(diarizer_);
  const std::vector<StreamEvent> expected = run(stream, sample(), 8000).events;
  std::vector<std::vector<StreamEvent>> found(4);
  std::vector<std::thread> threads;
  for (std::vector<StreamEvent>& events : found) {
    threads.emplace_back([&] {
      Stream own(diarizer_);
      events = run(own, sample(), 8000).events;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<StreamEvent>& events : found) EXPECT_EQ(events, expected);
}

// Every moment of a turn is told within the delay, a hop and the shortest turn; and once the time
// to settle has passed, nothing that was told changes, but for pauses that close.
TEST_F(StreamTest, IsTimelyAndSettles) {
  for (const double delay_s : {0.5, 2.0, 5.0}) {
    StreamOptions options;
    options.delay_s = delay_s;
    options.settle_s = 8;
    Stream stream(diarizer_, options);
    Board board;
    std::map<int, std::set<int>> settled;  // by tenths of a second
    std::map<int, double> told_s;
    const double step_s = 0.1;
    const auto look = [&](double clock_s) {
      for (int i = 0; i * step_s < clock_s; ++i) {
        const std::set<int> now = board.at(i * step_s);
        if (!now.empty()) told_s.try_emplace(i, clock_s);
        if (i * step_s > clock_s - options.settle_s - 0.35) continue;
        const auto [before, fresh] = settled.try_emplace(i, now);
        ASSERT_TRUE(fresh || before->second == now)
            << i * step_s << " s changed at " << clock_s << " s, delay " << delay_s;
      }
    };
    const std::size_t block = 1600;
    for (std::size_t at = 0; at < sample().size(); at += block) {
      const std::size_t size = std::min(block, sample().size() - at);
      const auto events = stream.push(std::span(sample()).subspan(at, size));
      const double clock_s = static_cast<double>(at + size) / 16000;
      for (const StreamEvent& event : events) {
        ASSERT_LE(event.clock_s, clock_s + 1e-9);
        ASSERT_LE(event.end_s, event.clock_s + 1e-9);
        board.tell(event);
      }
      look(clock_s);
    }
    for (const StreamEvent& event : stream.finish().events) board.tell(event);
    look(static_cast<double>(sample().size()) / 16000);
    int moments = 0;
    for (const auto& [i, clock_s] : told_s) {
      if (settled.count(i) == 0 || settled.at(i).empty()) continue;
      ++moments;
      EXPECT_LE(clock_s - i * step_s, delay_s + 0.3 + step_s) << i * step_s << " s, " << delay_s;
    }
    EXPECT_GT(moments, 100);
  }
}

TEST_F(StreamTest, TurnsAreToldInOrder) {
  Stream stream(diarizer_);
  const std::vector<StreamEvent> events = run(stream, sample(), 1600).events;
  std::map<std::int64_t, StreamEvent> last;
  std::map<std::int64_t, double> ended;
  std::set<int> named;
  double clock_s = 0;
  for (const StreamEvent& event : events) {
    EXPECT_GE(event.clock_s, clock_s);
    clock_s = event.clock_s;
    if (event.kind == Kind::speaker_named) {
      EXPECT_EQ(event.speaker, static_cast<int>(named.size())) << "numbered as they appear";
      EXPECT_TRUE(named.insert(event.speaker).second);
      continue;
    }
    EXPECT_EQ(named.count(event.speaker), 1U) << "named before they have a turn";
    const auto before = last.find(event.turn);
    EXPECT_EQ(before == last.end(), event.kind == Kind::turn_begun);
    EXPECT_TRUE(event.end_s > event.start_s || event.kind == Kind::turn_revised);
    if (before != last.end()) {
      const StreamEvent& was = before->second;
      const bool same = was.speaker == event.speaker && was.start_s == event.start_s;
      if (event.kind == Kind::turn_extended) {
        EXPECT_TRUE(same);
        EXPECT_GT(event.end_s, was.end_s);
      } else if (event.kind == Kind::turn_ended) {
        EXPECT_TRUE(same);
        EXPECT_EQ(event.end_s, was.end_s);
      } else {
        EXPECT_EQ(event.previous_speaker, was.speaker);
      }
    }
    EXPECT_GE(event.confidence, 0);
    EXPECT_LE(event.confidence, 1);
    if (event.kind == Kind::turn_ended) ended[event.turn] = event.end_s;
    last[event.turn] = event;
  }
  for (const auto& [id, event] : last) {
    const bool gone = event.end_s == event.start_s;
    EXPECT_TRUE(gone || (ended.count(id) == 1 && ended.at(id) == event.end_s)) << "turn " << id;
  }
}

// sample.wav is half a minute of two people. Offline it is 6.1 %; the speakers of its first
// seconds are a guess that settles.
TEST_F(StreamTest, TurnsAreNearPeoples) {
  const Annotation reference =
      read_annotations(testing::source_dir() / "samples" / "sample.rttm").at(0);
  for (const double delay_s : {1.0, 2.0, 10.0}) {
    StreamOptions options;
    options.delay_s = delay_s;
    Stream stream(diarizer_, options);
    Board board;
    for (const StreamEvent& event : run(stream, sample(), 1600).events) board.tell(event);
    EXPECT_LT(score(reference, annotation_of(board)).der(), 0.13) << delay_s << " s of delay";
  }
}

TEST_F(StreamTest, NamesNoMoreSpeakersThanThereMayBe) {
  StreamOptions options;
  options.delay_s = 5;
  options.settle_s = 5;
  options.behavior.max_speakers = 1;
  Stream stream(diarizer_, options);
  for (const StreamEvent& event : run(stream, sample(), 1600).events) {
    ASSERT_EQ(event.speaker, 0) << "at " << event.clock_s << " s";
  }
}

TEST_F(StreamTest, SilenceHasNoTurns) {
  const std::vector<float> silence(16000 * 15, 0.0F);
  Stream stream(diarizer_);
  const Stream::End end = run(stream, silence, 1600);
  EXPECT_TRUE(end.events.empty());
  EXPECT_TRUE(end.diarization.turns.empty());
}

}  // namespace
}  // namespace diarist
