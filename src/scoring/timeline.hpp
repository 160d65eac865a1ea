// Sets of times: sorted stretches that neither overlap nor touch. Seconds, half open, exact (no
// frames). Pure functions, safe from any thread.
#pragma once

#include <vector>

#include "diarist/formats.hpp"

namespace diarist::scoring {

struct Stretch {
  double start_s = 0;
  double end_s = 0;
};

/// Sorted by time, disjoint, none empty.
using Timeline = std::vector<Stretch>;

/// The union of any stretches; empty ones vanish, touching ones merge.
Timeline merged(std::vector<Stretch> stretches);

/// `from` without `removed`.
Timeline difference(const Timeline& from, const Timeline& removed);

/// Where at least two of the turns run at once. Turns are counted, not speakers: so do md-eval and
/// pyannote.metrics, where one speaker's own turns overlap.
Timeline overlaps(const std::vector<Segment>& turns);

/// `half_width_s` to each side of each start and end.
Timeline collars(const std::vector<Segment>& turns, double half_width_s);

}  // namespace diarist::scoring
