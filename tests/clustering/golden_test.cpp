// Every step of clustering against what the reference computed for the same input.
#include "clustering/golden.hpp"

#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/clustering.hpp"

#include "clustering/ahc.hpp"
#include "clustering/plda.hpp"
#include "clustering/training_set.hpp"
#include "clustering/vbx.hpp"

namespace diarist {
namespace {

using clustering::RowMatrix;
using testing::Golden;

class ClusteringGolden : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { DIARIST_NEEDS_SHARED(); }

  /// Raw training embeddings as the reference chose them.
  static RowMatrix training(const Golden& golden) {
    std::vector<int> rows = golden.integers("plda_embeddings", "train_chunk_idx");
    const std::vector<int> speakers = golden.integers("plda_embeddings", "train_speaker_idx");
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = 3 * rows[i] + speakers[i];
    return clustering::gather(golden.embeddings(), rows, 256);
  }
};

TEST_P(ClusteringGolden, ChoosesTheSameEmbeddingsToTrainOn) {
  const Golden golden(GetParam());
  std::vector<int> expected = golden.integers("plda_embeddings", "train_chunk_idx");
  const std::vector<int> speakers = golden.integers("plda_embeddings", "train_speaker_idx");
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = 3 * expected[i] + speakers[i];
  EXPECT_EQ(clustering::training_speakers(golden.activity(), 0.2), expected);
}

TEST_P(ClusteringGolden, AhcLabelsAreEqual) {
  const Golden golden(GetParam());
  RowMatrix units = training(golden);
  clustering::normalise_rows(units);
  const clustering::AhcClusters found = clustering::agglomerate(units, 0.6, {});
  EXPECT_EQ(found.labels, golden.ahc_labels());
  EXPECT_EQ(found.levels, 1);
}

TEST_P(ClusteringGolden, PldaFeaturesAreEqualUpToSign) {
  const Golden golden(GetParam());
  const clustering::Plda plda(Model::builtin().pack());
  const RowMatrix expected = golden.matrix("plda_embeddings", "post_plda");
  const RowMatrix features = plda.features(training(golden));
  ASSERT_EQ(features.rows(), expected.rows());
  ASSERT_EQ(features.cols(), expected.cols());
  for (Eigen::Index d = 0; d < features.cols(); ++d) {
    const double sign = features.col(d).dot(expected.col(d)) < 0 ? -1 : 1;
    EXPECT_LT((sign * features.col(d) - expected.col(d)).cwiseAbs().maxCoeff(), 1e-6) << d;
  }
  EXPECT_LT((plda.between() - golden.matrix("plda_embeddings", "phi").col(0)).cwiseAbs().maxCoeff(),
            1e-8);
}

TEST_P(ClusteringGolden, VbxIsEqualRoundByRound) {
  const Golden golden(GetParam());
  const RowMatrix features = golden.matrix("plda_embeddings", "post_plda");
  const RowMatrix start = golden.matrix("vbx_state", "qinit");
  const RowMatrix expected = golden.matrix("vbx_state", "q_final");
  const Eigen::VectorXd weights = golden.matrix("vbx_state", "sp_final").col(0);
  const std::vector<double> elbo = golden.array("vbx_state", "elbo_trajectory").doubles();
  const std::vector<int> labels = golden.ahc_labels();
  // The reference starts from the labels that we compare above.
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Eigen::Index most = 0;
    start.row(static_cast<Eigen::Index>(i)).maxCoeff(&most);
    ASSERT_EQ(most, labels[i]);
  }

  const clustering::VbxSpeakers found =
      clustering::vbx(features, labels, static_cast<int>(start.cols()),
                      golden.matrix("plda_embeddings", "phi").col(0), {}, {});
  ASSERT_EQ(found.elbo().size(), elbo.size());
  for (std::size_t i = 0; i < elbo.size(); ++i) {
    EXPECT_NEAR(found.elbo()[i], elbo[i], 1e-9 * std::abs(elbo[i])) << "round " << i;
  }
  EXPECT_LT((found.weights() - weights).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_LT((found.responsibilities(features) - expected).cwiseAbs().maxCoeff(), 1e-9);
}

TEST_P(ClusteringGolden, LevelsOfAhcEndInTheSameSpeakers) {
  const Golden golden(GetParam());
  RowMatrix units = training(golden);
  clustering::normalise_rows(units);
  clustering::AhcLimits limits;
  limits.plain_limit = static_cast<int>(units.rows()) - 1;
  limits.chunk = 200;
  const clustering::AhcClusters levels = clustering::agglomerate(units, 0.6, {}, limits);
  EXPECT_GT(levels.levels, 1);
  const RowMatrix features = golden.matrix("plda_embeddings", "post_plda");
  const clustering::VbxSpeakers found =
      clustering::vbx(features, levels.labels, levels.clusters,
                      golden.matrix("plda_embeddings", "phi").col(0), {}, {});
  const RowMatrix responsibilities = found.responsibilities(features);
  const RowMatrix expected = golden.matrix("vbx_state", "q_final");
  // The first groups may be numbered otherwise: who is whose is what must agree.
  std::map<Eigen::Index, Eigen::Index> speaker_of;
  std::map<Eigen::Index, Eigen::Index> reference_of;
  for (Eigen::Index n = 0; n < expected.rows(); ++n) {
    Eigen::Index speaker = 0;
    Eigen::Index reference = 0;
    responsibilities.row(n).maxCoeff(&speaker);
    expected.row(n).maxCoeff(&reference);
    EXPECT_EQ(speaker_of.try_emplace(reference, speaker).first->second, speaker) << n;
    EXPECT_EQ(reference_of.try_emplace(speaker, reference).first->second, reference) << n;
  }
}

TEST_P(ClusteringGolden, CentroidsAndLabelsOfActiveSpeakersAreEqual) {
  const Golden golden(GetParam());
  const LocalActivity activity = golden.activity();
  const std::vector<float> embeddings = golden.embeddings();
  const Clustering found = cluster(Model::builtin(), activity, embeddings);

  const RowMatrix centroids = golden.matrix("clustering", "centroids");
  ASSERT_EQ(found.clusters, centroids.rows());
  for (Eigen::Index i = 0; i < centroids.size(); ++i) {
    ASSERT_NEAR(found.centroids[static_cast<std::size_t>(i)], centroids.data()[i], 1e-6);
  }
  const std::vector<int> expected = golden.integers("clustering", "hard_clusters");
  const std::vector<bool> active = clustering::active_speakers(activity);
  ASSERT_EQ(found.labels.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(found.labels[i], active[i] ? expected[i] : kUnassigned) << "window " << i / 3;
    EXPECT_EQ(found.certainty[i] > 0, found.labels[i] != kUnassigned);
    EXPECT_LE(found.certainty[i], 1);
  }
  EXPECT_TRUE(found.notices.empty());
}

INSTANTIATE_TEST_SUITE_P(All, ClusteringGolden, ::testing::ValuesIn(testing::kGoldens),
                         [](const auto& info) {
                           return "Recording" + std::string(info.param).substr(0, 2);
                         });

}  // namespace
}  // namespace diarist
