// How many speakers there are, and which embedding is whose: variational Bayes over PLDA features.
//
// In: features [n, dimensions], a first label for each (from AHC), the variance between speakers
// [phi]. Out: the weight of each speaker, and the responsibility of each for any row of features.
// Deterministic. Throws Error{cancelled}.
//
// The VBx of Landini et al. (2022), as pyannote.audio 4 runs it: without the HMM, so a mixture
// whose speakers have a Gaussian posterior. Memory is n x dimensions for the features and K x
// dimensions for the speakers: rows are worked on in blocks and responsibilities are never stored.
//
// A speaker who lost all responsibility is "quiet": his posterior is the prior, so his score is one
// constant for every row and all quiet ones are summed in closed form. Nearly all of AHC's clusters
// end so, and the rounds after the first few cost little.
#pragma once

#include <span>
#include <vector>

#include "diarist/run.hpp"

#include "clustering/matrix.hpp"
#include "kernels/kernel_set.hpp"

namespace diarist::clustering {

struct VbxOptions {
  double fa = 0.07;  ///< Weight of the evidence.
  double fb = 0.8;   ///< Weight of the speaker prior.
  int max_iterations = 20;
  double min_elbo_gain = 1e-4;  ///< Stop below.
};

/// What VBx learnt of the speakers.
class VbxSpeakers {
 public:
  /// [K], sums to 1.
  const Eigen::VectorXd& weights() const { return weights_; }
  /// The lower bound on the evidence after each round.
  const std::vector<double>& elbo() const { return elbo_; }

  /// Responsibility of every speaker for each row, [rows, K]: those of the last round.
  RowMatrix responsibilities(const Eigen::Ref<const RowMatrix>& features) const;

 private:
  friend class VbxRounds;

  double fa_ = 0;
  Eigen::RowVectorXd scale_;  ///< sqrt(phi)
  const kernels::KernelSet* kernels_ = nullptr;
  kernels::PackedMatrix means_;  ///< [dimensions, active]: fa * posterior mean of each.
  Eigen::VectorXd offsets_;      ///< [K]: all of a speaker's score that does not depend on the row.
  std::vector<int> active_;      ///< Speakers that are not quiet, ascending.
  std::vector<int> quiet_;
  Eigen::VectorXd weights_;
  std::vector<double> elbo_;

  struct Scored;
  /// Scores a block of rows, each already multiplied by `scale_`.
  Scored score(const RowMatrix& scaled) const;
};

/// `labels`: [n], each in 0 .. speakers - 1. `between`: phi, [dimensions].
VbxSpeakers vbx(const Eigen::Ref<const RowMatrix>& features, std::span<const int> labels,
                int speakers, const Eigen::VectorXd& between, const VbxOptions& options,
                const CancellationToken& cancellation,
                const kernels::KernelSet& kernels = kernels::fastest_kernels());

}  // namespace diarist::clustering
