#include "scoring/timeline.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace diarist::scoring {

Timeline merged(std::vector<Stretch> stretches) {
  std::sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) {
    return std::pair(a.start_s, a.end_s) < std::pair(b.start_s, b.end_s);
  });
  Timeline timeline;
  for (const Stretch& stretch : stretches) {
    if (!(stretch.end_s > stretch.start_s)) continue;
    if (!timeline.empty() && stretch.start_s <= timeline.back().end_s) {
      timeline.back().end_s = std::max(timeline.back().end_s, stretch.end_s);
    } else {
      timeline.push_back(stretch);
    }
  }
  return timeline;
}

Timeline difference(const Timeline& from, const Timeline& removed) {
  Timeline kept;
  std::size_t first = 0;  // Everything removed before it ends before the stretch at hand.
  for (const Stretch& stretch : from) {
    while (first < removed.size() && removed[first].end_s <= stretch.start_s) ++first;
    double start_s = stretch.start_s;
    for (std::size_t i = first; i < removed.size() && removed[i].start_s < stretch.end_s; ++i) {
      if (removed[i].start_s > start_s) kept.push_back({start_s, removed[i].start_s});
      start_s = std::max(start_s, removed[i].end_s);
    }
    if (stretch.end_s > start_s) kept.push_back({start_s, stretch.end_s});
  }
  return kept;
}

Timeline overlaps(const std::vector<Segment>& turns) {
  std::vector<std::pair<double, int>>
      events;  // Ends (-1) sort before starts (+1): touching is apart.
  for (const Segment& turn : turns) {
    if (!(turn.end_s > turn.start_s)) continue;
    events.emplace_back(turn.start_s, 1);
    events.emplace_back(turn.end_s, -1);
  }
  std::sort(events.begin(), events.end());
  std::vector<Stretch> found;
  int running = 0;
  double start_s = 0;
  for (const auto& [time_s, change] : events) {
    if (running >= 2) found.push_back({start_s, time_s});
    running += change;
    start_s = time_s;
  }
  return merged(std::move(found));
}

Timeline collars(const std::vector<Segment>& turns, double half_width_s) {
  std::vector<Stretch> around;
  for (const Segment& turn : turns) {
    for (const double boundary_s : {turn.start_s, turn.end_s}) {
      around.push_back({boundary_s - half_width_s, boundary_s + half_width_s});
    }
  }
  return merged(std::move(around));
}

}  // namespace diarist::scoring
