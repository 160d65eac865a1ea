#include "cli/settled_turns.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <tuple>
#include <utility>

namespace diarist::cli {
namespace {

// A stream looks once a second or more often, so that its clock is up to that far behind what was
// pushed; the pauses that presets close (0.3 s) and frames (0.017 s) take up the rest.
constexpr double kBehind_s = 1.5;

}  // namespace

SettledTurns::SettledTurns(double settle_s, double merge_gap_s)
    : wait_s_(settle_s + merge_gap_s + kBehind_s) {}

void SettledTurns::take(const StreamEvent& event) {
  const auto speaker = static_cast<std::size_t>(event.speaker);
  if (speaker >= names_.size()) names_.resize(speaker + 1);
  names_[speaker] = event.name;
  if (event.turn == 0) return;  // it is about a speaker
  if (event.end_s <= event.start_s) {
    open_.erase(event.turn);
    return;
  }
  open_[event.turn] = {event.turn, event.start_s, event.end_s, event.speaker, {}, event.confidence};
}

std::vector<LiveTurn> SettledTurns::ended_by(double latest_end_s) {
  std::vector<LiveTurn> ended;
  for (auto at = open_.begin(); at != open_.end();) {
    if (at->second.end_s > latest_end_s) {
      ++at;
      continue;
    }
    LiveTurn turn = std::move(at->second);
    turn.name = names_[static_cast<std::size_t>(turn.speaker)];
    ended.push_back(std::move(turn));
    at = open_.erase(at);
  }
  std::sort(ended.begin(), ended.end(), [](const LiveTurn& a, const LiveTurn& b) {
    return std::tie(a.end_s, a.turn) < std::tie(b.end_s, b.turn);
  });
  return ended;
}

std::vector<LiveTurn> SettledTurns::settled(double heard_s) { return ended_by(heard_s - wait_s_); }

std::vector<LiveTurn> SettledTurns::rest() {
  return ended_by(std::numeric_limits<double>::infinity());
}

}  // namespace diarist::cli
