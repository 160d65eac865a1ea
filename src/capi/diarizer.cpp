// Recordings in, diarizations out.
#include "diarist/diarizer.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "diarist/diarist.h"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/hooks.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;

diarist_status diarist_diarizer_new(const diarist_model* model,
                                    const diarist_performance* performance,
                                    diarist_diarizer** diarizer, diarist_error** error) {
  return guarded(error, [&] {
    check_result(diarizer, "diarizer");
    const LoadedModel loaded =
        model == nullptr ? LoadedModel{diarist::Model::builtin(), {}, {}} : *use(model, "model");
    diarist::Diarizer made(loaded.model, performance_of(performance));
    std::string instruction_set(to_string(made.instruction_set()));
    *diarizer = open<diarist_diarizer>(
        LoadedDiarizer{std::move(made), std::move(instruction_set), loaded.notice});
  });
}

diarist_status diarist_diarize_file(const diarist_diarizer* diarizer, const char* file,
                                    const diarist_options* options, const diarist_hooks* hooks,
                                    diarist_diarization** diarization, diarist_error** error) {
  return guarded(error, [&] {
    check_result(diarization, "diarization");
    const auto used = use(diarizer, "diarizer");
    *diarization = open_diarization(
        *used,
        used->diarizer.diarize(checked_path(file, "file"), behavior_of(options), hooks_of(hooks)));
  });
}

diarist_status diarist_diarize_samples(const diarist_diarizer* diarizer, const float* samples,
                                       size_t sample_count, int32_t sample_rate_hz,
                                       const diarist_options* options, const diarist_hooks* hooks,
                                       diarist_diarization** diarization, diarist_error** error) {
  return guarded(error, [&] {
    check_result(diarization, "diarization");
    const auto used = use(diarizer, "diarizer");
    *diarization = open_diarization(
        *used, used->diarizer.diarize(checked_array(samples, sample_count, "samples"),
                                      sample_rate_hz, behavior_of(options), hooks_of(hooks)));
  });
}

int32_t diarist_diarizer_threads(const diarist_diarizer* diarizer) {
  return value_or<int32_t>(0, [&] { return use(diarizer, "diarizer")->diarizer.threads(); });
}

const char* diarist_diarizer_instruction_set(const diarist_diarizer* diarizer) {
  return value_or<const char*>(nullptr,
                               [&] { return use(diarizer, "diarizer")->instruction_set.c_str(); });
}

void diarist_diarizer_free(diarist_diarizer* diarizer) { close(diarizer); }
