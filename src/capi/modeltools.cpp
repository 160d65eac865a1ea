// Makes model packs: imports checkpoints, makes packs smaller.
#include "diarist/modeltools.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarist.h"

#include "capi/arguments.hpp"
#include "capi/calibration.hpp"
#include "capi/handles.hpp"
#include "capi/hooks.hpp"
#include "capi/options.hpp"
#include "capi/whole_file.hpp"

using namespace diarist::capi;
using diarist::QuantizationMethod;

namespace {

/// Tells the caller, who may not want to know, what an import came to.
void tell(const diarist_importing& given, const diarist::ImportedPack& pack) {
  if (given.imported == nullptr) return;
  const auto each = [&given](diarist_imported what, const std::string& text) {
    call_back("imported", [&] { given.imported(what, text.c_str(), given.user); });
  };
  for (const diarist::ImportedPack::Part& part : pack.parts) {
    each(DIARIST_IMPORTED_PART,
         part.title + ": " + std::to_string(part.tensors) + " tensors from " + part.source);
  }
  for (const std::string& name : pack.left_out) each(DIARIST_IMPORTED_LEFT_OUT, name);
  for (const std::string& notice : pack.notices) each(DIARIST_IMPORTED_NOTICE, notice);
}

diarist_importing default_importing() {
  diarist_importing importing{};
  importing.size = sizeof(importing);
  importing.storage = DIARIST_STORAGE_F16;
  return importing;
}

diarist_quantization default_quantization() {
  const diarist::QuantizationOptions defaults;
  diarist_quantization quantization{};
  quantization.size = sizeof(quantization);
  quantization.method = DIARIST_METHOD_AUTOMATIC;
  quantization.bits = defaults.bits;
  quantization.group_channels = defaults.group_channels;
  return quantization;
}

QuantizationMethod method_of(diarist_method method) {
  switch (method) {
    case DIARIST_METHOD_AUTOMATIC:
      return QuantizationMethod::automatic;
    case DIARIST_METHOD_PALETTE:
      return QuantizationMethod::palette;
    case DIARIST_METHOD_LINEAR:
      return QuantizationMethod::linear;
    case DIARIST_METHOD_INT8:
      return QuantizationMethod::int8;
    case DIARIST_METHOD_F16:
      return QuantizationMethod::f16;
    case DIARIST_METHOD_BF16:
      return QuantizationMethod::bf16;
    default:
      refuse_value("method", method);
  }
}

diarist::WeightStorage storage_of(diarist_storage storage) {
  switch (storage) {
    case DIARIST_STORAGE_F32:
      return diarist::WeightStorage::f32;
    case DIARIST_STORAGE_F16:
      return diarist::WeightStorage::f16;
    default:
      refuse_value("storage", storage);
  }
}

diarist::QuantizationOptions options_of(const diarist_quantization& given) {
  diarist::QuantizationOptions options;
  options.method = method_of(given.method);
  options.bits = given.bits;
  options.group_channels = given.group_channels;
  options.measure_ranges = given.measure_ranges != 0;
  options.only = checked_texts(given.only, given.only_count, "only");
  options.keep = checked_texts(given.keep, given.keep_count, "keep");
  options.limits = limits_of(given.limits);
  options.performance = performance_of(given.performance);
  return options;
}

void write_pack(const std::filesystem::path& file, const std::vector<std::byte>& bytes) {
  write_whole(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

diarist_status diarist_importing_init(diarist_importing* importing, size_t size,
                                      diarist_error** error) {
  return guarded(error, [&] { give(importing, size, default_importing(), "diarist_importing"); });
}

diarist_status diarist_import(const char* const* sources, size_t source_count,
                              const diarist_importing* importing, const char* pack_file,
                              diarist_error** error) {
  return guarded(error, [&] {
    const diarist_importing given = taken(importing, default_importing(), "diarist_importing");
    diarist::ImportOptions options;
    options.storage = storage_of(given.storage);
    if (given.base != nullptr) options.base = use(given.base, "importing.base")->model;
    if (given.powerset_speakers != 0 || given.powerset_at_once != 0) {
      options.powerset = {given.powerset_speakers, given.powerset_at_once};
    }
    const std::vector<std::string> files = checked_texts(sources, source_count, "sources");
    const std::filesystem::path target = checked_path(pack_file, "pack_file");
    check_writable(target);
    const auto pack = diarist::import_checkpoints({files.begin(), files.end()}, options);
    tell(given, pack);
    write_pack(target, pack.bytes);
  });
}

diarist_status diarist_quantization_init(diarist_quantization* quantization, size_t size,
                                         diarist_error** error) {
  return guarded(error,
                 [&] { give(quantization, size, default_quantization(), "diarist_quantization"); });
}

diarist_status diarist_quantize(const diarist_model* model, const char* const* recordings,
                                size_t recording_count, const diarist_quantization* quantization,
                                const char* pack_file, diarist_error** error) {
  return guarded(error, [&] {
    const auto loaded = use(model, "model");
    const diarist_quantization given =
        taken(quantization, default_quantization(), "diarist_quantization");
    const diarist::QuantizationOptions options = options_of(given);
    const std::filesystem::path target = checked_path(pack_file, "pack_file");
    check_writable(target);
    const auto on_attempt = [&](const diarist::QuantizationAttempt& attempt) {
      if (given.attempt == nullptr) return;
      call_back("attempt", [&] {
        given.attempt(attempt.method.c_str(), attempt.taken ? 1 : 0, attempt.outcome.c_str(),
                      given.user);
      });
    };
    write_pack(target,
               diarist::quantize(loaded->model, calibration_set(recordings, recording_count, true),
                                 options, on_attempt, token_of(given.cancellation, "cancellation"))
                   .bytes);
  });
}
