// Live streams of the C interface: who may push and free them, and when.
#include <span>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "capi/calls.hpp"
#include "capi/streams.hpp"

namespace diarist::testing {
namespace {

using Error = diarist_error**;

TEST(CStreams, EventsOutliveTheirStream) {
  const CDiarizer diarizer = small_diarizer();
  CStream stream = stream_of(diarizer.get());
  const CEvents events = pushed(stream.get(), sample().first(6 * 16000));
  stream.reset();
  ASSERT_GT(diarist_event_count(events.get()), 0u);
  auto event = blank<diarist_event>();
  EXPECT_EQ(diarist_event_at(events.get(), 0, &event, nullptr), DIARIST_OK);
  EXPECT_EQ(event.kind, DIARIST_EVENT_SPEAKER);
  EXPECT_STREQ(event.name, "SPEAKER_00");
}

TEST(CStreams, RefuseWhatComesAfterTheEnd) {
  const CDiarizer diarizer = small_diarizer();
  const CStream stream = stream_of(diarizer.get());
  diarist_events* events = nullptr;
  diarist_diarization* diarization = nullptr;
  const auto finish = [&](Error e) {
    return diarist_stream_finish(stream.get(), &events, &diarization, e);
  };
  EXPECT_TRUE(says(DIARIST_CORRUPT_AUDIO, "push some first", finish));
  EXPECT_EQ(diarist_event_count(pushed(stream.get(), sample().first(16000)).get()), 0u);
  EXPECT_EQ(diarist_event_count(pushed(stream.get(), {}).get()), 0u);
  EXPECT_TRUE(succeeds(finish));
  const CEvents last(events);
  const CDiarization result(diarization);
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "has ended", finish));
  EXPECT_EQ(events, nullptr);
  EXPECT_EQ(diarization, nullptr);
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "has ended", [&](Error e) {
    return diarist_stream_push(stream.get(), sample().data(), 1, &events, e);
  }));
  EXPECT_EQ(diarist_stream_pushed_s(stream.get()), 1);
}

// In which order is the threads' own affair; silence is the same in any.
TEST(CStreams, ThreadsTakeTurns) {
  const CDiarizer diarizer = small_diarizer();
  const CStream stream = stream_of(diarizer.get());
  const std::vector<float> silence(8000, 0.0F);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) {
        pushed(stream.get(), silence);
        EXPECT_GT(diarist_stream_pushed_s(stream.get()), 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(diarist_stream_pushed_s(stream.get()), 10);
  const Told told = run(stream.get(), {}, 1);
  EXPECT_EQ(diarist_duration_s(told.diarization.get()), 10);
}

TEST(CStreams, MayBeFreedWhileAnotherThreadPushes) {
  const CDiarizer diarizer = small_diarizer();
  CStream stream = stream_of(diarizer.get());
  diarist_stream* const raw = stream.get();
  std::thread thread([&] {
    // Until it is gone.
    for (diarist_status status = DIARIST_OK; status != DIARIST_BAD_HANDLE;) {
      diarist_events* events = nullptr;
      status = diarist_stream_push(raw, sample().data(), 1600, &events, nullptr);
      diarist_events_free(events);
    }
  });
  while (diarist_stream_pushed_s(raw) < 2) std::this_thread::yield();
  stream.reset();
  thread.join();
  EXPECT_EQ(diarist_stream_pushed_s(raw), 0);
}

}  // namespace
}  // namespace diarist::testing
