#include "scoring/sweep.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace diarist::scoring {
namespace {

enum class Source { region, reference, hypothesis };

struct Event {
  double time_s;
  int change;  ///< -1 for an end: ends come before starts of the same time.
  Source source;
  int speaker;
};

void add_events(std::vector<Event>& events, const Side& side, Source source) {
  for (const Side::NumberedTurn& turn : side.turns) {
    events.push_back({turn.time.start_s, +1, source, turn.speaker});
    events.push_back({turn.time.end_s, -1, source, turn.speaker});
  }
}

/// Applies a start or an end to the sorted list of who is active.
void change(std::vector<Active>& active, int speaker, int by) {
  auto place = std::lower_bound(active.begin(), active.end(), speaker,
                                [](const Active& a, int wanted) { return a.speaker < wanted; });
  if (place == active.end() || place->speaker != speaker) {
    place = active.insert(place, {speaker, 0});
  }
  place->turns += by;
  if (place->turns == 0) active.erase(place);
}

}  // namespace

Side number_speakers(const std::vector<Segment>& turns) {
  Side side;
  std::unordered_map<std::string_view, int> numbers;
  for (const Segment& turn : turns) {
    if (!(turn.end_s > turn.start_s)) continue;
    const auto [known, is_new] = numbers.try_emplace(turn.label, static_cast<int>(numbers.size()));
    if (is_new) side.names.push_back(turn.label);
    const int speaker = known->second;
    side.turns.push_back({{turn.start_s, turn.end_s}, speaker});
  }
  side.speakers = static_cast<int>(numbers.size());
  return side;
}

void sweep(const Timeline& scored, const Side& reference, const Side& hypothesis,
           const std::function<void(const Piece&)>& visit) {
  std::vector<Event> events;
  for (const Stretch& stretch : scored) {
    events.push_back({stretch.start_s, +1, Source::region, 0});
    events.push_back({stretch.end_s, -1, Source::region, 0});
  }
  add_events(events, reference, Source::reference);
  add_events(events, hypothesis, Source::hypothesis);
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::tie(a.time_s, a.change, a.source, a.speaker) <
           std::tie(b.time_s, b.change, b.source, b.speaker);
  });

  Piece piece;
  bool inside = false;
  double since_s = 0;
  for (const Event& event : events) {
    if (inside && event.time_s > since_s) {
      piece.start_s = since_s;
      piece.duration_s = event.time_s - since_s;
      visit(piece);
    }
    since_s = event.time_s;
    switch (event.source) {
      case Source::region:
        inside = event.change > 0;
        break;
      case Source::reference:
        change(piece.reference, event.speaker, event.change);
        break;
      case Source::hypothesis:
        change(piece.hypothesis, event.speaker, event.change);
        break;
    }
  }
}

}  // namespace diarist::scoring
