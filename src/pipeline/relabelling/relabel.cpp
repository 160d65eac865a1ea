#include "pipeline/relabelling/relabel.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "nets/embedding_shape.hpp"
#include "pipeline/relabelling/best_path.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kNobody = FrameSpeakers::kNobody;

using Voice = std::vector<float>;

int frames_of(const Subsegment& subsegment) {
  return static_cast<int>(subsegment.end - subsegment.first);
}

/// Consecutive frames in which one person speaks, and the subsegments whose centres lie there.
struct Run {
  std::size_t first_frame;
  std::size_t end_frame;
  std::size_t first;
  std::size_t end;
};

class Relabelling {
 public:
  Relabelling(const Voices& voices, std::span<const std::uint8_t> counts, int clusters,
              FrameSpeakers& frames)
      : voices_(voices),
        dimensions_(voices.dimensions),
        counts_(counts.first(std::min(counts.size(), frames.size()))),
        clusters_(static_cast<std::size_t>(clusters)),
        frames_(frames),
        voice_(dimensions_) {
    place();
  }

  /// One pass over the whole recording: how sure it is of each frame.
  std::vector<float> pass() {
    certainty_.assign(frames_.size(), -1.0F);
    read_labels();
    find_centroids();
    std::size_t next = 0;
    for (std::size_t f = 0; f < counts_.size();) {
      if (counts_[f] != 1) {
        ++f;
        continue;
      }
      Run run{f, f, next, next};
      while (run.end_frame < counts_.size() && counts_[run.end_frame] == 1) ++run.end_frame;
      while (run.first < centre_.size() && centre_[run.first] < run.first_frame) ++run.first;
      run.end = run.first;
      while (run.end < centre_.size() && centre_[run.end] < run.end_frame) ++run.end;
      if (run.first < run.end) rename(run);
      next = run.end;
      f = run.end_frame;
    }
    return certainty_;
  }

 private:
  const Subsegment& piece(std::size_t i) const { return voices_.subsegments[order_[i]]; }
  /// How it sounds: good until the next one is asked for.
  const Voice& voice(std::size_t i) {
    voices_.direction(order_[i], voice_.data());
    return voice_;
  }

