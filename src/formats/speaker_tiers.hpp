// A result as tiers of turns that do not overlap, as annotation programs have them.
#pragma once

#include <string>
#include <vector>

#include "diarist/diarization.hpp"

#include "formats/ticks.hpp"

namespace diarist::formats {

struct SpeakerTier {
  std::string speaker;
  int copy = 1;              ///< 2 and more for the turns that overlap others of the speaker's own.
  std::vector<Ticks> turns;  ///< By time; none begins before the one before has ended.
};

/// In the order of the speakers, those without a turn left out.
std::vector<SpeakerTier> speaker_tiers(const Diarization& diarization, int decimals);

}  // namespace diarist::formats
