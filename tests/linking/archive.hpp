// Archives to test with: recordings in which people of voices/voices.hpp speak.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "diarist/link.hpp"

#include "voices/voices.hpp"

namespace diarist::testing {

/// voice_of() so far from the PLDA's mean that different people have nothing in common there
/// either.
inline std::vector<float> far_voice_of(unsigned person, unsigned day) {
  std::vector<float> embedding = voice_of(person, day);
  for (float& value : embedding) value *= 20;
  return embedding;
}

inline VoiceSample far_sample_of(unsigned person, unsigned day) {
  return {far_voice_of(person, day), 20, "day" + std::to_string(day)};
}

/// Recording "day0007" and so on, where `people` speak as SPEAKER_00, SPEAKER_01, ...
inline std::vector<LinkedSpeaker> recording_of(unsigned day, const std::vector<unsigned>& people) {
  std::string name = std::to_string(day);
  name = "day" + std::string(4 - name.size(), '0') + name;
  std::vector<LinkedSpeaker> speakers;
  for (std::size_t i = 0; i < people.size(); ++i) {
    speakers.push_back({name, "SPEAKER_0" + std::to_string(i), far_voice_of(people[i], day),
                        5.0 + 3.0 * static_cast<double>(i)});
  }
  return speakers;
}

/// Three of so many people speak on each day, never the same three on two days in a row.
inline std::vector<LinkedSpeaker> archive_of(unsigned days, unsigned people) {
  std::vector<LinkedSpeaker> all;
  for (unsigned day = 0; day < days; ++day) {
    const unsigned first = day * 7 % people;
    for (LinkedSpeaker& speaker :
         recording_of(day, {first, (first + 1 + day % 2) % people, (first + 3) % people})) {
      all.push_back(std::move(speaker));
    }
  }
  return all;
}

/// {"day0001/SPEAKER_00": "PERSON_0003"}.
inline std::map<std::string, std::string> names_in(const Linking& linking) {
  std::map<std::string, std::string> names;
  for (const LinkedPerson& person : linking.persons) {
    for (const Appearance& each : person.appearances) {
      names[each.recording + "/" + each.speaker] = person.name;
    }
  }
  return names;
}

}  // namespace diarist::testing
