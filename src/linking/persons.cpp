#include "linking/persons.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <utility>

namespace diarist::linking {
namespace {

/// Persons of one task.
constexpr std::size_t kBlock = 64;

std::string number_name(std::int64_t number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "PERSON_%04lld", static_cast<long long>(number));
  return text.data();
}

/// A worker's own room.
struct Desk {
  explicit Desk(const model::Pack& pack) : look(pack, 1), own(pack, 1) {}
  VoiceGroups look;
  VoiceGroups own;
};

/// What has become one group: numbers of groups, ascending.
using Members = std::span<const std::uint32_t>;

LinkedPerson person_of(const Parties& parties, const VoiceGroups& groups, Members members,
                       Desk& desk) {
  const std::size_t place = members.front();
  LinkedPerson person;
  desk.own.clear(0);
  bool known_voice = false;
  for (const std::uint32_t member : members) {
    if (const LinkedPerson* known = parties.person(member)) {
      person = *known;
      desk.own.add(0, known->voice);
    }
  }
  for (const std::uint32_t member : members) {
    if (const KnownVoice* voice = parties.voice(member)) {
      person.name = voice->name;
      known_voice = true;
    }
  }
  person.known_voice = person.known_voice || known_voice;
  const bool alone = members.size() == 1;
  for (const std::uint32_t member : members) {
    const LinkedSpeaker* heard = parties.look(member);
    if (heard == nullptr) continue;
    desk.look.clear(0);
    desk.look.add_look(0, heard->embedding, heard->speech_s);
    desk.own.add(0, desk.look.sums(0));
    Appearance& appearance = person.appearances.emplace_back(
        Appearance{heard->recording, heard->speaker, heard->speech_s});
    if (!alone) appearance.score = groups.score_with_rest(place, desk.look, 0);
  }
  std::sort(person.appearances.begin(), person.appearances.end(), comes_before);
  person.voice = desk.own.sums(0);
  return person;
}

}  // namespace

std::vector<LinkedPerson> persons_of(const Parties& parties, const VoiceGroups& groups,
                                     const std::vector<std::uint32_t>& places,
                                     const model::Pack& pack, ThreadPool& pool) {
  std::vector<std::uint32_t> order(places.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return places[a] < places[b]; });
  std::vector<Members> found;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && places[order[end]] == places[order[i]]) ++end;
    found.emplace_back(order.data() + i, end - i);
    i = end;
  }
  std::vector<LinkedPerson> persons(found.size());
  std::vector<std::unique_ptr<Desk>> desks(static_cast<std::size_t>(pool.threads()));
  for (auto& desk : desks) desk = std::make_unique<Desk>(pack);
  const std::size_t blocks = (found.size() + kBlock - 1) / kBlock;
  pool.for_each(static_cast<int>(blocks), [&](int block, int worker) {
    const std::size_t first = static_cast<std::size_t>(block) * kBlock;
    const std::size_t end = std::min(first + kBlock, found.size());
    for (std::size_t i = first; i < end; ++i) {
      persons[i] = person_of(parties, groups, found[i], *desks[static_cast<std::size_t>(worker)]);
    }
  });
  std::erase_if(persons, [](const LinkedPerson& person) { return person.appearances.empty(); });
  return persons;
}

void name_persons(std::vector<LinkedPerson>& persons, std::int64_t& next) {
  std::set<std::string> taken;
  for (const LinkedPerson& person : persons) {
    if (!person.name.empty()) taken.insert(person.name);
  }
  for (LinkedPerson& person : persons) {
    if (!person.name.empty()) continue;
    while (taken.contains(number_name(next))) ++next;
    person.name = number_name(next++);
  }
  std::sort(persons.begin(), persons.end(), [](const LinkedPerson& a, const LinkedPerson& b) {
    if (a.known_voice != b.known_voice) return a.known_voice;
    // PERSON_10000 comes after PERSON_9999.
    if (!a.known_voice && a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return a.name < b.name;
  });
}

}  // namespace diarist::linking
