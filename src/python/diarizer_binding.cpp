// The Diarizer, and results to and from what Python holds.
#include <cstddef>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/formats.hpp"
#include "diarist/identification.hpp"

#include "python/arrays.hpp"
#include "python/bindings.hpp"
#include "python/diarization_values.hpp"
#include "python/live_stream.hpp"
#include "python/performance.hpp"
#include "python/text.hpp"
#include "python/turns.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

Preset preset_from(const std::string& name) {
  if (name == "exact") return Preset::exact;
  if (name == "balanced") return Preset::balanced;
  if (name == "fast") return Preset::fast;
  throw Error(ErrorCode::invalid_argument, "preset", "'" + name + "' is none",
              "take 'exact', 'balanced' or 'fast'");
}

nb::dict dict_of(const Statistics& statistics) {
  nb::dict stages;
  for (const StageTime& stage : statistics.stages) stages[text(stage.stage)] = stage.seconds;
  nb::dict dict;
  dict["stages"] = stages;
  dict["wall"] = statistics.wall_s;
  dict["real_time_factor"] = statistics.real_time_factor;
  dict["peak_memory"] = statistics.peak_memory_bytes;
  dict["threads"] = statistics.threads;
  dict["instruction_set"] = statistics.instruction_set;
  dict["precision"] = statistics.precision;
  dict["preset"] = statistics.preset;
  dict["step"] = statistics.step_s;
  dict["trunk_skipped"] = statistics.trunk_skipped;
  dict["model"] = text(statistics.model);
  dict["cached"] = statistics.cached;
  return dict;
}

class PythonDiarizer {
  // First, as the others' types follow from its own.
  template <class Work>
  auto run(const nb::object& progress, const Work& work) const {
    const std::shared_ptr<const Diarizer> diarizer = handle_.get();
    Reports reports;
    const CancellationToken cancellation;
    const RunHooks hooks = hooks_for(progress, cancellation, reports);
    return watched([&] { return work(*diarizer, hooks); }, reports, cancellation);
  }

 public:
  explicit PythonDiarizer(Diarizer diarizer) : handle_("Diarizer", std::move(diarizer)) {}

  nb::tuple file(const nb::bytes& encoded, const BehaviorOptions& behavior,
                 const nb::object& progress) const {
    const std::filesystem::path path = path_of(encoded);
    return tuple_of(run(progress, [&](const Diarizer& diarizer, const RunHooks& hooks) {
      return diarizer.diarize(path, behavior, hooks);
    }));
  }

  nb::tuple samples(const Floats& samples, int sample_rate_hz, const BehaviorOptions& behavior,
                    const nb::object& progress) const {
    return tuple_of(run(progress, [&](const Diarizer& diarizer, const RunHooks& hooks) {
      return diarizer.diarize(span_of(samples), sample_rate_hz, behavior, hooks);
    }));
  }

  nb::bytes analyse(const nb::bytes& encoded, double start_s, std::optional<double> end_s,
                    const BehaviorOptions& behavior, const nb::object& progress) const {
    const std::filesystem::path path = path_of(encoded);
    const std::string part = run(progress, [&](const Diarizer& diarizer, const RunHooks& hooks) {
      return diarizer.analyse(path, start_s, end_s, behavior, hooks);
    });
    return nb::bytes(part.data(), part.size());
  }

  nb::tuple join(const std::vector<nb::bytes>& documents, const BehaviorOptions& behavior) const {
    std::vector<std::string_view> parts;
    parts.reserve(documents.size());
    for (const nb::bytes& document : documents) {
      parts.emplace_back(document.c_str(), document.size());
    }
    return tuple_of(run(nb::none(), [&](const Diarizer& diarizer, const RunHooks& hooks) {
      return diarizer.join(parts, behavior, hooks);
    }));
  }

  LiveStream stream(const BehaviorOptions& behavior, double delay_s, double settle_s,
                    int sample_rate_hz, double history_s, const SpeakerStore* voices,
                    double min_score) const {
    std::shared_ptr<const Diarizer> diarizer = handle_.get();
    StreamOptions options;
    options.behavior = behavior;
    options.delay_s = delay_s;
    options.settle_s = settle_s;
    options.sample_rate_hz = sample_rate_hz;
    options.history_s = history_s;
    const nb::gil_scoped_release unlocked;
    if (voices != nullptr) {
      options.names = stream_namer(*voices, diarizer->model(), {min_score});
    }
    return {std::move(diarizer), options};
  }

