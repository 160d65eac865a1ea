// Live streams through the C interface: the events and the end that C++ gives.
#include "diarist/stream.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/formats.hpp"
#include "diarist/identification.hpp"

#include "capi/calls.hpp"
#include "capi/streams.hpp"
#include "pipeline/recording.hpp"
#include "testing/places.hpp"

namespace diarist::testing {
namespace {

using Error = diarist_error**;

std::vector<diarist_event> all_of(const Told& told) {
  std::vector<diarist_event> all;
  for (const CEvents& events : told.lists) {
    for (std::size_t i = 0; i < diarist_event_count(events.get()); ++i) {
      all.push_back(blank<diarist_event>());
      EXPECT_TRUE(
          succeeds([&](Error e) { return diarist_event_at(events.get(), i, &all.back(), e); }));
    }
  }
  return all;
}

std::string rttm_of(const diarist_diarization* diarization) {
  std::size_t needed = 0;
  diarist_diarization_text(diarization, DIARIST_FORMAT_RTTM, nullptr, 0, &needed, nullptr);
  std::string text(needed + 1, '\0');
  EXPECT_EQ(diarist_diarization_text(diarization, DIARIST_FORMAT_RTTM, text.data(), text.size(),
                                     nullptr, nullptr),
            DIARIST_OK);
  text.pop_back();
  return text;
}

/// As the header has them.
diarist_event_kind number_of(StreamEvent::Kind kind) {
  const std::string name(to_string(kind));
  return name == "speaker"    ? DIARIST_EVENT_SPEAKER
         : name == "begun"    ? DIARIST_EVENT_BEGUN
         : name == "extended" ? DIARIST_EVENT_EXTENDED
         : name == "ended"    ? DIARIST_EVENT_ENDED
         : name == "revised"  ? DIARIST_EVENT_REVISED
                              : DIARIST_EVENT_IDENTIFIED;
}

void expect_same(const std::vector<diarist_event>& found,
                 const std::vector<StreamEvent>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].kind, number_of(expected[i].kind)) << i;
    EXPECT_EQ(found[i].clock_s, expected[i].clock_s) << i;
    EXPECT_EQ(found[i].turn, expected[i].turn) << i;
    EXPECT_EQ(found[i].start_s, expected[i].start_s) << i;
    EXPECT_EQ(found[i].end_s, expected[i].end_s) << i;
    EXPECT_EQ(found[i].speaker, expected[i].speaker) << i;
    EXPECT_EQ(found[i].name, expected[i].name) << i;
    EXPECT_EQ(found[i].previous_speaker, expected[i].previous_speaker) << i;
    EXPECT_EQ(found[i].confidence, static_cast<double>(expected[i].confidence)) << i;
    EXPECT_EQ(found[i].score, expected[i].score) << i;
  }
}

std::vector<StreamEvent> expected_events(const Diarizer& diarizer, const StreamOptions& options) {
  Stream stream(diarizer, options);
  std::vector<StreamEvent> events = stream.push(sample());
  const Stream::End end = stream.finish();
  events.insert(events.end(), end.events.begin(), end.events.end());
  return events;
}

std::string expected_rttm(const Diarizer& diarizer, const StreamOptions& options) {
  std::ostringstream text;
  write(text, diarizer.diarize(sample(), options.sample_rate_hz, options.behavior),
        FileFormat::rttm);
  return text.str();
}

TEST(CStreams, GiveWhatTheLibraryGives) {
  const Diarizer reference(Model::builtin(), {.threads = 2});
  CDiarizer diarizer = small_diarizer();
  const CStream stream = stream_of(diarizer.get());
  diarizer.reset();  // the stream keeps it
  const Told told = run(stream.get(), sample(), 1600);
  const auto events = all_of(told);
  EXPECT_GT(events.size(), 20u);
  expect_same(events, expected_events(reference, {}));
  EXPECT_EQ(rttm_of(told.diarization.get()), expected_rttm(reference, {}));
  EXPECT_STREQ(diarist_recording_name(told.diarization.get()), "samples");
  EXPECT_EQ(diarist_stream_pushed_s(stream.get()), kSample_s);
}

