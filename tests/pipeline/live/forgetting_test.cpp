// Streams that are longer than their history.
#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/scoring.hpp"
#include "diarist/stream.hpp"

#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

/// Half a minute of two people, again and again.
std::vector<float> looped(int times) {
  const std::vector<float> once =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  std::vector<float> all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), once.begin(), once.end());
  return all;
}

Annotation annotation_of(const std::vector<Turn>& turns, double first_s) {
  Annotation annotation;
  for (const Turn& turn : turns) {
    annotation.segments.push_back(
        {turn.start_s - first_s, turn.end_s - first_s, std::to_string(turn.speaker)});
  }
  return annotation;
}

/// Once through a stream that remembers so much.
struct Forgotten {
  pipeline::Analysis found;
  std::size_t most_bytes = 0;
};

Forgotten forget(pipeline::Engine& engine, const pipeline::PresetParameters& preset,
                 std::span<const float> samples, double remembered_s) {
  pipeline::AnalysisStream stream(engine, preset, {});
  stream.remember(remembered_s);
  Forgotten done;
  for (std::size_t at = 0; at < samples.size(); at += 16000) {
    stream.push(samples.subspan(at, std::min<std::size_t>(16000, samples.size() - at)));
    done.most_bytes = std::max(done.most_bytes, stream.kept_bytes());
  }
  done.found = stream.finish();
  return done;
}

/// As a recording that begins where the memory of it does.
pipeline::Analysis begun_there(pipeline::Engine& engine, const pipeline::PresetParameters& preset,
                               std::span<const float> samples, double first_s) {
  return testing::analyse(engine, preset,
                          samples.subspan(static_cast<std::size_t>(first_s * 16000)));
}

// What stays looks as if the recording had begun there: the same windows to the bit, and voices as
// near as the trunk's blocks, which lie elsewhere, let them be.
TEST(Forgetting, LeavesWhatALaterBeginningWouldHave) {
  pipeline::Engine engine(Model::builtin(), {.threads = 2});
  const auto& preset = pipeline::parameters(Preset::balanced);
  const std::vector<float> samples = looped(5);
  const auto [found, most_bytes] = forget(engine, preset, samples, 40);
  ASSERT_EQ(found.first_s, 54) << "27 windows of 2 s";
  const pipeline::Analysis expected = begun_there(engine, preset, samples, found.first_s);
  EXPECT_EQ(found.activity.windows, expected.activity.windows);
  EXPECT_EQ(found.activity.active, expected.activity.active);
  EXPECT_EQ(found.activity.probability, expected.activity.probability);
  ASSERT_EQ(found.counts.size(), expected.counts.size());
  // Windows that begin before still count in the first ten seconds.
  const auto same_from = static_cast<std::ptrdiff_t>(10 / 0.016875) + 1;
  EXPECT_TRUE(std::equal(found.counts.begin() + same_from, found.counts.end(),
                         expected.counts.begin() + same_from));
  ASSERT_EQ(found.embeddings.size(), expected.embeddings.size());
  const auto later = [](const pipeline::Voices& voices) {
    std::vector<pipeline::Subsegment> some;
    std::ranges::copy_if(voices.subsegments, std::back_inserter(some),
                         [](const pipeline::Subsegment& voice) { return voice.first > 200; });
    return some;
  };
  EXPECT_EQ(later(found.voices), later(expected.voices));
  EXPECT_GT(later(found.voices).size(), 100U);
  EXPECT_LT(most_bytes, std::size_t{2} << 20);
}

// It shares no trunk between windows, and counts speakers at its end alone.
TEST(Forgetting, HoldsForExactToo) {
  pipeline::Engine engine(Model::builtin(), {.threads = 2});
  const auto& preset = pipeline::parameters(Preset::exact);
  const std::vector<float> samples = looped(3);
  const pipeline::Analysis found = forget(engine, preset, samples, 20).found;
  ASSERT_EQ(found.first_s, 54) << "54 windows of 1 s";
  const pipeline::Analysis expected = begun_there(engine, preset, samples, found.first_s);
  EXPECT_EQ(found.activity.windows, expected.activity.windows);
  EXPECT_EQ(found.activity.active, expected.activity.active);
  EXPECT_EQ(found.counts, expected.counts);
}

/// Seconds that each speaker has of a stretch, by the events' turns.
std::map<int, double> spoken_s(const std::map<std::int64_t, StreamEvent>& turns, double from_s,
                               double to_s) {
  std::map<int, double> sums;
  for (const auto& [id, turn] : turns) {
    const double shared_s = std::min(turn.end_s, to_s) - std::max(turn.start_s, from_s);
    if (shared_s > 0) sums[turn.speaker] += shared_s;
  }
  return sums;
}

