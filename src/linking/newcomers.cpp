#include "linking/newcomers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

#include "diarist/error.hpp"

namespace diarist::linking {
namespace {

/// Results and documents hold whole microseconds.
constexpr double kSameLength_s = 2e-6;

[[noreturn]] void refuse(const LinkedSpeaker& speaker, const std::string& problem,
                         const std::string& advice = {}) {
  throw Error(ErrorCode::invalid_argument,
              "recording '" + speaker.recording + "', speaker '" + speaker.speaker + "'", problem,
              advice);
}

void check(const LinkedSpeaker& speaker, const VoiceSpace& space) {
  if (!std::isfinite(speaker.speech_s) || speaker.speech_s < 0) {
    refuse(speaker, "has a length of speech that is none");
  }
  if (speaker.embedding.empty()) return;
  if (speaker.embedding.size() != static_cast<std::size_t>(space.dimensions)) {
    refuse(speaker,
           "has an embedding of " + std::to_string(speaker.embedding.size()) +
               " numbers, where the model's have " + std::to_string(space.dimensions),
           "give the model that diarized, and link results of one model only");
  }
  bool zeros = true;
  for (const float value : speaker.embedding) {
    if (!std::isfinite(value)) refuse(speaker, "has an embedding that is not finite");
    zeros = zeros && value == 0;
  }
  if (zeros) refuse(speaker, "has an embedding of zeros");
}

std::vector<const Appearance*> appearances_of(const Linking* known) {
  std::vector<const Appearance*> all;
  if (known == nullptr) return all;
  for (const LinkedPerson& person : known->persons) {
    for (const Appearance& each : person.appearances) all.push_back(&each);
  }
  for (const Appearance& each : known->unlinked) all.push_back(&each);
  std::sort(all.begin(), all.end(),
            [](const Appearance* a, const Appearance* b) { return comes_before(*a, *b); });
  return all;
}

bool is_there(const std::vector<const Appearance*>& there, const LinkedSpeaker& speaker) {
  const Appearance wanted{speaker.recording, speaker.speaker};
  const auto at = std::lower_bound(
      there.begin(), there.end(), wanted,
      [](const Appearance* a, const Appearance& b) { return comes_before(*a, b); });
  if (at == there.end() || comes_before(wanted, **at)) return false;
  if (std::fabs((*at)->speech_s - speaker.speech_s) > kSameLength_s) {
    refuse(speaker, "was linked before, and has been diarized anew since",
           "link all recordings again, without what is known");
  }
  return true;
}

}  // namespace

bool comes_before(const Appearance& a, const Appearance& b) {
  return std::tie(a.recording, a.speaker) < std::tie(b.recording, b.speaker);
}

Newcomers newcomers(std::span<const LinkedSpeaker> speakers, const VoiceSpace& space,
                    const Linking* known) {
  std::vector<std::size_t> order(speakers.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(speakers[a].recording, speakers[a].speaker) <
           std::tie(speakers[b].recording, speakers[b].speaker);
  });
  const std::vector<const Appearance*> there = appearances_of(known);
  Newcomers found;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const LinkedSpeaker& speaker = speakers[order[i]];
    check(speaker, space);
    if (i > 0 && speakers[order[i - 1]].recording == speaker.recording &&
        speakers[order[i - 1]].speaker == speaker.speaker) {
      refuse(speaker, "is there twice", "give each recording a name of its own");
    }
    if (is_there(there, speaker)) continue;
    (speaker.embedding.empty() ? found.silent : found.heard).push_back(order[i]);
  }
  return found;
}

}  // namespace diarist::linking
