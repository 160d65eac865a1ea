#include "cutting/alone.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <unordered_map>

namespace diarist::cutting {
namespace {

constexpr int kSeveral = -1;

/// Between two neighbouring boundaries, where anybody speaks at all.
struct Segment {
  std::int64_t first;
  std::int64_t end;
  int owner;  ///< Who speaks alone, or kSeveral.
};

struct Boundary {
  std::int64_t at;
  int change;  ///< +1 where a turn begins, -1 where it ends.
  int speaker;
};

std::vector<Segment> segments_of(const std::vector<Spoken>& spoken) {
  std::vector<Boundary> boundaries;
  boundaries.reserve(spoken.size() * 2);
  for (const Spoken& each : spoken) {
    if (each.first >= each.end) continue;
    boundaries.push_back({each.first, 1, each.speaker});
    boundaries.push_back({each.end, -1, each.speaker});
  }
  std::sort(boundaries.begin(), boundaries.end(),
            [](const Boundary& a, const Boundary& b) { return a.at < b.at; });
  std::unordered_map<int, int> open;  // Turns of each speaker.
  std::int64_t speaking = 0;          // Speakers, and the sum of their numbers:
  std::int64_t numbers = 0;           // that of the one, where there is one.
  std::vector<Segment> segments;
  std::int64_t from = 0;
  for (std::size_t i = 0; i < boundaries.size();) {
    const std::int64_t at = boundaries[i].at;
    if (speaking > 0) {
      segments.push_back({from, at, speaking == 1 ? static_cast<int>(numbers) : kSeveral});
    }
    for (; i < boundaries.size() && boundaries[i].at == at; ++i) {
      int& turns = open[boundaries[i].speaker];
      const bool spoke = turns > 0;
      turns += boundaries[i].change;
      const int entered = static_cast<int>(turns > 0) - static_cast<int>(spoke);
      speaking += entered;
      numbers += static_cast<std::int64_t>(entered) * boundaries[i].speaker;
    }
    from = at;
  }
  return segments;
}

}  // namespace

std::vector<Alone> find_alone(const std::vector<Spoken>& spoken) {
  std::vector<Alone> found;
  std::int64_t others_end = std::numeric_limits<std::int64_t>::min();
  // What the owner of the last segments is, and where the last one of anybody else ended.
  int last_owner = kSeveral;
  std::int64_t last_end = others_end;
  const std::vector<Segment> segments = segments_of(spoken);
  for (const Segment& segment : segments) {
    if (segment.owner == kSeveral || segment.owner != last_owner) others_end = last_end;
    if (segment.owner != kSeveral) {
      const bool goes_on =
          segment.owner == last_owner && !found.empty() && found.back().end == segment.first;
      if (goes_on) {
        found.back().end = segment.end;
      } else {
        found.push_back({segment.first, segment.end, segment.owner, others_end,
                         std::numeric_limits<std::int64_t>::max()});
      }
    }
    last_owner = segment.owner;
    last_end = segment.end;
  }
  // The same from the other side, for where the next of the others begins.
  std::int64_t others_begin = std::numeric_limits<std::int64_t>::max();
  std::int64_t next_first = others_begin;
  int next_owner = kSeveral;
  std::size_t stretch = found.size();
  for (std::size_t i = segments.size(); i-- > 0;) {
    const Segment& segment = segments[i];
    if (segment.owner == kSeveral || segment.owner != next_owner) others_begin = next_first;
    if (segment.owner != kSeveral && stretch > 0 && found[stretch - 1].end == segment.end) {
      found[--stretch].others_begin = others_begin;
    }
    next_owner = segment.owner;
    next_first = segment.first;
  }
  return found;
}

}  // namespace diarist::cutting
