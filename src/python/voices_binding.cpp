#include <nanobind/stl/string.h>
#include <string>
#include <utility>
#include <vector>

#include "diarist/identification.hpp"
#include "diarist/speaker_store.hpp"

#include "python/arrays.hpp"
#include "python/bindings.hpp"
#include "python/text.hpp"
#include "python/turns.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

/// (embedding, speech, recording, added, remembered, digest).
nb::tuple tuple_of(VoiceSession session) {
  const std::size_t dimensions = session.sample.embedding.size();
  return nb::make_tuple(array_of(std::move(session.sample.embedding), {dimensions}),
                        session.sample.speech_s, text(session.sample.source), session.added,
                        session.remembered, session.digest);
}

/// (name, named, sessions) each.
nb::list voices_of(const SpeakerStore& store) {
  nb::list list;
  for (KnownVoice& voice : watched([&] { return store.voices(); })) {
    nb::list sessions;
    for (VoiceSession& session : voice.sessions) sessions.append(tuple_of(std::move(session)));
    list.append(nb::make_tuple(text(voice.name), voice.named, sessions));
  }
  return list;
}

VoiceSample main_sample(const nb::bytes& recording, const nb::list& speakers) {
  return main_voice(diarization_of(recording, 0, nb::list(), speakers));
}

bool add(SpeakerStore& store, const nb::bytes& name, const nb::bytes& recording,
         const nb::list& speakers, const Model& model) {
  const VoiceSample sample = main_sample(recording, speakers);
  const std::string called = bytes_of(name);
  return watched([&] { return store.add(called, sample, model); });
}

/// (name, score or None) each, in the order of the speakers.
nb::list names_of(const Diarization& diarization) {
  nb::list names;
  for (const Speaker& speaker : diarization.speakers) {
    nb::object score = nb::none();
    if (speaker.identity_score) score = nb::float_(static_cast<double>(*speaker.identity_score));
    names.append(nb::make_tuple(text(speaker.name), score));
  }
  return names;
}

nb::list list_of(const std::vector<std::string>& names) {
  nb::list list;
  for (const std::string& name : names) list.append(text(name));
  return list;
}

/// (names, added, updated).
nb::tuple named(SpeakerStore& store, const nb::bytes& recording, const nb::list& speakers,
                const Model& model, double min_score, bool keep) {
  Diarization diarization = diarization_of(recording, 0, nb::list(), speakers);
  const Remembered done = watched([&] {
    const IdentificationOptions options{min_score};
    if (keep) return remember(diarization, store, model, options);
    identify(diarization, store, model, options);
    return Remembered{};
  });
  return nb::make_tuple(names_of(diarization), list_of(done.added), list_of(done.updated));
}

/// (place of the speaker, voice, score) each.
nb::list scores(const SpeakerStore& store, const nb::bytes& recording, const nb::list& speakers,
                const Model& model) {
  const Diarization diarization = diarization_of(recording, 0, nb::list(), speakers);
  nb::list list;
  for (const VoiceScore& each : watched([&] { return voice_scores(diarization, store, model); })) {
    list.append(nb::make_tuple(each.speaker, text(each.voice), each.score));
  }
  return list;
}

nb::tuple imported(SpeakerStore& store, const nb::bytes& document, const nb::bytes& name) {
  const std::string whole = bytes_of(document);
  const std::string file = bytes_of(name);
  const VoiceImport done = watched([&] { return store.import_voices(whole, file); });
  return nb::make_tuple(done.voices, done.sessions, done.known);
}

}  // namespace

void bind_voices(nb::module_& module) {
  module.attr("LEAST_SCORE") = IdentificationOptions{}.min_score;
  nb::class_<SpeakerStore>(module, "SpeakerStore")
      .def_static("open",
                  [](const nb::bytes& file, bool create, int patience_ms) {
                    const std::filesystem::path path = path_of(file);
                    const SpeakerStoreOptions options{create, patience_ms};
                    return watched([&] { return SpeakerStore(path, options); });
                  })
      .def("voices", &voices_of)
      .def("add", &add)
      .def("named", &named)
      .def("scores", &scores)
      .def("rename",
           [](SpeakerStore& store, const nb::bytes& from, const nb::bytes& to) {
             const std::string old = bytes_of(from);
             const std::string fresh = bytes_of(to);
             watched([&] { store.rename(old, fresh); });
           })
      .def("merge",
           [](SpeakerStore& store, const nb::bytes& into, const nb::bytes& from) {
             const std::string kept = bytes_of(into);
             const std::string gone = bytes_of(from);
             watched([&] { store.merge(kept, gone); });
           })
      .def("forget",
           [](SpeakerStore& store, const nb::list& names) {
             std::vector<std::string> all;
             for (const nb::handle name : names) all.push_back(bytes_of(nb::cast<nb::bytes>(name)));
             watched([&] { store.forget(all); });
           })
      .def("exported",
           [](const SpeakerStore& store) { return watched([&] { return store.export_voices(); }); })
      .def("imported", &imported);
}

}  // namespace diarist::python
