#include "pipeline/live/live_speakers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "clustering/assignment.hpp"
#include "pipeline/live/cosine.hpp"
#include "pipeline/live/parameters.hpp"
#include "pipeline/relabelling/parameters.hpp"
#include "pipeline/speakers.hpp"

namespace diarist::pipeline {
namespace {

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
    heard.length_s[best] += kRelabelling.hop_frames * nets::kTrunkFrame_s;
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

/// Takes the two of a window who sound least alike, and speak alone for long enough, for two
/// people, where they are further apart than one person ever is.
void split_by_window(const LiveAnalysis& analysis, Clustering& found) {
  const std::size_t dimensions = analysis.dimensions();
  const int least = static_cast<int>(kLive.early_alone_s / kFrameStepSeconds);
  double lowest = kLive.early_cosine;
  std::vector<float> pair;
  for (const LiveWindow& window : analysis.windows()) {
    const auto locals = window.alone.size();
    for (std::size_t a = 0; a < locals; ++a) {
      for (std::size_t b = a + 1; b < locals; ++b) {
        if (window.alone[a] < least || window.alone[b] < least) continue;
        const float* first = window.embeddings.data() + a * dimensions;
        const float* second = window.embeddings.data() + b * dimensions;
        const double like = cosine(first, second, dimensions);
        if (like >= lowest) continue;
        lowest = like;
        pair.assign(first, first + dimensions);
        pair.insert(pair.end(), second, second + dimensions);
      }
    }
  }
  if (pair.empty()) return;
  found.clusters = 2;
  found.centroids = std::move(pair);
}

/// Those who are called anything, ascending.
std::vector<int> numbers_in(std::span<const int> speaker_of) {
  std::vector<int> numbers;
  for (const int number : speaker_of) {
    if (number < 0) continue;
    const auto place = std::ranges::lower_bound(numbers, number);
    if (place == numbers.end() || *place != number) numbers.insert(place, number);
  }
  return numbers;
}

/// [clusters]: the speaker with whom each shares most seconds, one to one; -1 for none.
std::vector<int> shared_names(const Seconds& heard, std::size_t clusters,
                              std::span<const int> speaker_of) {
  std::vector<int> names(clusters, -1);
  std::vector<int> known = numbers_in(speaker_of);
  if (known.empty()) return names;
  std::vector<double> shared(clusters * known.size(), 0.0);
  for (std::size_t i = 0; i < std::min(heard.cluster.size(), speaker_of.size()); ++i) {
    if (speaker_of[i] < 0) continue;
    const auto column = std::ranges::lower_bound(known, speaker_of[i]) - known.begin();
    shared[static_cast<std::size_t>(heard.cluster[i]) * known.size() +
           static_cast<std::size_t>(column)] += 1;
  }
  const std::vector<int> column =
      assign_max(shared, static_cast<int>(clusters), static_cast<int>(known.size()));
  for (std::size_t k = 0; k < clusters; ++k) {
    if (column[k] < 0) continue;
    const auto place = static_cast<std::size_t>(column[k]);
    if (shared[k * known.size() + place] > 0) names[k] = known[place];
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
    Clustering found = find_speakers(model, all, options, cancellation, isa);
    if (found.clusters == 1 && analysis.heard_s() < kLive.early_s &&
        options.max_speakers.value_or(2) > 1) {
      split_by_window(analysis, found);
    }
    if (found.clusters > 0) {
      take(found, all.voices, speaker_of, options.max_speakers, analysis.heard_s());
    }
  });
}

void LiveSpeakers::take(const Clustering& found, const Voices& voices,
                        std::span<const int> speaker_of, std::optional<int> most, double heard_s) {
  const auto clusters = static_cast<std::size_t>(found.clusters);
  Seconds heard;
  heard.centroids = found.centroids;
  // Once by what their windows sound like, and once more by what those seconds do.
  for (int pass = 0; pass < 2; ++pass) gather(voices, clusters, dimensions_, heard);

  std::vector<int> name = shared_names(heard, clusters, speaker_of);
  const bool alone = count_ == 0 && clusters == 1;
  std::vector<std::size_t> fresh;
  for (std::size_t k = 0; k < clusters; ++k) {
    if (name[k] < 0 && (alone || heard.length_s[k] >= kLive.least_speech_s)) fresh.push_back(k);
  }
  know_again(heard.centroids, fresh, speaker_of, name);
  auto sure = std::count_if(name.begin(), name.end(), [](int number) { return number >= 0; });
  candidates_.begin_answer(heard_s);
  for (const std::size_t k : fresh) {
    if (name[k] >= 0) continue;
    if (most && count_ >= *most) {
      // Where no more speakers are allowed it has to be one of those that there are.
      name[k] = likest(heard.centroids, k, name);
    } else if (sure < kLive.believed_speakers ||
               candidates_.confirmed(heard.centroids.data() + k * dimensions_)) {
      name[k] = count_++;
      ++sure;
    }
  }
  ++answers_;
  present_.clear();
  centroids_.clear();
  windows_.clear();
  speech_s_.clear();
  for (std::size_t k = 0; k < clusters; ++k) {
    if (name[k] < 0) continue;
    const auto append = [&](std::vector<float>& to, const std::vector<float>& from) {
      const auto first = from.begin() + static_cast<std::ptrdiff_t>(k * dimensions_);
      to.insert(to.end(), first, first + static_cast<std::ptrdiff_t>(dimensions_));
    };
    present_.push_back(name[k]);
    append(centroids_, heard.centroids);
    append(windows_, found.centroids);
    speech_s_.push_back(heard.length_s[k]);
  }
  remember();
}

// Gives clusters the numbers of speakers who sound like them, one to one, of whom nothing is kept.
void LiveSpeakers::know_again(std::span<const float> centroids,
                              std::span<const std::size_t> clusters,
                              std::span<const int> speaker_of, std::vector<int>& name) const {
  const std::vector<int> here = numbers_in(speaker_of);
  std::vector<int> gone;
  std::vector<double> scores;
  for (const auto& [number, speaker] : remembered_) {
    const bool kept = std::ranges::binary_search(here, number);
    if (!kept && std::ranges::count(name, number) == 0) gone.push_back(number);
  }
  if (gone.empty() || clusters.empty()) return;
  for (const std::size_t k : clusters) {
    for (const int number : gone) {
      const double like = cosine(centroids.data() + k * dimensions_,
                                 remembered_.at(number).centroid.data(), dimensions_);
      scores.push_back(std::max(0.0, like - kLive.again_cosine));
    }
  }
  const std::vector<int> column =
      assign_max(scores, static_cast<int>(clusters.size()), static_cast<int>(gone.size()));
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (column[i] < 0) continue;
    const auto place = static_cast<std::size_t>(column[i]);
    if (scores[i * gone.size() + place] > 0) name[clusters[i]] = gone[place];
  }
}