  const Handle<Diarizer>& handle() const { return handle_; }
  void close() {
    const nb::gil_scoped_release unlocked;
    handle_.close();
  }

 private:
  Handle<Diarizer> handle_;
};

void make(PythonDiarizer* place, const Model& model, int threads,
          const std::optional<std::string>& isa, const std::string& precision,
          const std::optional<nb::bytes>& cache) {
  const PerformanceOptions performance = performance_of(threads, isa, precision, cache);
  new (place) PythonDiarizer(watched([&] { return Diarizer(model, performance); }));
}

void make_with_fallback(PythonDiarizer* place, const nb::bytes& pack, const nb::bytes& fallback,
                        int threads, const std::optional<std::string>& isa,
                        const std::string& precision, const std::optional<nb::bytes>& cache) {
  const PerformanceOptions performance = performance_of(threads, isa, precision, cache);
  const std::filesystem::path first = path_of(pack);
  const std::filesystem::path second = path_of(fallback);
  new (place) PythonDiarizer(watched([&] { return Diarizer(first, second, performance); }));
}

/// Of what tuple_of() gave.
nb::object rendered(const nb::bytes& recording, double duration_s, const nb::list& turns,
                    const nb::list& speakers, const std::vector<nb::bytes>& notices,
                    const std::string& format) {
  Diarization diarization = diarization_of(recording, duration_s, turns, speakers);
  for (const nb::bytes& notice : notices) diarization.notices.push_back(bytes_of(notice));
  std::ostringstream out;
  write(out, diarization, file_format_from_string(format));
  return text(std::move(out).str());
}

/// Tuples as those of a run, each with the notices of the reading.
nb::list read(const nb::bytes& path, const std::optional<std::string>& format) {
  std::optional<FileFormat> chosen;
  if (format) chosen = file_format_from_string(*format);
  nb::list results;
  for (Diarization& diarization : read_turns(path_of(path), chosen)) {
    results.append(tuple_of(std::move(diarization)));
  }
  return results;
}

nb::list format_infos() {
  nb::list formats;
  for (const FormatInfo& info : file_formats()) {
    formats.append(nb::make_tuple(std::string(info.name), std::string(info.ending), info.readable));
  }
  return formats;
}

std::optional<std::string> format_of_ending(const nb::bytes& path) {
  const auto format = file_format_of_ending(path_of(path));
  if (!format) return std::nullopt;
  return std::string(to_string(*format));
}

void bind_behavior(nb::module_& module) {
  nb::class_<BehaviorOptions>(module, "Behavior")
      .def(nb::init<>())
      .def("set_preset", [](BehaviorOptions& options,
                            const std::string& name) { options.preset = preset_from(name); })
      .def_rw("step", &BehaviorOptions::step_s, nb::arg().none())
      .def_rw("speakers", &BehaviorOptions::speakers, nb::arg().none())
      .def_rw("min_speakers", &BehaviorOptions::min_speakers, nb::arg().none())
      .def_rw("max_speakers", &BehaviorOptions::max_speakers, nb::arg().none())
      .def_rw("relabel", &BehaviorOptions::relabel)
      .def_rw("merge_gap", &BehaviorOptions::merge_gap_s, nb::arg().none())
      .def_rw("min_turn", &BehaviorOptions::min_turn_s, nb::arg().none())
      .def_rw("exclusive", &BehaviorOptions::exclusive)
      .def("pick_channel",
           [](BehaviorOptions& options, int channel) {
             options.channel_mode = ChannelMode::pick;
             options.channel = channel;
           })
      .def("downmix", [](BehaviorOptions& options) { options.channel_mode = ChannelMode::downmix; })
      .def("each_channel",
           [](BehaviorOptions& options) { options.channel_mode = ChannelMode::each; });
}

}  // namespace

