// Which speakers are to be linked, in an order that is not the caller's.
//
// In: speakers in any order. Out: places in that list, by recording and speaker, of those that an
// earlier linking does not have yet; with an embedding and without one apart. Throws as link() does
// for speakers that are none, listed twice, or diarized anew since. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "diarist/link.hpp"

namespace diarist::linking {

struct Newcomers {
  std::vector<std::size_t> heard;   ///< Have an embedding.
  std::vector<std::size_t> silent;  ///< Have none.
};

/// `known` may be null.
Newcomers newcomers(std::span<const LinkedSpeaker> speakers, const VoiceSpace& space,
                    const Linking* known);

/// By recording, then speaker.
bool comes_before(const Appearance& a, const Appearance& b);

}  // namespace diarist::linking
