#include "scoring/explanation.hpp"

#include <algorithm>
#include <cstddef>

#include "scoring/convention.hpp"
#include "scoring/jaccard.hpp"
#include "scoring/sweep.hpp"

namespace diarist::scoring {
namespace {

/// Parts a piece's errors among the speakers who are in error.
class Attribution {
 public:
  Attribution(const Side& reference, const Side& hypothesis, const std::vector<int>& map)
      : map_(map), of_hypothesis_(static_cast<std::size_t>(hypothesis.speakers)) {
    for (std::size_t i = 0; i < map.size(); ++i) {
      SpeakerErrors& row = rows_.emplace_back();
      row.reference = reference.names[i];
      if (map[i] < 0) continue;
      const auto partner = static_cast<std::size_t>(map[i]);
      row.hypothesis = hypothesis.names[partner];
      of_hypothesis_[partner] = i;
    }
    for (std::size_t i = 0; i < of_hypothesis_.size(); ++i) {
      if (of_hypothesis_[i]) continue;
      of_hypothesis_[i] = rows_.size();
      rows_.emplace_back().hypothesis = hypothesis.names[i];
    }
  }

  void add(const Piece& piece, const PieceErrors& errors, bool count_turns) {
    const double missing = errors.reference - errors.correct;
    const double beyond = errors.hypothesis - errors.correct;
    for (const Active& active : piece.reference) {
      SpeakerErrors& row = rows_[static_cast<std::size_t>(active.speaker)];
      const int weight = weight_of(active, count_turns);
      row.total_s += piece.duration_s * weight;
      const double wrong = weight - correct(active, piece.hypothesis, map_of(active), count_turns);
      if (missing <= 0) continue;
      row.miss_s += piece.duration_s * errors.miss * wrong / missing;
      row.confusion_s += piece.duration_s * errors.confusion * wrong / missing;
    }
    if (errors.false_alarm == 0) return;
    for (const Active& active : piece.hypothesis) {
      const std::size_t at = *of_hypothesis_[static_cast<std::size_t>(active.speaker)];
      const int partner = at < map_.size() ? static_cast<int>(at) : -1;
      const double wrong =
          weight_of(active, count_turns) - correct(active, piece.reference, partner, count_turns);
      rows_[at].false_alarm_s += piece.duration_s * errors.false_alarm * wrong / beyond;
    }
  }

  std::vector<SpeakerErrors> take() { return std::move(rows_); }

 private:
  int map_of(const Active& active) const { return map_[static_cast<std::size_t>(active.speaker)]; }

  /// How much of an active speaker his partner on the other side answers to.
  static int correct(const Active& active, const std::vector<Active>& others, int partner,
                     bool count_turns) {
    for (const Active& other : others) {
      if (other.speaker == partner) {
        return std::min(weight_of(active, count_turns), weight_of(other, count_turns));
      }
    }
    return 0;
  }

  const std::vector<int>& map_;
  std::vector<SpeakerErrors> rows_;                        ///< The reference's speakers first.
  std::vector<std::optional<std::size_t>> of_hypothesis_;  ///< Each one's row.
};

}  // namespace

Explanation explain(const Annotation& reference, const Annotation& hypothesis,
                    const ScoringOptions& options) {
  ScoringOptions by_pyannote = options;
  by_pyannote.convention = ScoringConvention::pyannote;
  const Convention& convention = find_convention(by_pyannote.convention);
  const Sides sides{reference.segments, hypothesis.segments, {}};

  Explanation explanation;
  explanation.score = score(reference, hypothesis, std::nullopt, by_pyannote);
  const Timeline scored = without_removed(evaluated_time(sides, false, convention), sides.reference,
                                          convention, by_pyannote);
  const Side reference_side = number_speakers(sides.reference);
  const Side hypothesis_side = number_speakers(sides.hypothesis);
  Contingency contingency(reference_side.speakers, hypothesis_side.speakers);
  sweep(scored, reference_side, hypothesis_side,
        [&](const Piece& piece) { contingency.add(piece); });
  const std::vector<int> map = contingency.most_common_time(convention.count_turns);

  Attribution attribution(reference_side, hypothesis_side, map);
  sweep(scored, reference_side, hypothesis_side, [&](const Piece& piece) {
    if (piece.reference.empty() && piece.hypothesis.empty()) return;
    const PieceErrors errors = errors_of(piece, map, convention.count_turns);
    attribution.add(piece, errors, convention.count_turns);
    explanation.pieces.push_back({{piece.start_s, piece.start_s + piece.duration_s}, errors});
  });
  explanation.speakers = attribution.take();
  return explanation;
}

}  // namespace diarist::scoring
