#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "diarist/error.hpp"
#include "diarist/scoring.hpp"

#include "scoring/convention.hpp"
#include "scoring/jaccard.hpp"
#include "scoring/sweep.hpp"
#include "scoring/timeline.hpp"

namespace diarist {
namespace scoring {
namespace {

struct Sides {
  std::vector<Segment> reference;
  std::vector<Segment> hypothesis;
  std::vector<Segment> evaluated;  ///< Of the UEM; empty where there is none.
};

void extend(Stretch& extent, const std::vector<Segment>& turns) {
  for (const Segment& turn : turns) {
    extent.start_s = std::min(extent.start_s, turn.start_s);
    extent.end_s = std::max(extent.end_s, turn.end_s);
  }
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

/// Adds one piece's speaker time, and what is wrong in it, to `score`.
void count_errors(Score& score, const Piece& piece, const std::vector<int>& map, bool count_turns) {
  const auto weight = [count_turns](const Active& active) {
    return count_turns ? active.turns : 1;
  };
  int reference = 0;
  int hypothesis = 0;
  int correct = 0;
  for (const Active& active : piece.hypothesis) hypothesis += weight(active);
  for (const Active& active : piece.reference) {
    reference += weight(active);
    const int partner = map[static_cast<std::size_t>(active.speaker)];
    for (const Active& other : piece.hypothesis) {
      if (other.speaker == partner) correct += std::min(weight(active), weight(other));
    }
  }
  score.total_s += piece.duration_s * reference;
  score.miss_s += piece.duration_s * std::max(0, reference - hypothesis);
  score.false_alarm_s += piece.duration_s * std::max(0, hypothesis - reference);
  score.confusion_s += piece.duration_s * (std::min(reference, hypothesis) - correct);
}

Score score_sides(const Sides& sides, bool has_uem, const Convention& convention,
                  const ScoringOptions& options) {
  const Timeline evaluated = evaluated_time(sides, has_uem, convention);
  const Timeline scored = without_removed(evaluated, sides.reference, convention, options);
  const Side reference = number_speakers(sides.reference);
  const Side hypothesis = number_speakers(sides.hypothesis);

  Contingency contingency(reference.speakers, hypothesis.speakers);
  sweep(convention.map_before_removal ? evaluated : scored, reference, hypothesis,
        [&](const Piece& piece) { contingency.add(piece); });
  const std::vector<int> map = contingency.most_common_time(convention.count_turns);

  Score score;
  sweep(scored, reference, hypothesis,
        [&](const Piece& piece) { count_errors(score, piece, map, convention.count_turns); });
  score.jer_sum = contingency.jaccard_error_sum(
      convention.jer_has_own_map ? contingency.least_jaccard_error() : map);
  score.reference_speakers = contingency.reference_speakers();
  score.hypothesis_speakers = contingency.hypothesis_speakers();
  return score;
}

/// Channel names differ in case only between tools; md-eval reads them in lower case.
std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::vector<Segment> of_channel(const std::vector<Segment>& segments, const std::string& channel) {
  std::vector<Segment> chosen;
  for (const Segment& segment : segments) {
    if (lower_case(segment.channel) == channel) chosen.push_back(segment);
  }
  return chosen;
}

/// Channel by channel, those of the reference only (as md-eval does); where the reference is empty,
/// everything is on one channel, so that speech found in silence counts.
Score score_channels(const Sides& sides, bool has_uem, const Convention& convention,
                     const ScoringOptions& options) {
  std::set<std::string> channels;
  for (const Segment& turn : sides.reference) channels.insert(lower_case(turn.channel));
  if (channels.empty()) return score_sides(sides, has_uem, convention, options);
  Score sum;
  for (const std::string& channel : channels) {
    const Sides part{of_channel(sides.reference, channel), of_channel(sides.hypothesis, channel),
                     of_channel(sides.evaluated, channel)};
    sum += score_sides(part, has_uem && !part.evaluated.empty(), convention, options);
  }
  return sum;
}

void check(const std::vector<Segment>& segments, const std::string& what) {
  for (const Segment& segment : segments) {
    if (!std::isfinite(segment.start_s) || !std::isfinite(segment.end_s)) {
      throw Error(ErrorCode::invalid_argument, what, "holds a time that is not finite");
    }
  }
}

}  // namespace
}  // namespace scoring

double Score::der() const {
  const double error = miss_s + false_alarm_s + confusion_s;
  if (total_s > 0) return error / total_s;
  return error > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

double Score::jer() const {
  if (reference_speakers > 0) return jer_sum / reference_speakers;
  return hypothesis_speakers > 0 ? 1.0 : 0.0;
}

Score& Score::operator+=(const Score& other) {
  total_s += other.total_s;
  miss_s += other.miss_s;
  false_alarm_s += other.false_alarm_s;
  confusion_s += other.confusion_s;
  jer_sum += other.jer_sum;
  reference_speakers += other.reference_speakers;
  hypothesis_speakers += other.hypothesis_speakers;
  return *this;
}

Score score(const Annotation& reference, const Annotation& hypothesis,
            const std::optional<Annotation>& scored, const ScoringOptions& options) {
  if (!std::isfinite(options.collar_s) || options.collar_s < 0) {
    throw Error(ErrorCode::invalid_argument, "collar", "must be a finite number of seconds >= 0");
  }
  scoring::Sides sides{reference.segments, hypothesis.segments, {}};
  if (scored) sides.evaluated = scored->segments;
  scoring::check(sides.reference, "reference");
  scoring::check(sides.hypothesis, "hypothesis");
  scoring::check(sides.evaluated, "scored stretches");

  const scoring::Convention& convention = scoring::find_convention(options.convention);
  Score result = convention.channels_apart
                     ? scoring::score_channels(sides, scored.has_value(), convention, options)
                     : scoring::score_sides(sides, scored.has_value(), convention, options);
  result.recording = reference.recording;
  return result;
}

}  // namespace diarist
