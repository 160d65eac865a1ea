#include "clustering/vbx.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::clustering {
namespace {

constexpr int kDimensions = 16;

struct Problem {
  RowMatrix features;
  std::vector<int> labels;  ///< A start with three groups for each of the three speakers.
  Eigen::VectorXd between;
};

Problem three_speakers(int n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Problem problem;
  problem.between = Eigen::VectorXd::LinSpaced(kDimensions, 8.0, 0.5);
  RowMatrix speakers(3, kDimensions);
  for (Eigen::Index i = 0; i < speakers.size(); ++i) speakers.data()[i] = normal(random);
  speakers.array().rowwise() *= problem.between.transpose().array().sqrt();
  problem.features.resize(n, kDimensions);
  for (int i = 0; i < n; ++i) {
    for (int d = 0; d < kDimensions; ++d)
      problem.features(i, d) = speakers(i % 3, d) + normal(random);
    // Of unequal size: equal groups of one speaker would stay equal.
    problem.labels.push_back(i % 3 + 3 * (i < n / 2 ? 0 : i < 5 * n / 6 ? 1 : 2));
  }
  return problem;
}

struct Direct {
  RowMatrix responsibilities;
  Eigen::VectorXd weights;
  std::vector<double> elbo;
};

/// The update equations as published, with every responsibility in memory.
Direct by_definition(const Problem& problem, int speakers, const VbxOptions& options) {
  const RowMatrix& x = problem.features;
  const Eigen::ArrayXd phi = problem.between.array();
  Direct direct;
  RowMatrix& gamma = direct.responsibilities;
  gamma = RowMatrix::Ones(x.rows(), speakers);
  for (std::size_t n = 0; n < problem.labels.size(); ++n) {
    gamma(static_cast<Eigen::Index>(n), problem.labels[n]) = std::exp(7.0);
  }
  for (Eigen::Index n = 0; n < x.rows(); ++n) gamma.row(n) /= gamma.row(n).sum();
  Eigen::VectorXd pi = Eigen::VectorXd::Constant(speakers, 1.0 / speakers);
  const double ratio = options.fa / options.fb;
  for (int round = 0; round < options.max_iterations; ++round) {
    double bound = 0;
    RowMatrix score(x.rows(), speakers);
    for (int k = 0; k < speakers; ++k) {
      const Eigen::ArrayXd variance = 1.0 / (1.0 + ratio * gamma.col(k).sum() * phi);
      Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(x.cols());
      for (Eigen::Index n = 0; n < x.rows(); ++n) {
        mean += gamma(n, k) * x.row(n).transpose().array() * phi.sqrt();
      }
      mean *= ratio * variance;
      for (Eigen::Index n = 0; n < x.rows(); ++n) {
        const Eigen::ArrayXd row = x.row(n).transpose().array();
        const double log_likelihood =
            (row * phi.sqrt() * mean).sum() - 0.5 * ((variance + mean.square()) * phi).sum() -
            0.5 * (row.square().sum() +
                   static_cast<double>(x.cols()) * std::log(2 * std::numbers::pi));
        score(n, k) = options.fa * log_likelihood + std::log(pi[k] + 1e-8);
      }
      bound += 0.5 * options.fb * (variance.log() - variance - mean.square() + 1.0).sum();
    }
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      const double highest = score.row(n).maxCoeff();
      const double log_sum = highest + std::log((score.row(n).array() - highest).exp().sum());
      gamma.row(n) = (score.row(n).array() - log_sum).exp();
      bound += log_sum;
    }
    pi = gamma.colwise().sum().transpose();
    pi /= pi.sum();
    direct.elbo.push_back(bound);
    if (round > 0 && bound - direct.elbo[direct.elbo.size() - 2] < options.min_elbo_gain) break;
  }
  direct.weights = pi;
  return direct;
}

TEST(Vbx, EqualsItsDefinition) {
  for (const int n : {9, 90, 700}) {  // 700: more than one block of rows.
    const Problem problem = three_speakers(n, static_cast<unsigned>(n));
    const VbxOptions options;
    const Direct expected = by_definition(problem, 9, options);
    const VbxSpeakers found =
        vbx(problem.features, problem.labels, 9, problem.between, options, {});
    ASSERT_EQ(found.elbo().size(), expected.elbo.size());
    for (std::size_t i = 0; i < expected.elbo.size(); ++i) {
      EXPECT_NEAR(found.elbo()[i], expected.elbo[i], 1e-9 * std::abs(expected.elbo[i]));
    }
    EXPECT_LT((found.weights() - expected.weights).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_LT((found.responsibilities(problem.features) - expected.responsibilities)
                  .cwiseAbs()
                  .maxCoeff(),
              1e-9);
  }
}

TEST(Vbx, QuietSpeakersAreSummedInClosedForm) {
  // A costly speaker drives the six spare groups to nothing within a few rounds.
  const Problem problem = three_speakers(900, 5);
  VbxOptions options;
  options.fa = 0.6;
  options.fb = 17;
  const Direct expected = by_definition(problem, 9, options);
  const VbxSpeakers found = vbx(problem.features, problem.labels, 9, problem.between, options, {});
  EXPECT_EQ((found.weights().array() > 1e-7).count(), 3);
  ASSERT_EQ(found.elbo().size(), expected.elbo.size());
  EXPECT_NEAR(found.elbo().back(), expected.elbo.back(), 1e-9 * std::abs(expected.elbo.back()));
  EXPECT_LT((found.weights() - expected.weights).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT(
      (found.responsibilities(problem.features) - expected.responsibilities).cwiseAbs().maxCoeff(),
      1e-10);
}

TEST(Vbx, TheBoundNeverFalls) {
  const Problem problem = three_speakers(300, 8);
  VbxOptions options;
  options.min_elbo_gain = -1e300;
  const VbxSpeakers found = vbx(problem.features, problem.labels, 9, problem.between, options, {});
  ASSERT_EQ(found.elbo().size(), 20U);
  // From the third round on: the weights of the first two belong to the round before.
  for (std::size_t i = 3; i < found.elbo().size(); ++i) {
    EXPECT_GE(found.elbo()[i], found.elbo()[i - 1] - 1e-6);
  }
}

TEST(Vbx, OneSpeakerIsCertain) {
  const Problem problem = three_speakers(30, 9);
  const std::vector<int> labels(30, 0);
  const VbxSpeakers found = vbx(problem.features, labels, 1, problem.between, {}, {});
  EXPECT_EQ(found.weights()[0], 1.0);
  EXPECT_LT((found.responsibilities(problem.features).array() - 1).abs().maxCoeff(), 1e-15);
}

TEST(Vbx, StopsWhenCancelled) {
  const Problem problem = three_speakers(30, 9);
  CancellationToken cancellation;
  cancellation.cancel();
  EXPECT_THROW(vbx(problem.features, problem.labels, 9, problem.between, {}, cancellation), Error);
}

}  // namespace
}  // namespace diarist::clustering
