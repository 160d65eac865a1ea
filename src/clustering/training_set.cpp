#include "clustering/training_set.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace diarist::clustering {
namespace {

constexpr std::size_t kFrames = LocalActivity::kFrames;

}  // namespace

std::vector<bool> active_speakers(const LocalActivity& activity) {
  const auto speakers = static_cast<std::size_t>(activity.speakers);
  std::vector<bool> active(static_cast<std::size_t>(activity.windows) * speakers, false);
  for (std::size_t i = 0; i < activity.active.size(); ++i) {
    if (activity.active[i] != 0) active[i / (kFrames * speakers) * speakers + i % speakers] = true;
  }
  return active;
}

std::vector<int> training_speakers(const LocalActivity& activity, double min_clean_share) {
  const auto speakers = static_cast<std::size_t>(activity.speakers);
  std::vector<int> chosen;
  std::vector<int> alone(speakers);
  const double least = min_clean_share * static_cast<double>(kFrames);
  for (std::size_t w = 0; w < static_cast<std::size_t>(activity.windows); ++w) {
    const std::uint8_t* frames = activity.active.data() + w * kFrames * speakers;
    std::fill(alone.begin(), alone.end(), 0);
    for (std::size_t f = 0; f < kFrames; ++f) {
      const std::uint8_t* frame = frames + f * speakers;
      std::size_t heard = 0;
      std::size_t who = 0;
      for (std::size_t s = 0; s < speakers; ++s) {
        if (frame[s] == 0) continue;
        ++heard;
        who = s;
      }
      if (heard == 1) ++alone[who];
    }
    for (std::size_t s = 0; s < speakers; ++s) {
      if (alone[s] >= least) chosen.push_back(static_cast<int>(w * speakers + s));
    }
  }
  return chosen;
}

RowMatrix gather(std::span<const float> embeddings, std::span<const int> speakers,
                 Eigen::Index dimensions) {
  RowMatrix rows(static_cast<Eigen::Index>(speakers.size()), dimensions);
  for (std::size_t i = 0; i < speakers.size(); ++i) {
    const float* embedding = embeddings.data() + speakers[i] * dimensions;
    rows.row(static_cast<Eigen::Index>(i)) =
        Eigen::Map<const Eigen::RowVectorXf>(embedding, dimensions).cast<double>();
  }
  return rows;
}

}  // namespace diarist::clustering