int LiveSpeakers::likest(std::span<const float> centroids, std::size_t cluster,
                         std::span<const int> taken) const {
  int best = -1;
  double highest = -2;
  for (const auto& [number, speaker] : remembered_) {
    if (std::ranges::count(taken, number) != 0) continue;
    const double like =
        cosine(centroids.data() + cluster * dimensions_, speaker.centroid.data(), dimensions_);
    if (like <= highest) continue;
    highest = like;
    best = number;
  }
  return best;
}

void LiveSpeakers::remember() {
  for (std::size_t i = 0; i < present_.size(); ++i) {
    const auto first = centroids_.begin() + static_cast<std::ptrdiff_t>(i * dimensions_);
    remembered_[present_[i]] = {answers_,
                                {first, first + static_cast<std::ptrdiff_t>(dimensions_)}};
  }
  while (remembered_.size() > kLive.most_known) {
    remembered_.erase(std::ranges::min_element(
        remembered_, {}, [](const auto& each) { return each.second.answer; }));
  }
}

std::vector<LiveSpeakers::Known> LiveSpeakers::heard() const {
  std::vector<Known> known;
  for (std::size_t i = 0; i < present_.size(); ++i) {
    const auto first = windows_.begin() + static_cast<std::ptrdiff_t>(i * dimensions_);
    known.push_back(
        {present_[i], {first, first + static_cast<std::ptrdiff_t>(dimensions_)}, speech_s_[i]});
  }
  return known;
}

}  // namespace diarist::pipeline
