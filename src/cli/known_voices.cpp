#include "cli/known_voices.hpp"

#include <span>
#include <utility>
#include <vector>

#include "cli/report.hpp"
#include "cli/voice_store.hpp"

namespace diarist::cli {
namespace {

/// Of events alone: the end's result is named by the store as it is by then, once.
class NamerOfEvents final : public SpeakerNamer {
 public:
  explicit NamerOfEvents(std::shared_ptr<SpeakerNamer> namer) : namer_(std::move(namer)) {}
  std::vector<Name> name(std::span<const HeardSpeaker> heard) override {
    return namer_->name(heard);
  }
  void name(Diarization& /*diarization*/) override {}

 private:
  const std::shared_ptr<SpeakerNamer> namer_;
};

}  // namespace

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

std::shared_ptr<SpeakerNamer> KnownVoices::namer_of_events() const {
  return std::make_shared<NamerOfEvents>(stream_namer(store_, model_, options_));
}

}  // namespace diarist::cli
