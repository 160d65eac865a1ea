// Average linkage over candidates: the two groups that go together best become one, again and
// again, until no two that may be one person score enough.
//
// Agglomerative clustering with cannot-link constraints (Davidson and Ravi 2005), best first, on
// the sparse graph of nearest neighbours. A group has at most kMostNeighbours candidates, its best
// ones; once nothing is left to join, neighbours of what came out are looked for anew, until
// nothing new is found.
//
// Those of whom enough was heard come first: founders are joined with founders, then each of the
// others goes to the founders whom it fits best, then what is left is joined. Of a few seconds
// little can be told but that they sound alike, so that short looks at one person would draw each
// other away from him, and then stand apart from him for the sake of one recording in which he was
// found twice.
//
// Single-threaded but for the neighbours: no result depends on the threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/thread_pool.hpp"
#include "linking/apartness.hpp"
#include "linking/voice_groups.hpp"

namespace diarist::linking {

/// Neighbours that are looked for, of each group.
inline constexpr std::size_t kNearest = 16;
/// Candidates that a group keeps, in merging.
inline constexpr std::size_t kMostNeighbours = 48;

/// Merges `groups` and `apartness`; each group's place tells which one it has become: the group of
/// the smallest number in it, [n]. `founders` [n] tells which groups are founders. A tie goes to
/// smaller numbers, so the order of groups is part of the answer.
std::vector<std::uint32_t> agglomerate(VoiceGroups& groups, Apartness& apartness,
                                       std::vector<bool> founders, float min_score,
                                       ThreadPool& pool);

}  // namespace diarist::linking
