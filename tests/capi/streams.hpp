// Pushing the sample into live streams of the C interface.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "capi/calls.hpp"
#include "pipeline/recording.hpp"
#include "testing/places.hpp"

namespace diarist::testing {

/// Two people speak in it from its first second on.
inline constexpr int kSample_s = 12;
inline std::span<const float> sample() {
  static const auto kSamples = read_samples(source_dir() / "samples" / "sample.wav");
  return std::span(kSamples).subspan(6 * 16000, kSample_s * 16000);
}

inline CStream stream_of(const diarist_diarizer* diarizer,
                         const diarist_streaming* streaming = nullptr) {
  diarist_stream* stream = nullptr;
  EXPECT_TRUE(succeeds(
      [&](diarist_error** e) { return diarist_stream_new(diarizer, streaming, &stream, e); }));
  return CStream(stream);
}

inline CEvents pushed(diarist_stream* stream, std::span<const float> samples) {
  diarist_events* events = nullptr;
  EXPECT_TRUE(succeeds([&](diarist_error** e) {
    return diarist_stream_push(stream, samples.data(), samples.size(), &events, e);
  }));
  return CEvents(events);
}

struct Told {
  std::vector<CEvents> lists;
  CDiarization diarization;
};

inline Told run(diarist_stream* stream, std::span<const float> samples, std::size_t block) {
  Told told;
  for (std::size_t at = 0; at < samples.size(); at += block) {
    told.lists.push_back(pushed(stream, samples.subspan(at, std::min(block, samples.size() - at))));
  }
  diarist_events* events = nullptr;
  diarist_diarization* diarization = nullptr;
  EXPECT_TRUE(succeeds(
      [&](diarist_error** e) { return diarist_stream_finish(stream, &events, &diarization, e); }));
  told.lists.emplace_back(events);
  told.diarization.reset(diarization);
  return told;
}

}  // namespace diarist::testing
