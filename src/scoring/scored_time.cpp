#include "scoring/scored_time.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>

#include "diarist/error.hpp"

namespace diarist::scoring {
namespace {

void check_times(const std::vector<Segment>& segments, const std::string& what) {
  for (const Segment& segment : segments) {
    if (!std::isfinite(segment.start_s) || !std::isfinite(segment.end_s)) {
      throw Error(ErrorCode::invalid_argument, what, "holds a time that is not finite");
    }
  }
}

void extend(Stretch& extent, const std::vector<Segment>& turns) {
  for (const Segment& turn : turns) {
    extent.start_s = std::min(extent.start_s, turn.start_s);
    extent.end_s = std::max(extent.end_s, turn.end_s);
  }
}

}  // namespace

void check(const Sides& sides, const ScoringOptions& options) {
  if (!std::isfinite(options.collar_s) || options.collar_s < 0) {
    throw Error(ErrorCode::invalid_argument, "collar", "must be a finite number of seconds >= 0");
  }
  check_times(sides.reference, "reference");
  check_times(sides.hypothesis, "hypothesis");
  check_times(sides.evaluated, "scored stretches");
}

Timeline evaluated_time(const Sides& sides, bool has_uem, const Convention& convention) {
  std::vector<Stretch> stretches;
  if (has_uem) {
    for (const Segment& part : sides.evaluated) stretches.push_back({part.start_s, part.end_s});
  } else {
    Stretch extent{std::numeric_limits<double>::infinity(),
                   -std::numeric_limits<double>::infinity()};
    extend(extent, sides.reference);
    if (!convention.reference_extent_only) extend(extent, sides.hypothesis);
    stretches.push_back(extent);
  }
  return merged(std::move(stretches));
}

Timeline without_removed(Timeline evaluated, const std::vector<Segment>& reference,
                         const Convention& convention, const ScoringOptions& options) {
  if (options.collar_s > 0) {
    std::vector<Segment> with_collars = reference;
    if (!convention.empty_turns_have_collars) {
      std::erase_if(with_collars, [](const Segment& turn) { return !(turn.end_s > turn.start_s); });
    }
    evaluated = difference(
        evaluated, collars(with_collars, options.collar_s * convention.collar_to_each_side));
  }
  if (options.skip_overlap) evaluated = difference(evaluated, overlaps(reference));
  return evaluated;
}

PieceErrors errors_of(const Piece& piece, const std::vector<int>& map, bool count_turns) {
  PieceErrors errors;
  for (const Active& active : piece.hypothesis) {
    errors.hypothesis += weight_of(active, count_turns);
  }
  for (const Active& active : piece.reference) {
    errors.reference += weight_of(active, count_turns);
    const int partner = map[static_cast<std::size_t>(active.speaker)];
    for (const Active& other : piece.hypothesis) {
      if (other.speaker != partner) continue;
      errors.correct += std::min(weight_of(active, count_turns), weight_of(other, count_turns));
    }
  }
  errors.miss = std::max(0, errors.reference - errors.hypothesis);
  errors.false_alarm = std::max(0, errors.hypothesis - errors.reference);
  errors.confusion = std::min(errors.reference, errors.hypothesis) - errors.correct;
  return errors;
}

}  // namespace diarist::scoring
