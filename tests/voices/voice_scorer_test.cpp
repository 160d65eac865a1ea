// The likelihood ratio, against the joint normal distributions that it is the ratio of.
#include "voices/voice_scorer.hpp"

#include <cmath>
#include <numbers>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "diarist/model.hpp"

#include "voices/voices.hpp"

namespace diarist::voices {
namespace {

/// Of looks at one voice in one dimension: variance phi in common and 1 apart.
double log_density(const Eigen::VectorXd& looks, double phi) {
  const Eigen::Index n = looks.size();
  const Eigen::MatrixXd covariance =
      Eigen::MatrixXd::Identity(n, n) + phi * Eigen::MatrixXd::Ones(n, n);
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  const double log_determinant =
      2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
  return -0.5 * (looks.dot(factor.solve(looks)) + log_determinant +
                 static_cast<double>(n) * std::log(2 * std::numbers::pi));
}

class VoiceScorerTest : public ::testing::TestWithParam<int> {};

TEST_P(VoiceScorerTest, IsTheRatioOfOneVoiceAndTwo) {
  const Model model = Model::builtin();
  const VoiceScorer scorer(model.pack());
  const clustering::Plda plda(model.pack());
  const int sessions = GetParam();
  for (const unsigned heard : {1u, 2u}) {
    KnownVoice voice{"Ann", true, {}};
    for (int day = 0; day < sessions; ++day) {
      voice.sessions.push_back({testing::sample_of(1, static_cast<unsigned>(day)), 0, false, ""});
    }
    const Eigen::VectorXd look = scorer.features(testing::voice_of(heard, 77));
    double expected = 0;
    for (Eigen::Index d = 0; d < look.size(); ++d) {
      Eigen::VectorXd all(sessions + 1);
      for (int day = 0; day < sessions; ++day) {
        all[day] =
            scorer.features(voice.sessions[static_cast<std::size_t>(day)].sample.embedding)[d];
      }
      all[sessions] = look[d];
      const double phi = plda.between()[d];
      expected += log_density(all, phi) - log_density(all.head(sessions), phi) -
                  log_density(all.tail(1), phi);
    }
    EXPECT_NEAR(scorer.ratio(scorer.enrol(voice), look), expected, 1e-8);
    EXPECT_EQ(expected > 0, heard == 1) << expected;
  }
}

INSTANTIATE_TEST_SUITE_P(Sessions, VoiceScorerTest, ::testing::Values(1, 2, 7));

TEST(Calibration, KeepsTheOrder) { EXPECT_GT(kCalibration.scale, 0); }

}  // namespace
}  // namespace diarist::voices
