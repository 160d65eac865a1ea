#include "clustering/vbx.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "base/cancellation.hpp"

namespace diarist::clustering {
namespace {

/// Logit of AHC's label against all others at the start.
constexpr double kStartLogit = 7.0;
/// Keeps the logarithm of a vanished weight finite; the reference's value.
constexpr double kWeightFloor = 1e-8;
/// Rows per block: with 128 dimensions they fill half of a small L2 cache (256 KB).
constexpr Eigen::Index kRowsPerBlock = 128;
/// What calling a speaker quiet may change in all responsibilities together, relative to n.
constexpr double kNegligible = 1e-16;

}  // namespace

/// Scores of a block of rows.
struct VbxSpeakers::Scored {
  RowMatrix active;      ///< [rows, active]: responsibilities.
  Eigen::ArrayXd quiet;  ///< [rows]: exp(highest quiet offset - log evidence).
  Eigen::ArrayXd
      evidence;  ///< [rows]: log of the sum over speakers, without the row's own constant.
  double highest_quiet = -std::numeric_limits<double>::infinity();
};

VbxSpeakers::Scored VbxSpeakers::score(const RowMatrix& scaled) const {
  Scored scored;
  double quiet_sum = 0;
  for (const int k : quiet_) scored.highest_quiet = std::max(scored.highest_quiet, offsets_[k]);
  for (const int k : quiet_) quiet_sum += std::exp(offsets_[k] - scored.highest_quiet);

  const auto active = static_cast<Eigen::Index>(active_.size());
  Eigen::VectorXd offsets(active);
  for (Eigen::Index a = 0; a < active; ++a) {
    offsets[a] = offsets_[active_[static_cast<std::size_t>(a)]];
  }
  scored.active.resize(scaled.rows(), active);
  kernels_->multiply({scaled.data(), scaled.cols(), 1, static_cast<int>(scaled.rows())}, means_, 0,
                     scored.active.data(), active, false);
  scored.evidence.resize(scaled.rows());
  scored.quiet.resize(scaled.rows());
  for (Eigen::Index n = 0; n < scaled.rows(); ++n) {
    double* row = scored.active.data() + n * active;
    const double highest = std::max(
        scored.highest_quiet, kernels_->add_and_find_highest(row, offsets.data(), active_.size()));
    const double sum = kernels_->exponentiate(row, active_.size(), highest) +
                       quiet_sum * std::exp(scored.highest_quiet - highest);
    scored.active.row(n) /= sum;
    scored.evidence[n] = highest + std::log(sum);
    scored.quiet[n] = std::exp(scored.highest_quiet - scored.evidence[n]);
  }
  return scored;
}

RowMatrix VbxSpeakers::responsibilities(const Eigen::Ref<const RowMatrix>& features) const {
  const RowMatrix scaled = features.array().rowwise() * scale_.array();
  const Scored scored = score(scaled);
  RowMatrix all(features.rows(), weights_.size());
  for (std::size_t a = 0; a < active_.size(); ++a) {
    all.col(active_[a]) = scored.active.col(static_cast<Eigen::Index>(a));
  }
  for (const int k : quiet_) {
    all.col(k) = (std::exp(offsets_[k] - scored.highest_quiet) * scored.quiet).matrix();
  }
  return all;
}

/// The rounds of the algorithm, and what they carry from one to the next.
class VbxRounds {
 public:
  VbxRounds(const Eigen::Ref<const RowMatrix>& features, int speakers,
            const Eigen::VectorXd& between, const VbxOptions& options,
            const CancellationToken& cancellation, const kernels::KernelSet& kernels)
      : features_(features), between_(between), options_(options), cancellation_(cancellation) {
    result_.kernels_ = &kernels;
    result_.fa_ = options.fa;
    result_.scale_ = between.cwiseSqrt().transpose();
    result_.weights_ = Eigen::VectorXd::Constant(speakers, 1.0 / speakers);
    share_ = Eigen::VectorXd::Zero(speakers);
    sums_ = RowMatrix::Zero(speakers, features.cols());
    longest_ = 0;
    constant_ = 0;
    for (Eigen::Index start = 0; start < features_.rows(); start += kRowsPerBlock) {
      const RowMatrix scaled = scaled_block(start);
      longest_ = std::max(longest_, scaled.rowwise().squaredNorm().maxCoeff());
      constant_ -= 0.5 * features_.middleRows(start, scaled.rows()).squaredNorm();
    }
    constant_ -= 0.5 * static_cast<double>(features_.size()) * std::log(2 * std::numbers::pi);
  }

  /// First responsibilities: the softmax of kStartLogit for AHC's label and 0 for the others. Two
  /// values only, so the sums over rows need no matrix of them.
  void start(std::span<const int> labels) {
    const double speakers = static_cast<double>(share_.size());
    const double other = 1.0 / (std::exp(kStartLogit) + speakers - 1.0);
    const double more = (std::exp(kStartLogit) - 1.0) * other;
    Eigen::RowVectorXd total = Eigen::RowVectorXd::Zero(features_.cols());
    for (Eigen::Index n = 0; n < features_.rows(); ++n) {
      const int label = labels[static_cast<std::size_t>(n)];
      const Eigen::RowVectorXd scaled = features_.row(n).cwiseProduct(result_.scale_);
      share_[label] += more;
      sums_.row(label) += more * scaled;
      total += other * scaled;
    }
    share_.array() += other * static_cast<double>(features_.rows());
    sums_.rowwise() += total;
  }

