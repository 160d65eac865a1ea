// Groups to persons: what each is called, where it was heard and how well that goes together.
#pragma once

#include <cstdint>
#include <vector>

#include "diarist/link.hpp"

#include "base/thread_pool.hpp"
#include "linking/parties.hpp"
#include "linking/voice_groups.hpp"

namespace diarist::linking {

/// `places` as agglomerate() gives them, `groups` as it leaves them. Persons by name: those of
/// voices first, then by number. A voice that nobody is makes no person.
std::vector<LinkedPerson> persons_of(const Parties& parties, const VoiceGroups& groups,
                                     const std::vector<std::uint32_t>& places,
                                     const model::Pack& pack, ThreadPool& pool);

/// Gives new persons numbers from `next` on, which then is the next one; sorts persons.
void name_persons(std::vector<LinkedPerson>& persons, std::int64_t& next);

}  // namespace diarist::linking
