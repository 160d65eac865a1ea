// Who there is in a recording, and which local speaker is whom.
#pragma once

#include <cstddef>
#include <optional>

#include "diarist/clustering.hpp"
#include "diarist/model.hpp"

#include "pipeline/analysis_stream.hpp"

namespace diarist::pipeline {

/// Which way of finding the speakers suits a recording.
struct SpeakerSearchParameters {
  /// With less than three minutes in which one person speaks, VBx takes several people for one;
  /// single seconds tell them apart. From about two minutes on both do the same.
  double short_s = 180;
  /// Of them, evenly spaced, to split and merge speakers by: about three hours' speech, 82 MB.
  std::size_t most_seconds = 40000;
};

inline constexpr SpeakerSearchParameters kSpeakerSearch{};

/// Where the analysis holds voices: average linkage of them for a short recording, else cluster();
/// the bounds on the number of speakers are met by splitting and merging voices. Without voices,
/// cluster(). Throws as cluster() does.
Clustering find_speakers(const Model& model, const Analysis& analysis,
                         const ClusteringOptions& options, const CancellationToken& cancellation,
                         std::optional<InstructionSet> isa);

}  // namespace diarist::pipeline