  VbxSpeakers run() {
    double last = -std::numeric_limits<double>::infinity();
    for (int round = 0; round < options_.max_iterations; ++round) {
      const double divergence = update_speakers();
      const double bound = update_responsibilities() + divergence;
      result_.elbo_.push_back(bound);
      if (bound - last < options_.min_elbo_gain) break;
      last = bound;
    }
    return std::move(result_);
  }

 private:
  RowMatrix scaled_block(Eigen::Index start) const {
    const Eigen::Index rows = std::min(kRowsPerBlock, features_.rows() - start);
    return features_.middleRows(start, rows).array().rowwise() * result_.scale_.array();
  }

  /// Posterior of each speaker from the sums; returns the bound's part that depends on it.
  double update_speakers() {
    const double ratio = options_.fa / options_.fb;
    const double rows = static_cast<double>(features_.rows());
    result_.active_.clear();
    result_.quiet_.clear();
    result_.offsets_.resize(share_.size());
    for (Eigen::Index k = 0; k < share_.size(); ++k) {
      // A quiet speaker's mean, at most ratio * share * longest^2 off in a score, is taken as zero;
      // that is relative, in a column whose sum is `share`.
      const bool quiet = share_[k] * share_[k] * ratio * longest_ < kNegligible * rows;
      (quiet ? result_.quiet_ : result_.active_).push_back(static_cast<int>(k));
    }
    RowMatrix means(static_cast<Eigen::Index>(result_.active_.size()), features_.cols());
    double divergence = 0;
    Eigen::Index a = 0;
    for (Eigen::Index k = 0; k < share_.size(); ++k) {
      const bool active = a < means.rows() && result_.active_[static_cast<std::size_t>(a)] == k;
      const Eigen::ArrayXd variance = 1.0 / (1.0 + ratio * share_[k] * between_.array());
      Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(features_.cols());
      if (active) mean += ratio * variance * sums_.row(k).transpose().array();
      const double expected = ((variance + mean.square()) * between_.array()).sum();
      result_.offsets_[k] =
          -0.5 * options_.fa * expected + std::log(result_.weights_[k] + kWeightFloor);
      divergence += (variance.log() - variance - mean.square() + 1.0).sum();
      if (active) means.row(a++) = options_.fa * mean.matrix().transpose();
    }
    result_.means_ =
        kernels::PackedMatrix(means.data(), 1, means.cols(), static_cast<int>(means.cols()),
                              static_cast<int>(means.rows()), result_.kernels_->panel_f64);
    return 0.5 * options_.fb * divergence;
  }

  /// Responsibilities, their sums for the next round, and the weights; returns the log evidence.
  double update_responsibilities() {
    const std::vector<int>& active = result_.active_;
    const std::vector<int>& quiet = result_.quiet_;
    Eigen::VectorXd active_share = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(active.size()));
    RowMatrix active_sums = RowMatrix::Zero(active_share.size(), features_.cols());
    double quiet_share = 0;
    Eigen::RowVectorXd quiet_sum = Eigen::RowVectorXd::Zero(features_.cols());
    double highest_quiet = 0;
    double evidence = options_.fa * constant_;
    for (Eigen::Index start = 0; start < features_.rows(); start += kRowsPerBlock) {
      stop_if_cancelled(cancellation_);
      const RowMatrix scaled = scaled_block(start);
      const VbxSpeakers::Scored scored = result_.score(scaled);
      evidence += scored.evidence.sum();
      active_share += scored.active.colwise().sum().transpose();
      const kernels::PackedMatrix rows(
          scaled.data(), scaled.cols(), 1, static_cast<int>(scaled.rows()),
          static_cast<int>(scaled.cols()), result_.kernels_->panel_f64);
      result_.kernels_->multiply(
          {scored.active.data(), 1, scored.active.cols(), static_cast<int>(active.size())}, rows, 0,
          active_sums.data(), active_sums.cols(), true);
      quiet_share += scored.quiet.sum();
      quiet_sum.noalias() += scored.quiet.matrix().transpose() * scaled;
      highest_quiet = scored.highest_quiet;
    }
    for (std::size_t a = 0; a < active.size(); ++a) {
      share_[active[a]] = active_share[static_cast<Eigen::Index>(a)];
      sums_.row(active[a]) = active_sums.row(static_cast<Eigen::Index>(a));
    }
    for (const int k : quiet) {
      const double part = std::exp(result_.offsets_[k] - highest_quiet);
      share_[k] = part * quiet_share;
      sums_.row(k) = part * quiet_sum;
    }
    result_.weights_ = share_ / share_.sum();
    return evidence;
  }

  const Eigen::Ref<const RowMatrix> features_;
  const Eigen::VectorXd& between_;
  const VbxOptions& options_;
  const CancellationToken& cancellation_;
  VbxSpeakers result_;
  Eigen::VectorXd share_;  ///< [K]: responsibility of each speaker, summed over rows.
  RowMatrix sums_;         ///< [K, dimensions]: scaled rows, weighted by it.
  double longest_ = 0;     ///< Greatest squared length of a scaled row.
  double constant_ = 0;    ///< Log density of the features under a standard normal.
};

VbxSpeakers vbx(const Eigen::Ref<const RowMatrix>& features, std::span<const int> labels,
                int speakers, const Eigen::VectorXd& between, const VbxOptions& options,
                const CancellationToken& cancellation, const kernels::KernelSet& kernels) {
  VbxRounds rounds(features, speakers, between, options, cancellation, kernels);
  rounds.start(labels);
  return rounds.run();
}

}  // namespace diarist::clustering
