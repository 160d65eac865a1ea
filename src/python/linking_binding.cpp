#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diarist/link.hpp"

#include "python/arrays.hpp"
#include "python/bindings.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

/// Speakers as columns. `embeddings` has those of all of them in one row, the i-th of `sizes`[i]
/// numbers, 0 where there is none.
std::vector<LinkedSpeaker> speakers_of(const nb::list& recordings, const nb::list& speakers,
                                       const nb::list& speech_s, const nb::list& sizes,
                                       const Floats& embeddings) {
  const float* next = embeddings.data();
  std::vector<LinkedSpeaker> all(nb::len(recordings));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto size = nb::cast<std::size_t>(sizes[i]);
    all[i].recording = bytes_of(nb::cast<nb::bytes>(recordings[i]));
    all[i].speaker = bytes_of(nb::cast<nb::bytes>(speakers[i]));
    all[i].speech_s = nb::cast<double>(speech_s[i]);
    all[i].embedding.assign(next, next + size);
    next += size;
  }
  return all;
}

Linking linked(const nb::list& recordings, const nb::list& speakers, const nb::list& speech_s,
               const nb::list& sizes, const Floats& embeddings, const Model& model,
               double min_score, int threads, const SpeakerStore* store, const Linking* known) {
  const std::vector<LinkedSpeaker> all =
      speakers_of(recordings, speakers, speech_s, sizes, embeddings);
  LinkOptions options;
  options.min_score = min_score;
  options.threads = threads;
  return watched([&] { return link(all, model, options, store, known); });
}

nb::object score_of(const std::optional<float>& score) {
  if (!score) return nb::none();
  return nb::float_(static_cast<double>(*score));
}

/// (recording, speaker, speech, score or None) each.
nb::list tuples_of(const std::vector<Appearance>& appearances) {
  nb::list list;
  for (const Appearance& each : appearances) {
    list.append(nb::make_tuple(text(each.recording), text(each.speaker), each.speech_s,
                               score_of(each.score)));
  }
  return list;
}

/// (name, whether a known voice's, appearances) each.
nb::list persons_of(const Linking& linking) {
  nb::list list;
  for (const LinkedPerson& person : linking.persons) {
    list.append(
        nb::make_tuple(text(person.name), person.known_voice, tuples_of(person.appearances)));
  }
  return list;
}

/// (name, score or None) of each speaker of a recording, by their names.
nb::list names_in(const PersonNames& names, const nb::bytes& recording, const nb::list& speakers) {
  Diarization diarization;
  diarization.recording = bytes_of(recording);
  for (const nb::handle speaker : speakers) {
    diarization.speakers.emplace_back().name = bytes_of(nb::cast<nb::bytes>(speaker));
  }
  names.give(diarization);
  nb::list list;
  for (const Speaker& speaker : diarization.speakers) {
    list.append(nb::make_tuple(text(speaker.name), score_of(speaker.identity_score)));
  }
  return list;
}

}  // namespace

void bind_linking(nb::module_& module) {
  module.attr("LINK_SCORE") = LinkOptions{}.min_score;
  nb::class_<Linking>(module, "Linking")
      .def_static("of", &linked, nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(),
                  nb::arg(), nb::arg(), nb::arg().none(), nb::arg().none())
      .def_static("parse",
                  [](const nb::bytes& document, const nb::bytes& name) {
                    const std::string whole = bytes_of(document);
                    const std::string file = bytes_of(name);
                    return watched([&] { return parse_link_document(whole, file); });
                  })
      .def("persons", &persons_of)
      .def("unlinked", [](const Linking& linking) { return tuples_of(linking.unlinked); })
      .def("document", [](const Linking& linking) { return text(link_document(linking)); })
      .def("table", [](const Linking& linking) { return text(link_table(linking)); });
  nb::class_<PersonNames>(module, "PersonNames")
      .def(nb::init<const Linking&>())
      .def("in_recording", &names_in);
}

}  // namespace diarist::python
