#include "pipeline/live/live_speakers.hpp"

#include <algorithm>
#include <cmath>

#include "clustering/assignment.hpp"
#include "pipeline/live/parameters.hpp"
#include "pipeline/relabelling/parameters.hpp"
#include "pipeline/speakers.hpp"

namespace diarist::pipeline {
namespace {

constexpr double kTrunkFrame_s = nets::kTrunkStride * 0.01;

double cosine(const float* a, const float* b, std::size_t dimensions) {
  double product = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t d = 0; d < dimensions; ++d) {
    product += static_cast<double>(a[d]) * static_cast<double>(b[d]);
    aa += static_cast<double>(a[d]) * static_cast<double>(a[d]);
    bb += static_cast<double>(b[d]) * static_cast<double>(b[d]);
  }
  return aa > 0 && bb > 0 ? product / std::sqrt(aa * bb) : 0;
}

/// The seconds of a recording, each with the cluster that it sounds most like.
struct Seconds {
  std::vector<int> cluster;      ///< [seconds]
  std::vector<double> length_s;  ///< [clusters]: of those that say what a voice is like.
  std::vector<float> centroids;  ///< [clusters, dimensions]
};

/// Gives the seconds to the nearest of heard.centroids, and takes these anew from what they got.
void gather(const Voices& voices, std::size_t clusters, std::size_t dimensions, Seconds& heard) {
  heard.cluster.clear();
  heard.length_s.assign(clusters, 0.0);
  std::vector<double> sum(clusters * dimensions, 0.0);
  std::vector<float> direction(dimensions);
  for (std::size_t i = 0; i < voices.subsegments.size(); ++i) {
    voices.direction(i, direction.data());
    std::size_t best = 0;
    double highest = -2;
    for (std::size_t k = 0; k < clusters; ++k) {
      const double like =
          cosine(direction.data(), heard.centroids.data() + k * dimensions, dimensions);
      if (like > highest) {
        highest = like;
        best = k;
      }
    }
    heard.cluster.push_back(static_cast<int>(best));
    const auto frames = static_cast<int>(voices.subsegments[i].end - voices.subsegments[i].first);
    if (frames < kRelabelling.reliable_frames) continue;
    // Subsegments overlap: each stands for a hop.
    heard.length_s[best] += kRelabelling.hop_frames * kTrunkFrame_s;
    for (std::size_t d = 0; d < dimensions; ++d) {
      sum[best * dimensions + d] += frames * static_cast<double>(direction[d]);
    }
  }
  for (std::size_t k = 0; k < clusters; ++k) {
    double squared = 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
      squared += sum[k * dimensions + d] * sum[k * dimensions + d];
    }
    if (squared <= 0) continue;  // as its windows sound
    for (std::size_t d = 0; d < dimensions; ++d) {
      heard.centroids[k * dimensions + d] =
          static_cast<float>(sum[k * dimensions + d] / std::sqrt(squared));
    }
  }
}

/// [clusters]: the speaker of `known` with whom each shares most seconds, one to one; -1 for none.
std::vector<int> shared_names(const Seconds& heard, std::size_t clusters,
                              std::span<const int> speaker_of, int known) {
  std::vector<int> names(clusters, -1);
  if (known == 0) return names;
  const auto columns = static_cast<std::size_t>(known);
  std::vector<double> shared(clusters * columns, 0.0);
  for (std::size_t i = 0; i < std::min(heard.cluster.size(), speaker_of.size()); ++i) {
    if (speaker_of[i] < 0) continue;
    shared[static_cast<std::size_t>(heard.cluster[i]) * columns +
           static_cast<std::size_t>(speaker_of[i])] += 1;
  }
  const std::vector<int> column = assign_max(shared, static_cast<int>(clusters), known);
  for (std::size_t k = 0; k < clusters; ++k) {
    if (column[k] >= 0 && shared[k * columns + static_cast<std::size_t>(column[k])] > 0) {
      names[k] = column[k];
    }
  }
  return names;
}

}  // namespace

void LiveSpeakers::compare(const float* direction, double* cosines) const {
  for (std::size_t k = 0; k < present_.size(); ++k) {
    cosines[k] = cosine(direction, centroids_.data() + k * dimensions_, dimensions_);
  }
}

void LiveSpeakers::ask(const Model& model, LiveAnalysis& analysis, std::span<const int> speaker_of,
                       const ClusteringOptions& options, const CancellationToken& cancellation,
                       std::optional<InstructionSet> isa) {
  analysis.with_all([&](const Analysis& all) {
    const Clustering found = find_speakers(model, all, options, cancellation, isa);
    if (found.clusters > 0) take(found, all.voices, speaker_of);
  });
}

void LiveSpeakers::take(const Clustering& found, const Voices& voices,
                        std::span<const int> speaker_of) {
  const auto clusters = static_cast<std::size_t>(found.clusters);
  Seconds heard;
  heard.centroids = found.centroids;
  // Once by what their windows sound like, and once more by what those seconds do.
  for (int pass = 0; pass < 2; ++pass) gather(voices, clusters, dimensions_, heard);

  std::vector<int> name = shared_names(heard, clusters, speaker_of, count_);
  present_.clear();
  centroids_.clear();
  const bool first = count_ == 0;
  for (std::size_t k = 0; k < clusters; ++k) {
    if (name[k] < 0) {
      const bool alone = first && clusters == 1;
      if (!alone && heard.length_s[k] < kLive.least_speech_s) continue;
      name[k] = count_++;
    }
    present_.push_back(name[k]);
    const auto from = heard.centroids.begin() + static_cast<std::ptrdiff_t>(k * dimensions_);
    centroids_.insert(centroids_.end(), from, from + static_cast<std::ptrdiff_t>(dimensions_));
  }
}

}  // namespace diarist::pipeline
