#include "formats/speaker_tiers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <tuple>
#include <utility>

#include "formats/format_registry.hpp"

namespace diarist::formats {
namespace {

/// The tiers of one speaker. A turn goes to the tier that has been free for longest.
void add_tiers(const std::string& speaker, std::vector<Ticks> turns,
               std::vector<SpeakerTier>& tiers) {
  std::stable_sort(turns.begin(), turns.end(), [](const Ticks& a, const Ticks& b) {
    return std::tie(a.start, a.end) < std::tie(b.start, b.end);
  });
  using FreeFrom = std::pair<std::int64_t, std::size_t>;
  std::priority_queue<FreeFrom, std::vector<FreeFrom>, std::greater<>> free;
  for (const Ticks& turn : turns) {
    std::size_t tier = tiers.size();
    if (!free.empty() && free.top().first <= turn.start) {
      tier = free.top().second;
      free.pop();
    } else {
      tiers.push_back({speaker, static_cast<int>(free.size()) + 1, {}});
    }
    tiers[tier].turns.push_back(turn);
    free.emplace(turn.end, tier);
  }
}

}  // namespace

std::vector<SpeakerTier> speaker_tiers(const Diarization& diarization, int decimals) {
  std::map<int, std::vector<Ticks>> by_speaker;
  for (const Turn& turn : diarization.turns) {
    by_speaker[turn.speaker].push_back(ticks_of(turn, diarization.duration_s, decimals));
  }
  std::vector<SpeakerTier> tiers;
  for (auto& [speaker, turns] : by_speaker) {
    add_tiers(std::string(speaker_name(diarization, speaker)), std::move(turns), tiers);
  }
  return tiers;
}

}  // namespace diarist::formats
