// Live streams: samples in as they come, events out.
#include "diarist/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/identification.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;
using diarist::StreamEvent;

namespace {

diarist_streaming default_streaming() {
  const diarist::StreamOptions defaults;
  diarist_streaming streaming{};
  streaming.size = sizeof(streaming);
  streaming.delay_s = defaults.delay_s;
  streaming.settle_s = defaults.settle_s;
  streaming.sample_rate_hz = defaults.sample_rate_hz;
  streaming.history_s = defaults.history_s;
  streaming.min_score = diarist::IdentificationOptions{}.min_score;
  return streaming;
}

diarist::StreamOptions stream_options_of(const diarist_streaming* streaming,
                                         const diarist::Model& model) {
  const diarist_streaming given = taken(streaming, default_streaming(), "diarist_streaming");
  diarist::StreamOptions options;
  options.delay_s = given.delay_s;
  options.settle_s = given.settle_s;
  options.behavior = behavior_of(given.options);
  options.sample_rate_hz = given.sample_rate_hz;
  options.history_s = given.history_s;
  if (given.voices != nullptr) {
    options.names = diarist::stream_namer(*use(given.voices, "voices"), model, {given.min_score});
  }
  return options;
}

diarist_event_kind number_of(StreamEvent::Kind kind) {
  switch (kind) {
    case StreamEvent::Kind::speaker_named:
      return DIARIST_EVENT_SPEAKER;
    case StreamEvent::Kind::turn_begun:
      return DIARIST_EVENT_BEGUN;
    case StreamEvent::Kind::turn_extended:
      return DIARIST_EVENT_EXTENDED;
    case StreamEvent::Kind::turn_ended:
      return DIARIST_EVENT_ENDED;
    case StreamEvent::Kind::turn_revised:
      return DIARIST_EVENT_REVISED;
    case StreamEvent::Kind::speaker_identified:
      return DIARIST_EVENT_IDENTIFIED;
  }
  throw diarist::Error(diarist::ErrorCode::internal, "event", "is of no kind");
}

}  // namespace

diarist_status diarist_streaming_init(diarist_streaming* streaming, size_t size,
                                      diarist_error** error) {
  return guarded(error, [&] { give(streaming, size, default_streaming(), "diarist_streaming"); });
}

diarist_status diarist_stream_new(const diarist_diarizer* diarizer,
                                  const diarist_streaming* streaming, diarist_stream** stream,
                                  diarist_error** error) {
  return guarded(error, [&] {
    check_result(stream, "stream");
    const auto used = use(diarizer, "diarizer");
    *stream = open<diarist_stream>(used, stream_options_of(streaming, used->diarizer.model()));
  });
}

diarist_status diarist_stream_push(diarist_stream* stream, const float* samples,
                                   size_t sample_count, diarist_events** events,
                                   diarist_error** error) {
  return guarded(error, [&] {
    check_result(events, "events");
    const auto used = use(stream, "stream");
    const auto heard = checked_array(samples, sample_count, "samples");
    const std::lock_guard lock(used->mutex);
    *events = open<diarist_events>(used->stream.push(heard));
  });
}

diarist_status diarist_stream_finish(diarist_stream* stream, diarist_events** events,
                                     diarist_diarization** diarization, diarist_error** error) {
  return guarded(error, [&] {
    if (events != nullptr) *events = nullptr;
    check_result(diarization, "diarization");
    check_result(events, "events");
    const auto used = use(stream, "stream");
    const std::lock_guard lock(used->mutex);
    diarist::Stream::End end = used->stream.finish();
    Kept told(open<diarist_events>(std::move(end.events)));
    *diarization = open_diarization(*used->diarizer, std::move(end.diarization));
    *events = told.release();
  });
}

double diarist_stream_pushed_s(const diarist_stream* stream) {
  return value_or(0.0, [&] {
    const auto used = use(stream, "stream");
    const std::lock_guard lock(used->mutex);
    return used->stream.pushed_s();
  });
}

void diarist_stream_free(diarist_stream* stream) { close(stream); }

size_t diarist_event_count(const diarist_events* events) {
  return value_or<size_t>(0, [&] { return use(events, "events")->size(); });
}

diarist_status diarist_event_at(const diarist_events* events, size_t index, diarist_event* event,
                                diarist_error** error) {
  return guarded(error, [&] {
    const auto all = use(events, "events");
    const StreamEvent& found = (*all)[checked_index(index, all->size(), "events")];
    diarist_event told{};
    told.kind = number_of(found.kind);
    told.speaker = found.speaker;
    told.name = found.name.c_str();
    told.clock_s = found.clock_s;
    told.turn = found.turn;
    told.start_s = found.start_s;
    told.end_s = found.end_s;
    told.confidence = found.confidence;
    told.previous_speaker = found.previous_speaker;
    told.score = found.score;
    give(event, told, "diarist_event");
  });
}

void diarist_events_free(diarist_events* events) { close(events); }
