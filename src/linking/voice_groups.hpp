// Groups of looks at voices, as sums; and how well two groups go together.
//
// In the PLDA's features (clustering/plda.hpp) two looks a and b, each N(voice, 1) of a voice N(0,
// phi), have the log-likelihood ratio
//
//   q a b - p (a a + b b) / 2 + log(1 + phi) - log(1 + 2 phi) / 2,
//   q = phi / (1 + 2 phi),  p = phi^2 / ((1 + phi) (1 + 2 phi)),
//
// summed over dimensions. It is linear in what a group can be summed up by: the mean of it over all
// pairs of two groups (average linkage) follows from the groups' weighted sums of x and of p x x
// alone, however large they are, and two groups become one by adding their sums. A look weighs
// speech / (speech + kHalfWeight_s): the more somebody says, the more the look tells, up to what a
// recording can tell of a voice.
//
// The same formula is why nearest neighbours find the candidates: a group's point is sqrt(q) times
// its mean, and the Euclidean distance of two points differs from the score only by terms of either
// group alone, which hardly vary, since features are made of vectors of one length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "diarist/link.hpp"

#include "clustering/plda.hpp"
#include "model/pack.hpp"

namespace diarist::linking {

/// Seconds of speech at which a look weighs half of what the longest does: a round figure, not
/// searched for. Enrolment from 3 s is the worst that docs/accuracy.md has, from 10 s near the
/// best.
inline constexpr double kHalfWeight_s = 5;

class VoiceGroups {
 public:
  /// Room for so many groups, all of them without a look. Throws as Plda does.
  VoiceGroups(const model::Pack& pack, std::size_t groups);

  std::size_t size() const { return weights_.size(); }
  std::size_t dimensions() const { return static_cast<std::size_t>(dimensions_); }
  /// Of an embedding that is looked at.
  std::size_t embedding_size() const { return static_cast<std::size_t>(plda_.dimensions()); }

  /// Adds a look: an embedding [256], made of so many seconds. Safe for different groups at once.
  void add_look(std::size_t group, std::span<const float> embedding, double speech_s);
  /// Adds sums, whose sizes must fit.
  void add(std::size_t group, const LinkedVoice& sums);
  LinkedVoice sums(std::size_t group) const;
  void clear(std::size_t group);
  /// Adds the sums of `from` to `into`.
  void merge(std::size_t into, std::size_t from);
  /// Mean score of a look that is part of `group` with the rest of it, whose weight must not be 0.
  float score_with_rest(std::size_t group, const VoiceGroups& looks, std::size_t look) const;

  /// Mean calibrated log-likelihood ratio of pairs; both must have looks.
  float score(std::size_t a, std::size_t b) const;

  /// [128] to `point`.
  void point(std::size_t group, float* point) const;

 private:
  /// Of pairs' mean product of the scaled looks, and of their mean spreads together.
  float calibrated(float product, float outside) const;

  using Sums = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  clustering::Plda plda_;
  Eigen::Index dimensions_;
  Eigen::ArrayXf root_;     ///< sqrt(q).
  Eigen::ArrayXf outside_;  ///< p.
  float constant_ = 0;      ///< The terms without a look.
  Sums sums_;               ///< [groups, 128], times sqrt(q).
  std::vector<float> weights_;
  std::vector<float> spreads_;
};

}  // namespace diarist::linking
