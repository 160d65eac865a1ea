#include "linking/parties.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "diarist/error.hpp"

namespace diarist::linking {
namespace {

/// Groups of one task.
constexpr std::size_t kBlock = 256;

}  // namespace

Parties::Parties(std::span<const LinkedSpeaker> speakers, Newcomers newcomers,
                 std::vector<KnownVoice> voices, const Linking* known)
    : speakers_(speakers),
      newcomers_(std::move(newcomers)),
      voices_(std::move(voices)),
      known_(known),
      persons_(known == nullptr ? 0 : known->persons.size()),
      voice_of_(persons_, -1) {
  std::map<std::string, std::size_t> persons;
  for (std::size_t i = 0; i < persons_; ++i) persons.emplace(known->persons[i].name, i);
  for (std::size_t i = 0; i < voices_.size(); ++i) {
    const auto at = persons.find(voices_[i].name);
    if (at == persons.end()) {
      voice_of_.push_back(static_cast<std::int64_t>(i));
      continue;
    }
    if (!known->persons[at->second].known_voice) {
      throw Error(ErrorCode::invalid_argument, "voice '" + at->first + "'",
                  "has the name of a person who was linked before, and was no known voice then",
                  "rename the voice with `diarist speakers rename`");
    }
    voice_of_[at->second] = static_cast<std::int64_t>(i);
  }
  first_look_ = voice_of_.size();
}

const LinkedPerson* Parties::person(std::size_t group) const {
  return group < persons_ ? &known_->persons[group] : nullptr;
}

const KnownVoice* Parties::voice(std::size_t group) const {
  if (group >= first_look_ || voice_of_[group] < 0) return nullptr;
  return &voices_[static_cast<std::size_t>(voice_of_[group])];
}

const LinkedSpeaker* Parties::look(std::size_t group) const {
  return group < first_look_ ? nullptr : &speakers_[newcomers_.heard[group - first_look_]];
}

std::vector<bool> Parties::founders() const {
  std::vector<bool> founders(groups());
  for (std::size_t group = 0; group < groups(); ++group) {
    founders[group] = voice(group) != nullptr;
    if (const LinkedSpeaker* heard = look(group)) founders[group] = heard->speech_s >= kFounder_s;
    if (const LinkedPerson* known = person(group)) {
      founders[group] = founders[group] || known->known_voice ||
                        std::any_of(known->appearances.begin(), known->appearances.end(),
                                    [](const Appearance& at) { return at.speech_s >= kFounder_s; });
    }
  }
  return founders;
}

void Parties::add_to(VoiceGroups& groups, ThreadPool& pool) const {
  const std::size_t blocks = (this->groups() + kBlock - 1) / kBlock;
  pool.for_each(static_cast<int>(blocks), [&](int block, int) {
    const std::size_t first = static_cast<std::size_t>(block) * kBlock;
    const std::size_t end = std::min(first + kBlock, this->groups());
    for (std::size_t group = first; group < end; ++group) {
      if (const LinkedPerson* known = person(group)) groups.add(group, known->voice);
      if (const KnownVoice* known = voice(group)) {
        for (const VoiceSession& session : known->sessions) {
          groups.add_look(group, session.sample.embedding, session.sample.speech_s);
        }
      }
      if (const LinkedSpeaker* heard = look(group)) {
        groups.add_look(group, heard->embedding, heard->speech_s);
      }
    }
  });
}

void Parties::add_to(Apartness& apartness) const {
  std::unordered_map<std::string, std::uint32_t> numbers;
  const auto number = [&](const std::string& recording) {
    return numbers.emplace(recording, static_cast<std::uint32_t>(numbers.size())).first->second;
  };
  for (std::size_t group = 0; group < groups(); ++group) {
    if (const LinkedPerson* known = person(group)) {
      apartness.add_name(group, NameKind::person);
      if (known->known_voice) apartness.add_name(group, NameKind::voice);
      for (const Appearance& each : known->appearances) {
        apartness.add_recording(group, number(each.recording));
      }
    }
    if (voice(group) != nullptr) apartness.add_name(group, NameKind::voice);
    if (const LinkedSpeaker* heard = look(group)) {
      apartness.add_recording(group, number(heard->recording));
    }
  }
}

}  // namespace diarist::linking
