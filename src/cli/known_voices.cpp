#include "cli/known_voices.hpp"

#include "cli/report.hpp"
#include "cli/voice_store.hpp"

namespace diarist::cli {

KnownVoices::KnownVoices(const DiarizeArguments& arguments, const Model& model)
    : store_(open_voices(*arguments.identify, arguments.remember)),
      model_(model),
      options_(identification_of(arguments)),
      remember_(arguments.remember) {
  Diarization nobody;
  identify(nobody, store_, model_, options_);
}

void KnownVoices::name(Diarization& diarization, const std::string* prefix) {
  if (!remember_) {
    identify(diarization, store_, model_, options_);
    return;
  }
  change([&] {
    const Remembered done = remember(diarization, store_, model_, options_);
    if (prefix == nullptr || done.added.empty()) return;
    std::string names;
    for (const std::string& name : done.added) names += (names.empty() ? "" : ", ") + name;
    report(*prefix + "remembered " + names);
  });
}

std::shared_ptr<SpeakerNamer> KnownVoices::namer() const {
  return stream_namer(store_, model_, options_);
}

}  // namespace diarist::cli
