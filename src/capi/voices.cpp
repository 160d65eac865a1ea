// Known voices: a store of them, and the names that they give to speakers.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/identification.hpp"
#include "diarist/speaker_store.hpp"

#include "capi/arguments.hpp"
#include "capi/handles.hpp"
#include "capi/options.hpp"

using namespace diarist::capi;

namespace {

diarist_store_options default_store_options() {
  const diarist::SpeakerStoreOptions defaults;
  diarist_store_options options{};
  options.size = sizeof(options);
  options.create = defaults.create ? 1 : 0;
  options.patience_ms = defaults.patience_ms;
  return options;
}

diarist_identification default_identification() {
  diarist_identification identification{};
  identification.size = sizeof(identification);
  identification.min_score = diarist::IdentificationOptions().min_score;
  return identification;
}

diarist::IdentificationOptions identification_of(const diarist_identification* identification) {
  return {taken(identification, default_identification(), "diarist_identification").min_score};
}

const std::vector<std::string>& names_of(const diarist::Remembered& remembered,
                                         diarist_voice_change change) {
  switch (change) {
    case DIARIST_VOICE_ADDED:
      return remembered.added;
    case DIARIST_VOICE_UPDATED:
      return remembered.updated;
    default:
      refuse_value("change", change);
  }
}

}  // namespace

diarist_status diarist_store_options_init(diarist_store_options* options, size_t size,
                                          diarist_error** error) {
  return guarded(error,
                 [&] { give(options, size, default_store_options(), "diarist_store_options"); });
}

diarist_status diarist_store_open(const char* file, const diarist_store_options* options,
                                  diarist_store** store, diarist_error** error) {
  return guarded(error, [&] {
    check_result(store, "store");
    const diarist_store_options given =
        taken(options, default_store_options(), "diarist_store_options");
    *store = open<diarist_store>(checked_path(file, "file"),
                                 diarist::SpeakerStoreOptions{.create = given.create != 0,
                                                              .patience_ms = given.patience_ms});
  });
}

void diarist_store_free(diarist_store* store) { close(store); }

diarist_status diarist_store_voices(const diarist_store* store, diarist_voices** voices,
                                    diarist_error** error) {
  return guarded(error, [&] {
    check_result(voices, "voices");
    *voices = open<diarist_voices>(use(store, "store")->voices());
  });
}

size_t diarist_voice_count(const diarist_voices* voices) {
  return value_or<size_t>(0, [&] { return use(voices, "voices")->size(); });
}

diarist_status diarist_voice_at(const diarist_voices* voices, size_t index, diarist_voice* voice,
                                diarist_error** error) {
  return guarded(error, [&] {
    const auto all = use(voices, "voices");
    const diarist::KnownVoice& found = (*all)[checked_index(index, all->size(), "voices")];
    diarist_voice told{};
    told.name = found.name.c_str();
    told.named = found.named ? 1 : 0;
    told.session_count = found.sessions.size();
    give(voice, told, "diarist_voice");
  });
}

diarist_status diarist_voice_session_at(const diarist_voices* voices, size_t voice, size_t index,
                                        diarist_voice_session* session, diarist_error** error) {
  return guarded(error, [&] {
    const auto all = use(voices, "voices");
    const auto& sessions = (*all)[checked_index(voice, all->size(), "voices")].sessions;
    const diarist::VoiceSession& found =
        sessions[checked_index(index, sessions.size(), "sessions")];
    diarist_voice_session told{};
    told.recording = found.sample.source.c_str();
    told.speech_s = found.sample.speech_s;
    told.added = found.added;
    told.remembered = found.remembered ? 1 : 0;
    told.digest = found.digest.c_str();
    told.embedding_count = found.sample.embedding.size();
    told.embedding = found.sample.embedding.data();
    give(session, told, "diarist_voice_session");
  });
}

void diarist_voices_free(diarist_voices* voices) { close(voices); }

diarist_status diarist_store_add(diarist_store* store, const char* name,
                                 const diarist_diarization* diarization, const diarist_model* model,
                                 int32_t* added, diarist_error** error) {
  return guarded(error, [&] {
    const auto used = use(store, "store");
    const std::string called = checked_text(name, "name");
    const diarist::VoiceSample sample = diarist::main_voice(*use(diarization, "diarization"));
    const bool fresh = used->add(called, sample, model_or_builtin(model));
    if (added != nullptr) *added = fresh ? 1 : 0;
  });
}

