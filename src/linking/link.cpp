#include "diarist/link.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "diarist/error.hpp"

#include "base/thread_pool.hpp"
#include "linking/agglomeration.hpp"
#include "linking/apartness.hpp"
#include "linking/newcomers.hpp"
#include "linking/parties.hpp"
#include "linking/persons.hpp"
#include "linking/voice_groups.hpp"
#include "voices/naming.hpp"

namespace diarist {
namespace {

void check(const LinkOptions& options) {
  if (!std::isfinite(options.min_score)) {
    throw Error(ErrorCode::invalid_argument, "min_score", "is no finite number",
                "give a log-likelihood ratio, such as 0");
  }
  if (options.threads < 0) {
    throw Error(ErrorCode::invalid_argument, "threads", "is below 0",
                "give a number of workers, or 0 for every core");
  }
}

void check_known(const Linking* known, const VoiceSpace& space, std::size_t features) {
  if (known == nullptr) return;
  if (known->space.digest != space.digest) {
    throw Error(ErrorCode::wrong_model, "the earlier linking",
                "is of model '" + known->space.pack + "', whose voices cannot be compared with '" +
                    space.pack + "'",
                "give the model that diarized, or link all recordings anew");
  }
  for (const LinkedPerson& person : known->persons) {
    if (person.voice.sum.size() == features && person.voice.weight > 0) continue;
    throw Error(ErrorCode::invalid_argument, "person '" + person.name + "'",
                "has a voice that is none of the model");
  }
}

}  // namespace

std::vector<LinkedSpeaker> speakers_to_link(const Diarization& diarization) {
  std::vector<LinkedSpeaker> speakers;
  for (const Speaker& speaker : diarization.speakers) {
    speakers.push_back({diarization.recording, speaker.name, speaker.centroid, speaker.total_s});
  }
  return speakers;
}

Linking link(std::span<const LinkedSpeaker> speakers, const Model& model,
             const LinkOptions& options, const SpeakerStore* store, const Linking* known) {
  check(options);
  Linking linking;
  linking.space = voice_space(model);
  std::vector<KnownVoice> voices;
  if (store != nullptr) voices = voices::comparable_voices(*store, linking.space);
  const linking::Parties parties(speakers, linking::newcomers(speakers, linking.space, known),
                                 std::move(voices), known);
  linking::VoiceGroups groups(model.pack(), parties.groups());
  check_known(known, linking.space, groups.dimensions());

  ThreadPool pool(options.threads > 0 ? options.threads : available_cores());
  parties.add_to(groups, pool);
  linking::Apartness apartness(parties.groups());
  parties.add_to(apartness);
  const std::vector<std::uint32_t> places = linking::agglomerate(
      groups, apartness, parties.founders(), static_cast<float>(options.min_score), pool);
  linking.persons = linking::persons_of(parties, groups, places, model.pack(), pool);
  if (known != nullptr) {
    linking.next_person = known->next_person;
    linking.unlinked = known->unlinked;
  }
  linking::name_persons(linking.persons, linking.next_person);
  for (const std::size_t place : parties.newcomers().silent) {
    const LinkedSpeaker& speaker = speakers[place];
    linking.unlinked.push_back({speaker.recording, speaker.speaker, speaker.speech_s});
  }
  std::sort(linking.unlinked.begin(), linking.unlinked.end(), linking::comes_before);
  return linking;
}

}  // namespace diarist