nb::tuple tuple_of(Diarization diarization) {
  nb::list turns;
  for (const Turn& turn : diarization.turns) {
    turns.append(
        nb::make_tuple(turn.start_s, turn.end_s, turn.speaker, turn.confidence, turn.channel));
  }
  nb::list speakers;
  for (Speaker& speaker : diarization.speakers) {
    const std::size_t dimensions = speaker.centroid.size();
    nb::object centroid = nb::none();
    if (dimensions > 0) centroid = array_of(std::move(speaker.centroid), {dimensions});
    nb::object score = nb::none();
    if (speaker.identity_score) score = nb::float_(static_cast<double>(*speaker.identity_score));
    speakers.append(
        nb::make_tuple(text(speaker.name), speaker.total_s, centroid, speaker.channel, score));
  }
  nb::list notices;
  for (const std::string& notice : diarization.notices) notices.append(text(notice));
  return nb::make_tuple(text(diarization.recording), diarization.duration_s, turns, speakers,
                        notices, dict_of(diarization.statistics));
}

Diarization diarization_of(const nb::bytes& recording, double duration_s, const nb::list& turns,
                           const nb::list& speakers) {
  Diarization diarization;
  diarization.recording = bytes_of(recording);
  diarization.duration_s = duration_s;
  for (const nb::handle turn : turns) {
    diarization.turns.push_back({nb::cast<double>(turn[0]), nb::cast<double>(turn[1]),
                                 nb::cast<int>(turn[2]), nb::cast<float>(turn[3]),
                                 nb::cast<int>(turn[4])});
  }
  for (const nb::handle speaker : speakers) {
    Speaker& one = diarization.speakers.emplace_back();
    one.name = bytes_of(nb::cast<nb::bytes>(speaker[0]));
    one.total_s = nb::cast<double>(speaker[1]);
    if (!nb::object(speaker[2]).is_none()) {
      const auto centroid = nb::cast<Floats>(speaker[2]);
      one.centroid.assign(centroid.data(), centroid.data() + centroid.size());
    }
    one.channel = nb::cast<int>(speaker[3]);
    if (nb::len(speaker) > 4 && !nb::object(speaker[4]).is_none()) {
      one.identity_score = nb::cast<float>(speaker[4]);
    }
  }
  return diarization;
}

void bind_diarizer(nb::module_& module) {
  bind_behavior(module);
  nb::class_<PythonDiarizer>(module, "Diarizer")
      .def("__init__", &make, nb::arg(), nb::arg(), nb::arg().none(), nb::arg(), nb::arg().none())
      .def("__init__", &make_with_fallback, nb::arg(), nb::arg(), nb::arg(), nb::arg().none(),
           nb::arg(), nb::arg().none())
      .def("file", &PythonDiarizer::file, nb::arg(), nb::arg(), nb::arg().none())
      .def("samples", &PythonDiarizer::samples, nb::arg().noconvert(), nb::arg(), nb::arg(),
           nb::arg().none())
      .def("analyse", &PythonDiarizer::analyse, nb::arg(), nb::arg(), nb::arg().none(), nb::arg(),
           nb::arg().none())
      .def("join", &PythonDiarizer::join)
      .def("stream", &PythonDiarizer::stream, nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(),
           nb::arg().none(), nb::arg())
      .def("close", &PythonDiarizer::close)
      .def_prop_ro("closed",
                   [](const PythonDiarizer& diarizer) { return diarizer.handle().closed(); })
      .def_prop_ro("model",
                   [](const PythonDiarizer& diarizer) { return diarizer.handle().get()->model(); })
      .def_prop_ro(
          "threads",
          [](const PythonDiarizer& diarizer) { return diarizer.handle().get()->threads(); })
      .def_prop_ro("instruction_set", [](const PythonDiarizer& diarizer) {
        return std::string(to_string(diarizer.handle().get()->instruction_set()));
      });
  module.attr("PART_UNIT") = kPartUnit_s;
  module.def("duration", [](const nb::bytes& encoded) {
    const std::filesystem::path path = path_of(encoded);
    Reports reports;
    const CancellationToken cancellation;
    return watched([&] { return duration_s(path, cancellation); }, reports, cancellation);
  });
  module.def("render", &rendered);
  module.def("read_turns", &read, nb::arg(), nb::arg().none());
  module.def("formats", &format_infos);
  module.def("format_of_ending", &format_of_ending);
}

}  // namespace diarist::python