// Nothing that is kept tells of the first half minute by the time that it comes again.
TEST(Forgetting, KnowsWhoWasForgotten) {
  const Diarizer diarizer(Model::builtin(), {.threads = 2});
  const std::vector<float> once = looped(1);
  std::vector<float> samples = once;
  samples.resize(samples.size() + std::size_t{16000} * 780, 0.0F);
  samples.insert(samples.end(), once.begin(), once.end());
  StreamOptions options;
  options.delay_s = 10;
  options.history_s = 600;
  Stream stream(diarizer, options);
  std::map<std::int64_t, StreamEvent> turns;
  const auto tell = [&](const std::vector<StreamEvent>& events) {
    for (const StreamEvent& event : events) {
      if (event.turn > 0) turns[event.turn] = event;
    }
  };
  for (std::size_t at = 0; at < samples.size(); at += 16000) {
    tell(stream.push(
        std::span(samples).subspan(at, std::min<std::size_t>(16000, samples.size() - at))));
  }
  tell(stream.finish().events);
  const std::map<int, double> before = spoken_s(turns, 0, 30);
  const std::map<int, double> after = spoken_s(turns, 810, 840);
  ASSERT_EQ(before.size(), 2U);
  ASSERT_EQ(after.size(), 2U);
  for (const auto& [speaker, seconds] : before) {
    ASSERT_EQ(after.count(speaker), 1U);
    EXPECT_NEAR(after.at(speaker), seconds, 3) << speaker;
  }
}

TEST(Forgetting, AStreamKeepsItsNumbersAndItsSize) {
  const Diarizer diarizer(Model::builtin(), {.threads = 2});
  const std::vector<float> samples = looped(30);
  StreamOptions options;
  options.delay_s = 10;
  options.history_s = 600;
  options.behavior.speakers = 2;  // the very same seconds again and again are evidence of anything
  Stream stream(diarizer, options);
  std::set<int> early;
  std::set<int> late;
  std::map<std::int64_t, StreamEvent> turns;
  std::size_t bytes_at_twelve = 0;
  for (std::size_t at = 0; at < samples.size(); at += 16000) {
    for (const StreamEvent& event : stream.push(std::span(samples).subspan(at, 16000))) {
      (event.clock_s < 60 ? early : late).insert(event.speaker);
      if (event.turn > 0) turns[event.turn] = event;
      EXPECT_LE(event.clock_s - event.end_s,
                event.kind == StreamEvent::Kind::turn_begun ? 11 : 1e9);
    }
    if (at == samples.size() / 15 * 12) bytes_at_twelve = stream.kept_bytes();
  }
  EXPECT_EQ(early.size(), 2U);
  EXPECT_EQ(late, early) << "they are the same two all the time";
  EXPECT_GT(bytes_at_twelve, 0U);
  EXPECT_LE(stream.kept_bytes(), bytes_at_twelve);

  const Stream::End end = stream.finish();
  EXPECT_FALSE(end.complete);
  EXPECT_GE(end.first_s, 30);
  EXPECT_LE(end.first_s, 300);
  EXPECT_EQ(end.diarization.duration_s, 900);
  ASSERT_FALSE(end.diarization.turns.empty());
  EXPECT_GE(end.diarization.turns.front().start_s, end.first_s);
  EXPECT_LT(end.diarization.turns.front().start_s, end.first_s + 10);
  ASSERT_EQ(end.diarization.notices.size(), 1U);
  const auto first = static_cast<std::size_t>(end.first_s * 16000);
  const Diarization expected =
      diarizer.diarize(std::span(samples).subspan(first), 16000, options.behavior);
  EXPECT_LT(
      score(annotation_of(expected.turns, 0), annotation_of(end.diarization.turns, end.first_s))
          .der(),
      0.01);
  // Events of the time that is forgotten by the end, against those of the last minutes.
  const std::map<int, double> early_s = spoken_s(turns, 120, 240);
  const std::map<int, double> late_s = spoken_s(turns, 720, 840);
  for (const int speaker : {0, 1}) EXPECT_NEAR(early_s.at(speaker), late_s.at(speaker), 8);
}

TEST(Forgetting, AShortHistoryIsRefused) {
  const Diarizer diarizer;
  StreamOptions options;
  options.history_s = 599;
  EXPECT_THROW(Stream(diarizer, options), Error);
}

}  // namespace
}  // namespace diarist
