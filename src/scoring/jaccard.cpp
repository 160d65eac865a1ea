#include "scoring/jaccard.hpp"

#include <algorithm>

#include "clustering/assignment.hpp"

namespace diarist::scoring {
namespace {

/// Somebody who is heard for less (rounding of start + duration leaves such crumbs) does not speak.
/// A microsecond, as pyannote.core's shortest segment.
constexpr double kShortestSeconds = 1e-6;

int count_speaking(const std::vector<double>& seconds) {
  return static_cast<int>(
      std::count_if(seconds.begin(), seconds.end(), [](double s) { return s > kShortestSeconds; }));
}

}  // namespace

Contingency::Contingency(int reference_speakers, int hypothesis_speakers)
    : rows_(reference_speakers),
      cols_(hypothesis_speakers),
      reference_s_(static_cast<std::size_t>(rows_)),
      hypothesis_s_(static_cast<std::size_t>(cols_)),
      both_s_(reference_s_.size() * hypothesis_s_.size()),
      both_turns_s_(both_s_.size()) {}

void Contingency::add(const Piece& piece) {
  for (const Active& hypothesis : piece.hypothesis) {
    hypothesis_s_[static_cast<std::size_t>(hypothesis.speaker)] += piece.duration_s;
  }
  for (const Active& reference : piece.reference) {
    reference_s_[static_cast<std::size_t>(reference.speaker)] += piece.duration_s;
    for (const Active& hypothesis : piece.hypothesis) {
      const std::size_t at = cell(reference.speaker, hypothesis.speaker);
      both_s_[at] += piece.duration_s;
      both_turns_s_[at] += piece.duration_s * reference.turns * hypothesis.turns;
    }
  }
}

std::vector<int> Contingency::most_common_time(bool count_turns) const {
  return best_map(count_turns ? both_turns_s_ : both_s_);
}

std::vector<int> Contingency::least_jaccard_error() const {
  std::vector<double> index(both_s_.size());
  for (int r = 0; r < rows_; ++r) {
    for (int h = 0; h < cols_; ++h) index[cell(r, h)] = jaccard_index(r, h);
  }
  return best_map(index);
}

double Contingency::jaccard_error_sum(const std::vector<int>& map) const {
  double sum = 0;
  for (int r = 0; r < rows_; ++r) {
    if (reference_s_[static_cast<std::size_t>(r)] <= kShortestSeconds) continue;
    const int partner = map[static_cast<std::size_t>(r)];
    sum += partner < 0 ? 1.0 : 1.0 - jaccard_index(r, partner);
  }
  return sum;
}

int Contingency::reference_speakers() const { return count_speaking(reference_s_); }
int Contingency::hypothesis_speakers() const { return count_speaking(hypothesis_s_); }

std::size_t Contingency::cell(int reference, int hypothesis) const {
  return static_cast<std::size_t>(reference) * hypothesis_s_.size() +
         static_cast<std::size_t>(hypothesis);
}

double Contingency::jaccard_index(int reference, int hypothesis) const {
  const double both = both_s_[cell(reference, hypothesis)];
  const double either = reference_s_[static_cast<std::size_t>(reference)] +
                        hypothesis_s_[static_cast<std::size_t>(hypothesis)] - both;
  // Equal sides differ from each other by rounding only; an error is never negative.
  return either > 0 ? std::min(1.0, both / either) : 0.0;
}

std::vector<int> Contingency::best_map(const std::vector<double>& gain) const {
  std::vector<int> map(static_cast<std::size_t>(rows_), -1);
  if (gain.empty()) return map;
  map = assign_max(gain, rows_, cols_);
  for (int r = 0; r < rows_; ++r) {
    int& partner = map[static_cast<std::size_t>(r)];
    if (partner >= 0 && gain[cell(r, partner)] <= 0) partner = -1;
  }
  return map;
}

}  // namespace diarist::scoring
