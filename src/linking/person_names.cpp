// Persons' names given to results, and what persons say of themselves.
#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/link.hpp"

namespace diarist {

double LinkedPerson::speech_s() const {
  double sum_s = 0;
  for (const Appearance& each : appearances) sum_s += each.speech_s;
  return sum_s;
}

std::optional<float> LinkedPerson::score() const {
  std::optional<float> least;
  for (const Appearance& each : appearances) {
    if (each.score) least = least ? std::min(*least, *each.score) : *each.score;
  }
  return least;
}

PersonNames::PersonNames(const Linking& linking) {
  for (const LinkedPerson& person : linking.persons) {
    for (const Appearance& each : person.appearances) {
      entries_.push_back({each.recording, each.speaker, person.name, each.score});
    }
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.recording, a.speaker) < std::tie(b.recording, b.speaker);
  });
}

void PersonNames::give(Diarization& diarization) const {
  std::vector<Speaker> speakers = diarization.speakers;
  std::set<std::string> names;
  for (Speaker& speaker : speakers) {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), speaker.name,
                                     [&](const Entry& entry, const std::string& name) {
                                       return std::tie(entry.recording, entry.speaker) <
                                              std::tie(diarization.recording, name);
                                     });
    if (at != entries_.end() && at->recording == diarization.recording &&
        at->speaker == speaker.name) {
      speaker.name = at->person;
      speaker.identity_score = at->score;
    }
    if (!names.insert(speaker.name).second) {
      throw Error(ErrorCode::invalid_argument, "recording '" + diarization.recording + "'",
                  "has a speaker '" + speaker.name +
                      "' whom linking did not find to be the person " + "of that name",
                  "link results that still have names of their own");
    }
  }
  diarization.speakers = std::move(speakers);
}

}  // namespace diarist
