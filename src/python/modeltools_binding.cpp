// Packs made, shrunk and compared.
#include <cstddef>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "diarist/modeltools.hpp"

#include "python/arrays.hpp"
#include "python/bindings.hpp"
#include "python/performance.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

nb::bytes bytes_object(const std::vector<std::byte>& bytes) {
  return nb::bytes(bytes.data(), bytes.size());
}

nb::tuple import_sources(const std::vector<nb::bytes>& sources, const std::string& storage,
                         const std::optional<Model>& base,
                         const std::optional<std::pair<int, int>>& powerset) {
  std::vector<std::filesystem::path> files;
  for (const nb::bytes& source : sources) files.push_back(path_of(source));
  ImportOptions options;
  options.storage = weight_storage_from_string(storage);
  options.base = base;
  if (powerset) options.powerset = {powerset->first, powerset->second};
  const ImportedPack pack = watched([&] { return import_checkpoints(files, options); });
  nb::list parts;
  for (const ImportedPack::Part& part : pack.parts) {
    parts.append(nb::make_tuple(part.title, text(part.source), part.tensors));
  }
  nb::list left_out;
  for (const std::string& each : pack.left_out) left_out.append(text(each));
  nb::list notices;
  for (const std::string& each : pack.notices) notices.append(text(each));
  return nb::make_tuple(bytes_object(pack.bytes), parts, left_out, notices);
}

/// Files, or the recording that is built in where there are none.
std::vector<CalibrationRecording> calibration_set(const std::vector<std::filesystem::path>& files) {
  std::vector<CalibrationRecording> recordings;
  recordings.reserve(files.size());
  for (const auto& file : files) recordings.push_back(read_calibration_recording(file));
  if (recordings.empty()) recordings.push_back(builtin_calibration_recording());
  return recordings;
}

std::vector<std::filesystem::path> paths_of(const std::vector<nb::bytes>& encoded) {
  std::vector<std::filesystem::path> paths;
  for (const nb::bytes& each : encoded) paths.push_back(path_of(each));
  return paths;
}

/// A comparison with its JSON and its table.
nb::tuple tuple_of(const PackComparison& comparison, const AccuracyLimits& limits) {
  nb::list missed;
  for (const std::string& clause : missed_limits(comparison, limits)) missed.append(text(clause));
  return nb::make_tuple(text(to_json(comparison)), text(to_text(comparison)),
                        comparison.der_increase(), missed);
}

nb::tuple compare_models(const Model& a, const Model& b, const std::vector<nb::bytes>& recordings,
                         int threads, const std::string& precision, const AccuracyLimits& limits) {
  const PerformanceOptions performance = performance_of(threads, std::nullopt, precision);
  const auto files = paths_of(recordings);
  const PackComparison comparison = watched([&](const CancellationToken& cancellation) {
    return compare_packs(a, b, calibration_set(files), performance, cancellation);
  });
  return tuple_of(comparison, limits);
}

nb::tuple quantize_model(const Model& model, const std::vector<nb::bytes>& recordings,
                         const QuantizationOptions& options, const nb::object& callback) {
  const auto files = paths_of(recordings);
  Reports reports;
  const CancellationToken cancellation;
  const QuantizedPack pack = watched(
      [&] {
        return quantize(
            model, calibration_set(files), options,
            [&](const QuantizationAttempt& attempt) {
              if (callback.is_none()) return;
              reports.post(
                  [&callback, method = attempt.method, taken = attempt.taken,
                   outcome = attempt.outcome] { callback(text(method), taken, text(outcome)); });
            },
            cancellation);
      },
      reports, cancellation);
  nb::list attempts;
  for (const QuantizationAttempt& attempt : pack.attempts) {
    nb::object comparison = nb::none();
    if (attempt.comparison) comparison = tuple_of(*attempt.comparison, options.limits);
    attempts.append(
        nb::make_tuple(text(attempt.method), attempt.taken, text(attempt.outcome), comparison));
  }
  return nb::make_tuple(bytes_object(pack.bytes), attempts);
}

}  // namespace

void bind_modeltools(nb::module_& module) {
  nb::class_<AccuracyLimits>(module, "AccuracyLimits")
      .def(nb::init<>())
      .def_rw("max_der_increase", &AccuracyLimits::max_der_increase)
      .def_rw("min_embedding_cosine", &AccuracyLimits::min_embedding_cosine)
      .def_rw("min_segmentation_agreement", &AccuracyLimits::min_segmentation_agreement);
  nb::class_<QuantizationOptions>(module, "QuantizationOptions")
      .def(nb::init<>())
      .def("set_method",
           [](QuantizationOptions& options, const std::string& name) {
             options.method = quantization_method_from_string(name);
           })
      .def("set_threads",
           [](QuantizationOptions& options, int threads) { options.performance.threads = threads; })
      .def_rw("bits", &QuantizationOptions::bits)
      .def_rw("group_channels", &QuantizationOptions::group_channels)
      .def_rw("measure_ranges", &QuantizationOptions::measure_ranges)
      .def_rw("only", &QuantizationOptions::only)
      .def_rw("keep", &QuantizationOptions::keep)
      .def_rw("limits", &QuantizationOptions::limits);
  module.def("import_checkpoints", &import_sources, nb::arg(), nb::arg(), nb::arg().none(),
             nb::arg().none());
  module.def("compare", &compare_models);
  module.def("quantize", &quantize_model, nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
}

}  // namespace diarist::python
