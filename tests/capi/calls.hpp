// The C interface as tests call it: handles that free themselves, errors that print themselves.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "diarist/diarist.h"

namespace diarist::testing {

template <auto kFree>
struct Freed {
  template <class Handle>
  void operator()(Handle* handle) const {
    kFree(handle);
  }
};
using CModel = std::unique_ptr<diarist_model, Freed<diarist_model_free>>;
using CDiarizer = std::unique_ptr<diarist_diarizer, Freed<diarist_diarizer_free>>;
using CDiarization = std::unique_ptr<diarist_diarization, Freed<diarist_diarization_free>>;
using CEmbedder = std::unique_ptr<diarist_embedder, Freed<diarist_embedder_free>>;
using CSegmenter = std::unique_ptr<diarist_segmenter, Freed<diarist_segmenter_free>>;
using CComparison = std::unique_ptr<diarist_comparison, Freed<diarist_comparison_free>>;
using CCancellation = std::unique_ptr<diarist_cancellation, Freed<diarist_cancellation_free>>;
using CStream = std::unique_ptr<diarist_stream, Freed<diarist_stream_free>>;
using CEvents = std::unique_ptr<diarist_events, Freed<diarist_events_free>>;
using CStore = std::unique_ptr<diarist_store, Freed<diarist_store_free>>;
using CVoices = std::unique_ptr<diarist_voices, Freed<diarist_voices_free>>;
using CRemembered = std::unique_ptr<diarist_remembered, Freed<diarist_remembered_free>>;

/// How a call ended.
struct Outcome {
  diarist_status status = DIARIST_OK;
  std::string message;
  bool consistent = true;  ///< There is an error exactly where the status says so, and it says so.

  friend std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
    return out << diarist_status_name(outcome.status) << " \"" << outcome.message << "\"";
  }
};

/// Runs `call`, which takes a diarist_error** and returns a status.
template <class Call>
Outcome outcome_of(const Call& call) {
  diarist_error* error = nullptr;
  Outcome outcome;
  outcome.status = call(&error);
  outcome.message = diarist_error_message(error);
  outcome.consistent = diarist_error_status(error) == outcome.status &&
                       (error == nullptr) == (outcome.status == DIARIST_OK) &&
                       outcome.message.empty() == (outcome.status == DIARIST_OK);
  diarist_error_free(error);
  return outcome;
}

template <class Call>
::testing::AssertionResult ends_with(diarist_status status, const Call& call) {
  const Outcome outcome = outcome_of(call);
  if (outcome.status == status && outcome.consistent) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "ended with " << outcome << ", not with " << diarist_status_name(status)
         << (outcome.consistent ? "" : ", and the error disagrees");
}

/// The same where a part of the message matters.
template <class Call>
::testing::AssertionResult says(diarist_status status, const std::string& part, const Call& call) {
  const Outcome outcome = outcome_of(call);
  if (outcome.status == status && outcome.message.find(part) != std::string::npos) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "ended with " << outcome << ", not with "
                                       << diarist_status_name(status) << " and '" << part << "'";
}

template <class Call>
::testing::AssertionResult succeeds(const Call& call) {
  return ends_with(DIARIST_OK, call);
}

/// A struct that goes in, fresh from its _init function.
template <class Struct>
Struct fresh(diarist_status (*init)(Struct*, size_t, diarist_error**)) {
  Struct made;
  EXPECT_EQ(init(&made, sizeof(made), nullptr), DIARIST_OK);
  return made;
}

/// A struct that is to come out.
template <class Struct>
Struct blank() {
  Struct made{};
  made.size = sizeof(made);
  return made;
}

inline CModel builtin_model() {
  diarist_model* model = nullptr;
  EXPECT_EQ(diarist_model_builtin(&model, nullptr), DIARIST_OK);
  return CModel(model);
}

/// With two workers.
inline CDiarizer small_diarizer(const diarist_model* model = nullptr) {
  auto performance = fresh(diarist_performance_init);
  performance.threads = 2;
  diarist_diarizer* diarizer = nullptr;
  EXPECT_EQ(diarist_diarizer_new(model, &performance, &diarizer, nullptr), DIARIST_OK);
  return CDiarizer(diarizer);
}

}  // namespace diarist::testing
