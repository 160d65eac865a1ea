// Transcripts: read, given speakers, and written.
#include <cmath>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "python/bindings.hpp"
#include "python/diarization_values.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

std::optional<TranscriptFormat> format_of(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  return transcript_format_from_string(*name);
}

SegmentSplit split_of(const std::string& name) {
  if (name == "untimed") return SegmentSplit::untimed;
  if (name == "always") return SegmentSplit::always;
  if (name == "never") return SegmentSplit::never;
  throw Error(ErrorCode::invalid_argument, "split", "'" + name + "' is none",
              "take 'untimed', 'always' or 'never'");
}

Transcript read(const nb::bytes& path, const std::optional<std::string>& format) {
  const std::filesystem::path file = path_of(path);
  const auto chosen = format_of(format);
  return watched([&] { return read_transcript(file, chosen); });
}

Transcript parse(const nb::bytes& data, const nb::bytes& name,
                 const std::optional<std::string>& format) {
  const std::string text = bytes_of(data);
  const std::string title = bytes_of(name);
  const auto chosen = format_of(format);
  return watched([&] { return parse_transcript(text, title, chosen); });
}

/// `diarizations`: what diarization_of() takes, each.
Transcript assigned(const Transcript& transcript, const nb::list& diarizations,
                    const std::string& split, double max_gap_s) {
  std::vector<Diarization> turns;
  for (const nb::handle each : diarizations) {
    turns.push_back(diarization_of(nb::cast<nb::bytes>(each[0]), nb::cast<double>(each[1]),
                                   nb::cast<nb::list>(each[2]), nb::cast<nb::list>(each[3])));
  }
  const AssignmentOptions options{split_of(split), max_gap_s};
  return watched([&] { return assign_speakers(transcript, turns, options); });
}

nb::object rendered(const Transcript& transcript, const std::string& format) {
  std::ostringstream out;
  write(out, transcript, transcript_format_from_string(format));
  return text(std::move(out).str());
}

nb::object name_or_none(const std::string& speaker) {
  if (speaker.empty()) return nb::none();
  return text(speaker);
}

/// (start, end, text, speaker, confidence, words) each; words (start, end, text, speaker,
/// confidence, timed) each.
nb::list segments_of(const Transcript& transcript) {
  nb::list segments;
  for (const TranscriptSegment& segment : transcript.segments) {
    nb::list words;
    for (const TranscriptWord& word : segment.words) {
      words.append(nb::make_tuple(word.start_s, word.end_s, text(word.text),
                                  name_or_none(word.speaker), word.confidence, word.timed));
    }
    segments.append(nb::make_tuple(segment.start_s, segment.end_s, text(segment.text),
                                   name_or_none(segment.speaker), segment.confidence, words));
  }
  return segments;
}

nb::list transcript_format_infos() {
  nb::list formats;
  for (const TranscriptFormatInfo& info : transcript_formats()) {
    formats.append(nb::make_tuple(std::string(info.name), std::string(info.ending), info.readable,
                                  info.writable));
  }
  return formats;
}

std::optional<std::string> ending_format(const nb::bytes& path) {
  const auto format = transcript_format_of_ending(path_of(path));
  if (!format) return std::nullopt;
  return std::string(to_string(*format));
}

}  // namespace

void bind_transcripts(nb::module_& module) {
  nb::class_<Transcript>(module, "Transcript")
      .def_static("read", &read, nb::arg(), nb::arg().none())
      .def_static("parse", &parse, nb::arg(), nb::arg(), nb::arg().none())
      .def("assigned", &assigned)
      .def("render", &rendered)
      .def("segments", &segments_of)
      .def_prop_ro("name", [](const Transcript& transcript) { return text(transcript.name); })
      .def_prop_ro(
          "format",
          [](const Transcript& transcript) { return std::string(to_string(transcript.format)); })
      .def_prop_ro("language",
                   [](const Transcript& transcript) { return text(transcript.language); })
      .def_prop_ro("notices", [](const Transcript& transcript) {
        nb::list notices;
        for (const std::string& notice : transcript.notices) notices.append(text(notice));
        return notices;
      });
  module.def("transcript_formats", &transcript_format_infos);
  module.def("transcript_format_of_ending", &ending_format);
}

}  // namespace diarist::python