diarist_status diarist_store_rename(diarist_store* store, const char* from, const char* to,
                                    diarist_error** error) {
  return guarded(error, [&] {
    use(store, "store")->rename(checked_text(from, "from"), checked_text(to, "to"));
  });
}

diarist_status diarist_store_merge(diarist_store* store, const char* into, const char* from,
                                   diarist_error** error) {
  return guarded(error, [&] {
    use(store, "store")->merge(checked_text(into, "into"), checked_text(from, "from"));
  });
}

diarist_status diarist_store_forget(diarist_store* store, const char* const* names,
                                    size_t name_count, diarist_error** error) {
  return guarded(error,
                 [&] { use(store, "store")->forget(checked_texts(names, name_count, "names")); });
}

diarist_status diarist_store_export(const diarist_store* store, char* text, size_t capacity,
                                    size_t* needed, diarist_error** error) {
  return guarded(error, [&] {
    fill_text(use(store, "store")->export_voices(), text, capacity, needed, "text");
  });
}

diarist_status diarist_store_import(diarist_store* store, const char* document,
                                    size_t document_bytes, const char* name,
                                    diarist_imported_voices* imported, diarist_error** error) {
  return guarded(error, [&] {
    const auto used = use(store, "store");
    const auto bytes = checked_array(document, document_bytes, "document");
    const std::string file = checked_text(name, "name");
    // Before anything changes.
    check_pointer(imported, "diarist_imported_voices");
    check_size(imported->size, sizeof(*imported), "diarist_imported_voices");
    const diarist::VoiceImport done =
        used->import_voices(std::string_view(bytes.data(), bytes.size()), file);
    diarist_imported_voices told{};
    told.voices = done.voices;
    told.sessions = done.sessions;
    told.known = done.known;
    give(imported, told, "diarist_imported_voices");
  });
}

diarist_status diarist_identification_init(diarist_identification* identification, size_t size,
                                           diarist_error** error) {
  return guarded(error, [&] {
    give(identification, size, default_identification(), "diarist_identification");
  });
}

diarist_status diarist_identify(const diarist_store* store, const diarist_diarization* diarization,
                                const diarist_model* model,
                                const diarist_identification* identification,
                                diarist_diarization** named, diarist_error** error) {
  return guarded(error, [&] {
    check_result(named, "named");
    const auto used = use(store, "store");
    diarist::Diarization result = *use(diarization, "diarization");
    diarist::identify(result, *used, model_or_builtin(model), identification_of(identification));
    *named = open<diarist_diarization>(std::move(result));
  });
}

diarist_status diarist_remember(diarist_store* store, const diarist_diarization* diarization,
                                const diarist_model* model,
                                const diarist_identification* identification,
                                diarist_diarization** named, diarist_remembered** remembered,
                                diarist_error** error) {
  return guarded(error, [&] {
    if (remembered != nullptr) *remembered = nullptr;
    check_result(named, "named");
    const auto used = use(store, "store");
    diarist::Diarization result = *use(diarization, "diarization");
    diarist::Remembered done = diarist::remember(result, *used, model_or_builtin(model),
                                                 identification_of(identification));
    Kept told(remembered == nullptr ? nullptr : open<diarist_remembered>(std::move(done)));
    *named = open<diarist_diarization>(std::move(result));
    if (remembered != nullptr) *remembered = told.release();
  });
}

size_t diarist_remembered_count(const diarist_remembered* remembered, diarist_voice_change change) {
  return value_or<size_t>(0,
                          [&] { return names_of(*use(remembered, "remembered"), change).size(); });
}

const char* diarist_remembered_at(const diarist_remembered* remembered, diarist_voice_change change,
                                  size_t index) {
  return value_or<const char*>(
      nullptr, [&] { return names_of(*use(remembered, "remembered"), change).at(index).c_str(); });
}

void diarist_remembered_free(diarist_remembered* remembered) { close(remembered); }

diarist_status diarist_identity_score(const diarist_diarization* diarization, size_t index,
                                      double* score, diarist_error** error) {
  return guarded(error, [&] {
    const auto result = use(diarization, "diarization");
    check_pointer(score, "score");
    const diarist::Speaker& speaker =
        result->speakers[checked_index(index, result->speakers.size(), "speakers")];
    *score = speaker.identity_score ? static_cast<double>(*speaker.identity_score)
                                    : std::numeric_limits<double>::quiet_NaN();
  });
}
