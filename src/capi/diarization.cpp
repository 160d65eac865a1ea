// What a diarization holds, and its forms as text.
#include "diarist/diarization.hpp"

#include <cstdint>
#include <sstream>
#include <string>

#include "diarist/diarist.h"
#include "diarist/formats.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"
#include "capi/whole_file.hpp"

using namespace diarist::capi;

namespace {

constexpr const char* kArgument = "diarization";

std::string text_of(const diarist_diarization* diarization, diarist_format format) {
  std::ostringstream text;
  diarist::write(text, *use(diarization, kArgument), format_of(format));
  return std::move(text).str();
}

}  // namespace

const char* diarist_recording_name(const diarist_diarization* diarization) {
  return value_or<const char*>(nullptr,
                               [&] { return use(diarization, kArgument)->recording.c_str(); });
}

double diarist_duration_s(const diarist_diarization* diarization) {
  return value_or(0.0, [&] { return use(diarization, kArgument)->duration_s; });
}

size_t diarist_turn_count(const diarist_diarization* diarization) {
  return value_or<size_t>(0, [&] { return use(diarization, kArgument)->turns.size(); });
}

diarist_status diarist_turn_at(const diarist_diarization* diarization, size_t index,
                               diarist_turn* turn, diarist_error** error) {
  return guarded(error, [&] {
    const auto result = use(diarization, kArgument);
    const diarist::Turn& found = result->turns[checked_index(index, result->turns.size(), "turns")];
    diarist_turn told{};
    told.start_s = found.start_s;
    told.end_s = found.end_s;
    told.speaker = found.speaker;
    told.channel = found.channel;
    told.confidence = found.confidence;
    give(turn, told, "diarist_turn");
  });
}

size_t diarist_speaker_count(const diarist_diarization* diarization) {
  return value_or<size_t>(0, [&] { return use(diarization, kArgument)->speakers.size(); });
}

diarist_status diarist_speaker_at(const diarist_diarization* diarization, size_t index,
                                  diarist_speaker* speaker, diarist_error** error) {
  return guarded(error, [&] {
    const auto result = use(diarization, kArgument);
    const diarist::Speaker& found =
        result->speakers[checked_index(index, result->speakers.size(), "speakers")];
    diarist_speaker told{};
    told.name = found.name.c_str();
    told.total_s = found.total_s;
    told.channel = found.channel;
    told.centroid_count = found.centroid.size();
    told.centroid = found.centroid.empty() ? nullptr : found.centroid.data();
    give(speaker, told, "diarist_speaker");
  });
}

size_t diarist_notice_count(const diarist_diarization* diarization) {
  return value_or<size_t>(0, [&] { return use(diarization, kArgument)->notices.size(); });
}

const char* diarist_notice_at(const diarist_diarization* diarization, size_t index) {
  return value_or<const char*>(
      nullptr, [&] { return use(diarization, kArgument)->notices.at(index).c_str(); });
}

diarist_status diarist_statistics_of(const diarist_diarization* diarization,
                                     diarist_statistics* statistics, diarist_error** error) {
  return guarded(error, [&] {
    const auto result = use(diarization, kArgument);
    const diarist::Statistics& found = result->statistics;
    diarist_statistics told{};
    told.wall_s = found.wall_s;
    told.real_time_factor = found.real_time_factor;
    told.peak_memory_bytes = found.peak_memory_bytes;
    told.threads = found.threads;
    told.cached = found.cached ? 1 : 0;
    told.step_s = found.step_s;
    told.trunk_skipped = found.trunk_skipped;
    told.instruction_set = found.instruction_set.c_str();
    told.precision = found.precision.c_str();
    told.preset = found.preset.c_str();
    told.model = found.model.c_str();
    give(statistics, told, "diarist_statistics");
  });
}

size_t diarist_stage_count(const diarist_diarization* diarization) {
  return value_or<size_t>(0, [&] { return use(diarization, kArgument)->statistics.stages.size(); });
}

const char* diarist_stage_name(const diarist_diarization* diarization, size_t index) {
  return value_or<const char*>(nullptr, [&] {
    return use(diarization, kArgument)->statistics.stages.at(index).stage.c_str();
  });
}

double diarist_stage_s(const diarist_diarization* diarization, size_t index) {
  return value_or(0.0,
                  [&] { return use(diarization, kArgument)->statistics.stages.at(index).seconds; });
}

diarist_status diarist_diarization_text(const diarist_diarization* diarization,
                                        diarist_format format, char* text, size_t capacity,
                                        size_t* needed, diarist_error** error) {
  return guarded(error,
                 [&] { fill_text(text_of(diarization, format), text, capacity, needed, "text"); });
}

diarist_status diarist_diarization_write(const diarist_diarization* diarization,
                                         diarist_format format, const char* file,
                                         diarist_error** error) {
  return guarded(error,
                 [&] { write_whole(checked_path(file, "file"), text_of(diarization, format)); });
}

void diarist_diarization_free(diarist_diarization* diarization) { close(diarization); }
