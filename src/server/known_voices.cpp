#include "server/known_voices.hpp"

#include <algorithm>
#include <array>

#include "diarist/error.hpp"
#include "diarist/identification.hpp"

#include "server/problem.hpp"
#include "server/text.hpp"

namespace diarist::server {
namespace {

bool holds(const std::vector<KnownVoice>& voices, const std::string& name) {
  return std::any_of(voices.begin(), voices.end(),
                     [&name](const KnownVoice& voice) { return voice.name == name; });
}

SpeakerStore opened(const std::filesystem::path& file, bool create) {
  SpeakerStoreOptions options;
  options.create = create;
  return SpeakerStore(file, options);
}

[[noreturn]] void nobody(const std::string& name) {
  throw nothing_here("no voice is called '" + name + "'");
}

}  // namespace

bool KnownVoices::there() const {
  std::error_code error;
  return std::filesystem::exists(file_, error);
}

std::vector<KnownVoice> KnownVoices::all() {
  if (!there()) return {};
  return opened(file_, false).voices();
}

KnownVoice KnownVoices::one(const std::string& name) {
  for (KnownVoice& voice : all()) {
    if (voice.name == name) return std::move(voice);
  }
  nobody(name);
}

void KnownVoices::add(const std::string& name, const VoiceSample& sample, const Model& model) {
  check_voice_name(name);
  opened(file_, true).add(name, sample, model);
}

void KnownVoices::rename(const std::string& from, const std::string& to) {
  check_voice_name(to);
  if (!there()) nobody(from);
  SpeakerStore store = opened(file_, false);
  const std::vector<KnownVoice> voices = store.voices();
  if (!holds(voices, from)) nobody(from);
  if (from == to) return;
  if (holds(voices, to)) {
    throw Problem(409, "name-taken", "another voice is called '" + to + "' already", "name");
  }
  store.rename(from, to);
}

void KnownVoices::forget(const std::string& name) {
  if (!there()) nobody(name);
  SpeakerStore store = opened(file_, false);
  if (!holds(store.voices(), name)) nobody(name);
  store.forget(std::array{name});
}

void KnownVoices::name_people(Diarization& diarization, const JobOptions& options,
                              const Model& model) {
  if (options.remember) {
    SpeakerStore store = opened(file_, true);
    remember(diarization, store, model, options.identification);
  } else if (there()) {
    const SpeakerStore store = opened(file_, false);
    identify(diarization, store, model, options.identification);
  }
}

std::shared_ptr<SpeakerNamer> KnownVoices::namer(const JobOptions& options, const Model& model) {
  if (!there()) return nullptr;
  return stream_namer(opened(file_, false), model, options.identification);
}

void check_voice_name(const std::string& name) {
  // "SPEAKER_00", "VOICE_0001".
  const bool ours = (name.starts_with("SPEAKER_") || name.starts_with("VOICE_")) &&
                    name.find_first_not_of("0123456789", name.find('_') + 1) == std::string::npos;
  if (!is_name(name) || name.front() == ' ' || name.back() == ' ' || ours) {
    throw bad_value("name",
                    "expected 1 to 200 bytes of UTF-8 without control characters and without "
                    "blanks at the ends, none of the program's own (SPEAKER_nn, VOICE_nnnn)");
  }
}

}  // namespace diarist::server
