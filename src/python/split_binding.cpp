#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <optional>
#include <string>

#include "diarist/error.hpp"
#include "diarist/split.hpp"

#include "python/bindings.hpp"
#include "python/text.hpp"
#include "python/turns.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

[[noreturn]] void refuse(const char* option, const std::string& word, const char* advice) {
  throw Error(ErrorCode::invalid_argument, option, "'" + word + "' is none", advice);
}

SplitBy by_from(const std::string& word) {
  if (word == "speaker") return SplitBy::speaker;
  if (word == "turn") return SplitBy::turn;
  refuse("by", word, "take 'speaker' or 'turn'");
}

SplitFormat format_from(const std::optional<std::string>& word) {
  if (!word) return SplitFormat::as_source;
  if (*word == "wav") return SplitFormat::wav;
  if (*word == "flac") return SplitFormat::flac;
  refuse("format", *word, "take 'wav' or 'flac'");
}

SplitChannels channels_from(const std::string& word) {
  if (word == "automatic") return SplitChannels::automatic;
  if (word == "own") return SplitChannels::own;
  if (word == "all") return SplitChannels::all;
  refuse("channels", word, "take 'automatic', 'own' or 'all'");
}

/// (files, notices): a file is (name, speaker, channel or None, samples, sample rate, pieces), a
/// piece its fields in the order of the struct.
nb::tuple tuple_of(const SplitResult& result) {
  nb::list files;
  for (const SplitFile& file : result.files) {
    nb::list pieces;
    for (const SplitPiece& piece : file.pieces) {
      pieces.append(nb::make_tuple(piece.start_s, piece.end_s, piece.first_sample, piece.samples,
                                   piece.sample_in_file, piece.padding_before_s,
                                   piece.padding_after_s, piece.confidence));
    }
    nb::object channel = nb::none();
    if (file.channel > 0) channel = nb::int_(file.channel);
    files.append(nb::make_tuple(text(file.name), text(file.speaker), channel, file.samples,
                                result.sample_rate_hz, pieces));
  }
  nb::list notices;
  for (const std::string& notice : result.notices) notices.append(text(notice));
  return nb::make_tuple(files, notices);
}

class PythonSplitOptions {
 public:
  void set_by(const std::string& word) { options.by = by_from(word); }
  void set_format(const std::optional<std::string>& word) { options.format = format_from(word); }
  void set_channels(const std::string& word) { options.channels = channels_from(word); }
  void set_template(const nb::bytes& text) { options.name_template = bytes_of(text); }

  SplitOptions options;
};

nb::tuple split_file(const nb::bytes& audio, const nb::bytes& recording, double duration_s,
                     const nb::list& turns, const nb::list& speakers, const nb::bytes& folder,
                     const PythonSplitOptions& options, const nb::object& progress) {
  const Diarization diarization = diarization_of(recording, duration_s, turns, speakers);
  const std::filesystem::path source = path_of(audio);
  const std::filesystem::path target = path_of(folder);
  Reports reports;
  const CancellationToken cancellation;
  SplitHooks hooks;
  static_cast<RunHooks&>(hooks) = hooks_for(progress, cancellation, reports);
  return tuple_of(
      watched([&] { return split(source, diarization, target, options.options, hooks); }, reports,
              cancellation));
}

}  // namespace

void bind_split(nb::module_& module) {
  nb::class_<PythonSplitOptions>(module, "SplitOptions")
      .def(nb::init<>())
      .def("set_by", &PythonSplitOptions::set_by)
      .def("set_format", &PythonSplitOptions::set_format, nb::arg().none())
      .def("set_channels", &PythonSplitOptions::set_channels)
      .def("set_template", &PythonSplitOptions::set_template)
      .def(
          "set_bits",
          [](PythonSplitOptions& own, std::optional<int> bits) { own.options.bits = bits; },
          nb::arg().none())
      .def("set_padding", [](PythonSplitOptions& own, double s) { own.options.padding_s = s; })
      .def("set_min_duration",
           [](PythonSplitOptions& own, double s) { own.options.min_duration_s = s; })
      .def("set_gap", [](PythonSplitOptions& own, double s) { own.options.gap_s = s; })
      .def("set_exclude_overlap",
           [](PythonSplitOptions& own, bool on) { own.options.exclude_overlap = on; })
      .def("check", [](const PythonSplitOptions& own, const nb::bytes& audio) {
        const std::filesystem::path source = path_of(audio);
        watched([&] { check_split(source, own.options); });
      });
  module.def("split", &split_file, nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(),
             nb::arg(), nb::arg().none());
}

}  // namespace diarist::python
