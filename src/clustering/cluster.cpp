// The order of clustering's steps, and the caller's bounds on the number of speakers.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "diarist/clustering.hpp"
#include "diarist/error.hpp"

#include "base/cancellation.hpp"
#include "clustering/ahc.hpp"
#include "clustering/kmeans.hpp"
#include "clustering/plda.hpp"
#include "clustering/speaker_bounds.hpp"
#include "clustering/training_set.hpp"
#include "clustering/vbx.hpp"
#include "clustering/window_assignment.hpp"
#include "kernels/kernel_set.hpp"
#include "model/architecture.hpp"

namespace diarist {
namespace {

using clustering::RowMatrix;

/// Embeddings taken to double precision at a time.
constexpr std::size_t kEmbeddingsPerBlock = 1024;
/// With fewer there is nothing to tell apart; the reference's rule.
constexpr std::size_t kLeastTraining = 2;

void check(std::span<const float> embeddings, const ClusteringOptions& options,
           const std::vector<bool>& active, const LocalActivity& activity) {
  const std::size_t dimensions = active.empty() ? 0 : embeddings.size() / active.size();
  const auto refuse = [](const char* subject, const std::string& problem) {
    throw Error(ErrorCode::invalid_argument, subject, problem);
  };
  for (std::size_t i = 0; i < active.size(); ++i) {
    if (!active[i]) continue;
    for (const float value : embeddings.subspan(i * dimensions, dimensions)) {
      if (!std::isfinite(value)) {
        refuse("embeddings", "that of window " +
                                 std::to_string(i / static_cast<std::size_t>(activity.speakers)) +
                                 " has a value that is not finite");
      }
    }
  }
  if (options.min_speakers && *options.min_speakers < 1) refuse("min_speakers", "is less than 1");
  if (options.max_speakers && *options.max_speakers < 1) refuse("max_speakers", "is less than 1");
  if (options.min_speakers && options.max_speakers &&
      *options.min_speakers > *options.max_speakers) {
    refuse("min_speakers", "is more than max_speakers");
  }
  if (!(options.ahc_threshold >= 0) || std::isinf(options.ahc_threshold)) {
    refuse("ahc_threshold", "is not a distance");
  }
  if (!(options.fa > 0) || !(options.fb > 0) || std::isinf(options.fa) || std::isinf(options.fb)) {
    refuse("fa, fb", "are not positive numbers");
  }
  if (options.max_iterations < 1) refuse("max_iterations", "is less than 1");
  if (!(options.min_clean_share >= 0 && options.min_clean_share <= 1)) {
    refuse("min_clean_share", "is not between 0 and 1");
  }
}

void check_sizes(const LocalActivity& activity, std::span<const float> embeddings,
                 Eigen::Index dimensions) {
  const auto windows = static_cast<std::size_t>(std::max(activity.windows, 0));
  const auto speakers = static_cast<std::size_t>(std::max(activity.speakers, 0));
  const std::string width = std::to_string(activity.speakers);
  if (activity.windows < 0 || activity.speakers < 1 ||
      activity.active.size() != windows * LocalActivity::kFrames * speakers) {
    throw Error(ErrorCode::invalid_argument, "activity",
                "its size is not windows x 589 x " + width);
  }
  if (embeddings.size() != windows * speakers * static_cast<std::size_t>(dimensions)) {
    throw Error(ErrorCode::invalid_argument, "embeddings",
                "their size is not windows x " + width + " x " + std::to_string(dimensions));
  }
}

/// How many of the embeddings differ, counted up to `enough`.
int distinct(std::span<const float> embeddings, std::span<const int> speakers,
             std::size_t dimensions, int enough) {
  std::vector<int> kept;
  for (const int speaker : speakers) {
    if (static_cast<int>(kept.size()) >= enough) break;
    const auto values = [&](int i) {
      return embeddings.subspan(static_cast<std::size_t>(i) * dimensions, dimensions);
    };
    const bool seen = std::any_of(kept.begin(), kept.end(), [&](int other) {
      return std::ranges::equal(values(other), values(speaker));
    });
    if (!seen) kept.push_back(speaker);
  }
  return static_cast<int>(kept.size());
}

/// One pass over the training embeddings in double precision, in blocks.
template <typename Visit>
void for_each_block(std::span<const float> embeddings, std::span<const int> training,
                    Eigen::Index dimensions, const CancellationToken& cancellation, Visit visit) {
  for (std::size_t start = 0; start < training.size(); start += kEmbeddingsPerBlock) {
    stop_if_cancelled(cancellation);
    const auto part =
        training.subspan(start, std::min(kEmbeddingsPerBlock, training.size() - start));
    visit(static_cast<Eigen::Index>(start), clustering::gather(embeddings, part, dimensions));
  }
}

/// AHC, then VBx: the centroids of the speakers that VBx keeps, [speakers, dimensions].
RowMatrix find_speakers(const Model& model, std::span<const float> embeddings,
                        std::span<const int> training, const ClusteringOptions& options,
                        const CancellationToken& cancellation, const kernels::KernelSet& kernels,
                        std::vector<std::string>& notices) {
  const clustering::Plda plda(model.pack());
  const Eigen::Index dimensions = plda.dimensions();
  RowMatrix units = clustering::gather(embeddings, training, dimensions);
  clustering::normalise_rows(units);
  const clustering::AhcClusters first =
      clustering::agglomerate(std::move(units), options.ahc_threshold, cancellation, {}, kernels);
  if (first.threshold > options.ahc_threshold) {
    notices.emplace_back(
        "The recording is so long that clustering started from coarser groups than its threshold "
        "asks for.");
  }

  RowMatrix features(static_cast<Eigen::Index>(training.size()), plda.feature_count());
  for_each_block(embeddings, training, dimensions, cancellation,
                 [&](Eigen::Index start, const RowMatrix& raw) {
                   features.middleRows(start, raw.rows()) = plda.features(raw);
                 });

  const clustering::VbxOptions vbx_options{options.fa, options.fb, options.max_iterations,
                                           options.min_elbo_gain};
  const clustering::VbxSpeakers speakers = clustering::vbx(
      features, first.labels, first.clusters, plda.between(), vbx_options, cancellation, kernels);
  std::vector<Eigen::Index> kept;
  for (Eigen::Index k = 0; k < speakers.weights().size(); ++k) {
    if (speakers.weights()[k] > options.min_speaker_weight) kept.push_back(k);
  }

  RowMatrix centroids = RowMatrix::Zero(static_cast<Eigen::Index>(kept.size()), dimensions);
  Eigen::VectorXd share = Eigen::VectorXd::Zero(centroids.rows());
  for_each_block(embeddings, training, dimensions, cancellation,
                 [&](Eigen::Index start, const RowMatrix& raw) {
                   const RowMatrix responsibilities = speakers.responsibilities(
                       features.middleRows(start, raw.rows()))(Eigen::all, kept);
                   centroids.noalias() += responsibilities.transpose() * raw;
                   share += responsibilities.colwise().sum().transpose();
                 });
  centroids.array().colwise() /= share.array();
  return centroids;
}

/// The centroids of exactly `clusters` clusters by k-means, [clusters, dimensions].
RowMatrix force_speakers(std::span<const float> embeddings, std::span<const int> training,
                         Eigen::Index dimensions, int clusters,
                         const CancellationToken& cancellation) {
  RowMatrix units = clustering::gather(embeddings, training, dimensions);
  clustering::normalise_rows(units);
  const std::vector<int> labels = clustering::kmeans(units, clusters, cancellation);
  RowMatrix centroids = RowMatrix::Zero(clusters, dimensions);
  Eigen::VectorXd count = Eigen::VectorXd::Zero(clusters);
  for_each_block(embeddings, training, dimensions, cancellation,
                 [&](Eigen::Index start, const RowMatrix& raw) {
                   for (Eigen::Index r = 0; r < raw.rows(); ++r) {
                     const int label = labels[static_cast<std::size_t>(start + r)];
                     centroids.row(label) += raw.row(r);
                     count[label] += 1;
                   }
                 });
  centroids.array().colwise() /= count.array();
  return centroids;
}

/// Too little to tell voices apart: everybody who is active is one speaker.
void call_all_one(const std::vector<bool>& active, std::span<const float> embeddings,
                  Eigen::Index dimensions, Clustering& result) {
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(dimensions);
  int count = 0;
  for (std::size_t i = 0; i < active.size(); ++i) {
    if (!active[i]) continue;
    result.labels[i] = 0;
    result.certainty[i] = 1.0F;
    sum += Eigen::Map<const Eigen::RowVectorXf>(
               embeddings.data() + static_cast<std::ptrdiff_t>(i) * dimensions, dimensions)
               .cast<double>();
    ++count;
  }
  if (count == 0) return;
  result.clusters = 1;
  const Eigen::RowVectorXf mean = (sum / count).cast<float>();
  result.centroids.assign(mean.begin(), mean.end());
}

}  // namespace

Clustering cluster(const Model& model, const LocalActivity& activity,
                   std::span<const float> embeddings, const ClusteringOptions& options,
                   const CancellationToken& cancellation, std::optional<InstructionSet> isa) {
  const Eigen::Index dimensions = model::architecture_of(model.pack()).plda.embedding;
  check_sizes(activity, embeddings, dimensions);
  const std::vector<bool> active = clustering::active_speakers(activity);
  check(embeddings, options, active, activity);
  const std::vector<int> training =
      clustering::training_speakers(activity, options.min_clean_share);

  Clustering result;
  result.labels.assign(active.size(), kUnassigned);
  result.certainty.assign(active.size(), 0.0F);
  if (training.size() < kLeastTraining) {
    call_all_one(active, embeddings, dimensions, result);
    if (auto notice = clustering::shortfall(options, result)) {
      result.notices.push_back(*std::move(notice));
    }
    return result;
  }

  const kernels::KernelSet& kernels = kernels::kernel_set(isa.value_or(best_instruction_set()));
  RowMatrix centroids =
      find_speakers(model, embeddings, training, options, cancellation, kernels, result.notices);
  const auto found = static_cast<int>(centroids.rows());
  int wanted = clustering::within_bounds(found, options);
  if (wanted > found) {
    wanted = distinct(embeddings, training, static_cast<std::size_t>(dimensions), wanted);
  }
  if (wanted != found) {
    centroids = force_speakers(embeddings, training, dimensions, wanted, cancellation);
  }

  std::vector<std::string> notices = std::move(result.notices);
  result =
      clustering::clustering_of(embeddings, active, activity.speakers, centroids, cancellation);
  result.notices = std::move(notices);
  if (auto notice = clustering::shortfall(options, result)) {
    result.notices.push_back(*std::move(notice));
  }
  return result;
}

}  // namespace diarist
