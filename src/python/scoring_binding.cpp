#include <nanobind/operators.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diarist/formats.hpp"
#include "diarist/scoring.hpp"

#include "python/bindings.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

/// `segments`: (start, end, label as bytes, channel as bytes) each.
Annotation annotation_of(const nb::bytes& recording, const nb::list& segments) {
  Annotation annotation;
  annotation.recording = bytes_of(recording);
  for (const nb::handle segment : segments) {
    annotation.segments.push_back({nb::cast<double>(segment[0]), nb::cast<double>(segment[1]),
                                   bytes_of(nb::cast<nb::bytes>(segment[2])),
                                   bytes_of(nb::cast<nb::bytes>(segment[3]))});
  }
  return annotation;
}

Score scored(const nb::bytes& recording, const nb::list& reference, const nb::list& hypothesis,
             const std::optional<nb::list>& evaluated, const std::string& convention,
             double collar_s, bool skip_overlap) {
  const Annotation truth = annotation_of(recording, reference);
  const Annotation found = annotation_of(recording, hypothesis);
  std::optional<Annotation> map;
  if (evaluated) map = annotation_of(recording, *evaluated);
  const ScoringOptions options{scoring_convention_from_string(convention), collar_s, skip_overlap};
  return watched([&] { return score(truth, found, map, options); });
}

nb::list list_of(const std::vector<Annotation>& annotations) {
  nb::list recordings;
  for (const Annotation& annotation : annotations) {
    nb::list segments;
    for (const Segment& segment : annotation.segments) {
      segments.append(nb::make_tuple(segment.start_s, segment.end_s, text(segment.label),
                                     text(segment.channel)));
    }
    recordings.append(nb::make_tuple(text(annotation.recording), segments));
  }
  return recordings;
}

}  // namespace

void bind_scoring(nb::module_& module) {
  nb::class_<Score>(module, "Score")
      .def(nb::init<>())
      .def_prop_ro("recording", [](const Score& score) { return text(score.recording); })
      .def_ro("total", &Score::total_s)
      .def_ro("miss", &Score::miss_s)
      .def_ro("false_alarm", &Score::false_alarm_s)
      .def_ro("confusion", &Score::confusion_s)
      .def_ro("reference_speakers", &Score::reference_speakers)
      .def_ro("hypothesis_speakers", &Score::hypothesis_speakers)
      .def_prop_ro("der", &Score::der)
      .def_prop_ro("jer", &Score::jer)
      .def("added", [](const Score& a, const Score& b) {
        Score sum = a;
        sum += b;
        return sum;
      });
  module.def("score", &scored, nb::arg(), nb::arg(), nb::arg(), nb::arg().none(), nb::arg(),
             nb::arg(), nb::arg());
  module.def("read_rttm", [](const nb::bytes& path) { return list_of(read_rttm(path_of(path))); });
  module.def("read_annotations",
             [](const nb::bytes& path) { return list_of(read_annotations(path_of(path))); });
  module.def("read_uem", [](const nb::bytes& path) { return list_of(read_uem(path_of(path))); });
}

}  // namespace diarist::python
