#include <algorithm>
#include <limits>
#include <set>

#include "diarist/scoring.hpp"

#include "scoring/convention.hpp"
#include "scoring/jaccard.hpp"
#include "scoring/scored_time.hpp"
#include "scoring/sweep.hpp"
#include "scoring/timeline.hpp"

namespace diarist {
namespace scoring {
namespace {

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
  sweep(scored, reference, hypothesis, [&](const Piece& piece) {
    const PieceErrors errors = errors_of(piece, map, convention.count_turns);
    score.total_s += piece.duration_s * errors.reference;
    score.miss_s += piece.duration_s * errors.miss;
    score.false_alarm_s += piece.duration_s * errors.false_alarm;
    score.confusion_s += piece.duration_s * errors.confusion;
  });
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
  scoring::Sides sides{reference.segments, hypothesis.segments, {}};
  if (scored) sides.evaluated = scored->segments;
  scoring::check(sides, options);

  const scoring::Convention& convention = scoring::find_convention(options.convention);
  Score result = convention.channels_apart
                     ? scoring::score_channels(sides, scored.has_value(), convention, options)
                     : scoring::score_sides(sides, scored.has_value(), convention, options);
  result.recording = reference.recording;
  return result;
}

}  // namespace diarist
