#include "pipeline/speakers.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "clustering/plda.hpp"
#include "clustering/speaker_bounds.hpp"
#include "clustering/training_set.hpp"
#include "clustering/voice_search.hpp"
#include "clustering/window_assignment.hpp"

namespace diarist::pipeline {
namespace {

using clustering::RowMatrix;

constexpr clustering::VoiceSearchOptions kVoiceSearch{};

/// Unit vectors of the subsegments that are long enough to say what a voice is like.
struct Seconds {
  RowMatrix units;
  std::vector<double> weights;
};

/// Those that are, in the recording's order.
std::vector<std::size_t> reliable(const Voices& voices) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < voices.subsegments.size(); ++i) {
    const auto frames = voices.subsegments[i].end - voices.subsegments[i].first;
    if (frames >= kRelabelling.reliable_frames) chosen.push_back(i);
  }
  return chosen;
}

/// `chosen` of the voices, or evenly spaced ones of these where a day's would fill the memory.
Seconds seconds_of(const Voices& voices, const std::vector<std::size_t>& chosen) {
  const std::size_t count = std::min(chosen.size(), kSpeakerSearch.most_seconds);
  const auto dimensions = static_cast<Eigen::Index>(voices.dimensions);
  Seconds seconds;
  seconds.units.resize(static_cast<Eigen::Index>(count), dimensions);
  std::vector<float> direction(voices.dimensions);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t voice = chosen[i * chosen.size() / count];
    voices.direction(voice, direction.data());
    seconds.units.row(static_cast<Eigen::Index>(i)) =
        Eigen::Map<const Eigen::RowVectorXf>(direction.data(), dimensions).cast<double>();
    seconds.weights.push_back(
        static_cast<double>(voices.subsegments[voice].end - voices.subsegments[voice].first));
  }
  clustering::normalise_rows(seconds.units);
  return seconds;
}

bool is_short(const Analysis& analysis) {
  const auto frames = std::count(analysis.counts.begin(), analysis.counts.end(), 1);
  return static_cast<double>(frames) * kFrameStepSeconds < kSpeakerSearch.short_s;
}

RowMatrix as_matrix(const Clustering& found, std::size_t dimensions) {
  RowMatrix centroids(found.clusters, static_cast<Eigen::Index>(dimensions));
  std::copy(found.centroids.begin(), found.centroids.end(), centroids.data());
  return centroids;
}

/// Centroids of ten-second embeddings, as cluster() gives them, rather than of single seconds.
void recentre(std::span<const float> embeddings, std::size_t dimensions, Clustering& found) {
  const auto width = static_cast<Eigen::Index>(dimensions);
  RowMatrix sum = RowMatrix::Zero(found.clusters, width);
  std::vector<int> count(static_cast<std::size_t>(found.clusters), 0);
  for (std::size_t i = 0; i < found.labels.size(); ++i) {
    if (found.labels[i] < 0) continue;
    sum.row(found.labels[i]) +=
        Eigen::Map<const Eigen::RowVectorXf>(embeddings.data() + i * dimensions, width)
            .cast<double>();
    ++count[static_cast<std::size_t>(found.labels[i])];
  }
  for (std::size_t k = 0; k < count.size(); ++k) {
    for (std::size_t d = 0; count[k] > 0 && d < dimensions; ++d) {
      found.centroids[k * dimensions + d] = static_cast<float>(
          sum(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(d)) / count[k]);
    }
  }
}

}  // namespace

Clustering find_speakers(const Model& model, const Analysis& analysis,
                         const ClusteringOptions& options, const CancellationToken& cancellation,
                         std::optional<InstructionSet> isa) {
  const LocalActivity& activity = analysis.activity;
  const std::vector<std::size_t> voices = reliable(analysis.voices);
  if (voices.size() < 2) {
    return cluster(model, activity, analysis.embeddings, options, cancellation, isa);
  }
  const bool by_voices = is_short(analysis);
  Seconds seconds;  // A day's take hundreds of megabytes: made once they are needed.
  Clustering found;
  RowMatrix centroids;
  if (by_voices) {
    seconds = seconds_of(analysis.voices, voices);
    centroids = clustering::find_voices(seconds.units, seconds.weights, kVoiceSearch, cancellation);
  } else {
    ClusteringOptions unbounded = options;
    unbounded.min_speakers.reset();
    unbounded.max_speakers.reset();
    found = cluster(model, activity, analysis.embeddings, unbounded, cancellation, isa);
    centroids = as_matrix(found, analysis.voices.dimensions);
  }
  const auto there = static_cast<int>(centroids.rows());
  const int wanted = there == 0 ? 0 : clustering::within_bounds(there, options);
  bool changed = false;
  if (wanted != there) {
    if (!by_voices) seconds = seconds_of(analysis.voices, voices);
    RowMatrix reached = clustering::reach_count(seconds.units, seconds.weights, centroids, wanted,
                                                kVoiceSearch, cancellation);
    // A number that cannot be had leaves everything as it would be had none been given.
    changed = reached.rows() != there;
    if (changed) centroids = std::move(reached);
  }
  if (by_voices || changed) {
    std::vector<std::string> notices = std::move(found.notices);
    found = clustering::clustering_of(analysis.embeddings, clustering::active_speakers(activity),
                                      activity.speakers, centroids, cancellation);
    found.notices = std::move(notices);
    recentre(analysis.embeddings, analysis.voices.dimensions, found);
  }
  if (auto notice = clustering::shortfall(options, found)) {
    found.notices.push_back(*std::move(notice));
  }
  return found;
}

}  // namespace diarist::pipeline
