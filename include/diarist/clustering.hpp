// Stage three alone: which local speakers are the same person.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/instruction_set.hpp"
#include "diarist/model.hpp"
#include "diarist/run.hpp"
#include "diarist/segmenter.hpp"

namespace diarist {

/// The constants of the clustering, with pyannote.audio community-1's values.
struct ClusteringOptions {
  double ahc_threshold = 0.6;        ///< Euclidean distance between L2-normalised centroids.
  double fa = 0.07;                  ///< VBx: weight of the evidence.
  double fb = 0.8;                   ///< VBx: weight of the speaker prior.
  int max_iterations = 20;           ///< VBx: rounds at most.
  double min_elbo_gain = 1e-4;       ///< VBx: stop below.
  double min_speaker_weight = 1e-7;  ///< VBx: speakers with a smaller prior are dropped.
  double min_clean_share = 0.2;      ///< Of a window's frames with one speaker, to train on.
  /// Bounds on the number of clusters; k-means takes over where VBx's count is outside.
  std::optional<int> min_speakers = std::nullopt;
  /// Likewise.
  std::optional<int> max_speakers = std::nullopt;
};

/// Label of a local speaker that is nobody: inactive, or crowded out by others of its window.
inline constexpr int kUnassigned = -2;

/// Who is the same person.
struct Clustering {
  /// People found; 0 where nobody speaks.
  int clusters = 0;
  /// [windows, speakers]: cluster of each local speaker, or kUnassigned.
  std::vector<int> labels;
  /// [windows, speakers]: how sure the assignment is, 0 to 1: 1 / (1 + exp(-gap / 0.1)), where gap
  /// is the cosine to the chosen centroid less that to the best other one; 1 where there is one
  /// cluster, 0 where unassigned.
  std::vector<float> certainty;
  /// [clusters, dimensions], row-major, not normalised.
  std::vector<float> centroids;
  /// Things the caller should know, one sentence each.
  std::vector<std::string> notices;
};

/// Agglomerative clustering, then VBx over PLDA features (Landini et al. 2022), then a one-to-one
/// assignment of each window's local speakers to clusters.
///
/// `embeddings`: [activity.windows, activity.speakers, dimensions], row-major, as the
/// model's PLDA takes them; rows of inactive local speakers are not read. Deterministic; safe from
/// any thread. Memory grows with the number of embeddings, not its square. Throws
/// Error{invalid_argument} where sizes do not agree, bounds contradict or an embedding that is read
/// is not finite, or the machine lacks the instruction set `isa` (the best one where empty);
/// Error{cancelled}.
DIARIST_EXPORT Clustering cluster(const Model& model, const LocalActivity& activity,
                                  std::span<const float> embeddings,
                                  const ClusteringOptions& options = {},
                                  const CancellationToken& cancellation = {},
                                  std::optional<InstructionSet> isa = std::nullopt);

}  // namespace diarist