  /// The frame at each subsegment's centre, and how long its embedding is.
  void place() {
    order_.resize(voices_.subsegments.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    // The last piece of one run may begin, on a later point of the grid, after the first of the
    // next one does.
    std::ranges::stable_sort(order_, {}, [this](std::size_t i) {
      return voices_.subsegments[i].first + voices_.subsegments[i].end;
    });
    for (const std::size_t i : order_) {
      const Subsegment& subsegment = voices_.subsegments[i];
      const double frame = (centre_s(subsegment) - kFirstFrameSeconds) / kFrameStepSeconds;
      centre_.push_back(static_cast<std::size_t>(std::max(0.0, std::nearbyint(frame))));
    }
    for (std::size_t i = 0; i < order_.size(); ++i) length_.push_back(length(voice(i)));
  }

  /// Who speaks at each centre, as things stand.
  void read_labels() {
    label_.clear();
    for (const std::size_t centre : centre_) {
      const bool inside = centre < counts_.size() && counts_[centre] == 1;
      label_.push_back(inside ? frames_[centre][0] : kNobody);
    }
  }

  void find_centroids() {
    known_.clear();
    centroids_.clear();
    std::vector<int> reliable(clusters_, 0);
    const auto is_reliable = [&](std::size_t i) {
      return frames_of(piece(i)) >= kRelabelling.reliable_frames;
    };
    const auto is_cluster = [&](int label) {
      return label >= 0 && static_cast<std::size_t>(label) < clusters_;
    };
    for (std::size_t i = 0; i < label_.size(); ++i) {
      if (is_cluster(label_[i]) && is_reliable(i)) ++reliable[static_cast<std::size_t>(label_[i])];
    }
    std::vector<double> sum(clusters_ * dimensions_, 0.0);
    std::vector<bool> heard(clusters_, false);
    for (std::size_t i = 0; i < label_.size(); ++i) {
      if (!is_cluster(label_[i])) continue;
      const auto k = static_cast<std::size_t>(label_[i]);
      if (reliable[k] >= kRelabelling.least_reliable && !is_reliable(i)) continue;
      if (length_[i] <= 0) continue;
      const double weight = frames_of(piece(i)) / length_[i];
      const Voice& sounds = voice(i);
      for (std::size_t d = 0; d < dimensions_; ++d) {
        sum[k * dimensions_ + d] += weight * static_cast<double>(sounds[d]);
      }
      heard[k] = true;
    }
    for (std::size_t k = 0; k < clusters_; ++k) {
      if (!heard[k]) continue;  // nobody can be renamed to a speaker who is never heard alone
      const double* row = sum.data() + k * dimensions_;
      double norm = 0;
      for (std::size_t d = 0; d < dimensions_; ++d) norm += row[d] * row[d];
      norm = std::sqrt(norm);
      if (norm <= 0) continue;
      known_.push_back(static_cast<int>(k));
      for (std::size_t d = 0; d < dimensions_; ++d) {
        centroids_.push_back(static_cast<float>(row[d] / norm));
      }
    }
  }

  static double length(const Voice& voice) {
    double sum = 0;
    for (const float value : voice) sum += static_cast<double>(value) * static_cast<double>(value);
    return std::sqrt(sum);
  }

  /// Emissions of a run, [subsegments, known speakers]: a day's of a hundred people at once would
  /// take half a gigabyte.
  void compare(const Run& run) {
    const std::size_t known = known_.size();
    emission_.resize((run.end - run.first) * known);
    cosine_.resize(emission_.size());
    for (std::size_t i = run.first; i < run.end; ++i) {
      const double seconds = frames_of(piece(i)) * nets::kTrunkFrame_s;
      const double weight =
          std::min(seconds, kRelabelling.full_weight_s) / kRelabelling.full_weight_s;
      const Voice& sounds = voice(i);
      for (std::size_t k = 0; k < known; ++k) {
        double product = 0;
        const float* centroid = centroids_.data() + k * dimensions_;
        for (std::size_t d = 0; d < dimensions_; ++d) {
          product += static_cast<double>(centroid[d]) * static_cast<double>(sounds[d]);
        }
        const double bonus = known_[k] == label_[i] ? kRelabelling.staying_bonus : 0;
        const double cosine = length_[i] > 0 ? product / length_[i] : 0;
        cosine_[(i - run.first) * known + k] = cosine;
        emission_[(i - run.first) * known + k] = weight * cosine + bonus;
      }
    }
  }

  /// The best path through a run's subsegments; its frames take the label of the nearest one.
  void rename(const Run& run) {
    const std::size_t known = known_.size();
    if (known == 0) return;
    compare(run);
    const std::size_t count = run.end - run.first;
    const std::vector<std::size_t> path = best_path(emission_, known, kRelabelling.switch_cost);
    path_.resize(count);
    sure_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      path_[i] = known_[path[i]];
      sure_[i] = certainty(i, path[i]);
    }
    std::size_t nearest = 0;
    for (std::size_t f = run.first_frame; f < run.end_frame; ++f) {
      const auto distance = [&](std::size_t i) {
        const std::size_t centre = centre_[run.first + i];
        return centre > f ? centre - f : f - centre;
      };
      while (nearest + 1 < count && distance(nearest + 1) <= distance(nearest)) ++nearest;
      frames_[f][0] = path_[nearest];
      certainty_[f] = sure_[nearest];
    }
  }

  /// Of known speaker `chosen` for a subsegment of the run.
  float certainty(std::size_t i, std::size_t chosen) const {
    if (known_.size() < 2) return 1;
    double other = -1;
    for (std::size_t k = 0; k < known_.size(); ++k) {
      if (k != chosen) other = std::max(other, cosine_[i * known_.size() + k]);
    }
    const double lead = cosine_[i * known_.size() + chosen] - other;
    return static_cast<float>(1 / (1 + std::exp(-lead / kRelabelling.certainty_cosine)));
  }

  const Voices& voices_;
  const std::size_t dimensions_;
  const std::span<const std::uint8_t> counts_;
  const std::size_t clusters_;
  FrameSpeakers& frames_;
  std::vector<std::size_t> order_;   ///< [subsegments]: by their centres, as all that follows.
  std::vector<std::size_t> centre_;  ///< [subsegments]
  std::vector<double> length_;       ///< [subsegments]: of their directions, as rounded.
  Voice voice_;                      ///< The one that was asked for last.
  std::vector<int> label_;           ///< [subsegments]: before the pass.
  std::vector<int> known_;           ///< Clusters that are heard alone,
  std::vector<float> centroids_;     ///< [known, dimensions], and how they sound; unit vectors.
  std::vector<double> cosine_;       ///< [subsegments of a run, known], as the next one.
  std::vector<double> emission_;
  std::vector<int> path_;
  std::vector<float> sure_;       ///< Of the path.
  std::vector<float> certainty_;  ///< [frames]
};

}  // namespace

std::vector<float> relabel(const Voices& voices, std::span<const std::uint8_t> counts, int clusters,
                           FrameSpeakers& frames) {
  if (clusters < 2 || voices.subsegments.empty()) return {};
  Relabelling relabelling(voices, counts, clusters, frames);
  std::vector<float> certainty;
  for (int pass = 0; pass < kRelabelling.passes; ++pass) certainty = relabelling.pass();
  return certainty;
}

}  // namespace diarist::pipeline
