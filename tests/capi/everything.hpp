// One handle of each type of the C interface, for the tests of what it refuses.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "capi/calls.hpp"
#include "testing/places.hpp"

namespace diarist::testing {

inline constexpr std::size_t kRate = 16000;

/// One handle of each type, and places for results.
struct Everything {
  Everything() {
    samples.assign(kRate, 0.01F);
    EXPECT_EQ(diarist_embedder_new(model.get(), nullptr, &raw_embedder, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_segmenter_new(model.get(), nullptr, &raw_segmenter, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_diarize_samples(diarizer.get(), samples.data(), samples.size(), kRate,
                                      nullptr, nullptr, &raw_result, nullptr),
              DIARIST_OK);
    EXPECT_EQ(diarist_compare(model.get(), model.get(), nullptr, 0, nullptr, nullptr,
                              &raw_comparison, nullptr),
              DIARIST_OK);
    EXPECT_EQ(diarist_cancellation_new(&raw_cancellation, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_stream_new(diarizer.get(), nullptr, &raw_stream, nullptr), DIARIST_OK);
    EXPECT_EQ(diarist_stream_push(raw_stream, samples.data(), 1, &raw_events, nullptr), DIARIST_OK);
    auto options = fresh(diarist_store_options_init);
    options.create = 1;
    EXPECT_EQ(diarist_store_open((folder / "voices.db").c_str(), &options, &raw_store, nullptr),
              DIARIST_OK);
    EXPECT_EQ(diarist_store_voices(raw_store, &raw_voices, nullptr), DIARIST_OK);
    stream.reset(raw_stream);
    events.reset(raw_events);
    store.reset(raw_store);
    voices.reset(raw_voices);
    embedder.reset(raw_embedder);
    segmenter.reset(raw_segmenter);
    result.reset(raw_result);
    comparison.reset(raw_comparison);
    cancellation.reset(raw_cancellation);
  }

  ~Everything() { std::filesystem::remove_all(folder); }
  Everything(const Everything&) = delete;
  Everything& operator=(const Everything&) = delete;

  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("capi_refusals-" + std::to_string(::getpid()));
  std::vector<float> samples;
  CModel model = builtin_model();
  CDiarizer diarizer = small_diarizer(model.get());
  diarist_embedder* raw_embedder = nullptr;
  diarist_segmenter* raw_segmenter = nullptr;
  diarist_diarization* raw_result = nullptr;
  diarist_comparison* raw_comparison = nullptr;
  diarist_cancellation* raw_cancellation = nullptr;
  diarist_stream* raw_stream = nullptr;
  diarist_events* raw_events = nullptr;
  diarist_store* raw_store = nullptr;
  diarist_voices* raw_voices = nullptr;
  CEmbedder embedder;
  CSegmenter segmenter;
  CDiarization result;
  CComparison comparison;
  CCancellation cancellation;
  CStream stream;
  CEvents events;
  CStore store;
  CVoices voices;
};

using Error = diarist_error**;
/// A call that must fail, and whose it is.
struct Case {
  std::string function;
  std::function<diarist_status(Error)> call;
};

}  // namespace diarist::testing