TEST(CStreams, TakeTheirOptions) {
  StreamOptions options;
  options.delay_s = 5;
  options.settle_s = 7;
  options.sample_rate_hz = 15000;
  options.behavior.max_speakers = 3;
  options.behavior.min_turn_s = 1.0;
  const Diarizer reference(Model::builtin(), {.threads = 2});
  const CDiarizer diarizer = small_diarizer();

  auto streaming = fresh(diarist_streaming_init);
  EXPECT_EQ(streaming.delay_s, StreamOptions().delay_s);
  EXPECT_EQ(streaming.settle_s, StreamOptions().settle_s);
  EXPECT_EQ(streaming.sample_rate_hz, StreamOptions().sample_rate_hz);
  CStream stream;
  {
    auto behavior = fresh(diarist_options_init);
    behavior.max_speakers = 3;
    behavior.min_turn_s = 1.0;
    streaming.delay_s = 5;
    streaming.settle_s = 7;
    streaming.sample_rate_hz = 15000;
    streaming.options = &behavior;
    stream = stream_of(diarizer.get(), &streaming);
    behavior.max_speakers = 1;  // read by then
  }
  const Told told = run(stream.get(), sample(), 77777);
  expect_same(all_of(told), expected_events(reference, options));
  EXPECT_EQ(rttm_of(told.diarization.get()), expected_rttm(reference, options));
}

TEST(CStreams, NameKnownVoices) {
  const auto whole = read_samples(source_dir() / "samples" / "sample.wav");
  const std::string file = ::testing::TempDir() + "c_stream_voices.db";
  std::filesystem::remove(file);
  const CDiarizer diarizer = small_diarizer();
  auto store_options = fresh(diarist_store_options_init);
  store_options.create = 1;
  diarist_store* opened = nullptr;
  ASSERT_TRUE(succeeds(
      [&](Error e) { return diarist_store_open(file.c_str(), &store_options, &opened, e); }));
  const CStore store(opened);
  // One person alone.
  const auto alone = std::span(whole).subspan(22 * 16000, 5 * 16000);
  diarist_diarization* heard = nullptr;
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_diarize_samples(diarizer.get(), alone.data(), alone.size(), 16000, nullptr,
                                   nullptr, &heard, e);
  }));
  const CDiarization enrolled(heard);
  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_store_add(store.get(), "Ann", enrolled.get(), nullptr, nullptr, e);
  }));

  auto streaming = fresh(diarist_streaming_init);
  EXPECT_EQ(streaming.history_s, StreamOptions().history_s);
  EXPECT_EQ(streaming.min_score, IdentificationOptions().min_score);
  streaming.voices = store.get();
  const CStream stream = stream_of(diarizer.get(), &streaming);
  const Told told = run(stream.get(), sample(), 1600);
  const auto events = all_of(told);
  const auto known = std::ranges::find(events, DIARIST_EVENT_IDENTIFIED, &diarist_event::kind);
  ASSERT_NE(known, events.end());
  EXPECT_STREQ(known->name, "Ann");
  EXPECT_GE(known->score, streaming.min_score);

  const Diarizer reference(Model::builtin(), {.threads = 2});
  StreamOptions options;
  options.names = stream_namer(SpeakerStore(file), reference.model());
  expect_same(events, expected_events(reference, options));
  EXPECT_THAT(rttm_of(told.diarization.get()), ::testing::HasSubstr(" Ann "));

  streaming.history_s = 60;
  diarist_stream* none = nullptr;
  EXPECT_EQ(diarist_stream_new(diarizer.get(), &streaming, &none, nullptr),
            DIARIST_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace diarist::testing
