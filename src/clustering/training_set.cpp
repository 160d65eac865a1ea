#include "clustering/training_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace diarist::clustering {
namespace {

constexpr std::size_t kFrames = LocalActivity::kFrames;
constexpr std::size_t kSpeakers = LocalActivity::kSpeakers;

}  // namespace

std::vector<bool> active_speakers(const LocalActivity& activity) {
  std::vector<bool> active(static_cast<std::size_t>(activity.windows) * kSpeakers, false);
  for (std::size_t i = 0; i < activity.active.size(); ++i) {
    if (activity.active[i] != 0)
      active[i / (kFrames * kSpeakers) * kSpeakers + i % kSpeakers] = true;
  }
  return active;
}

std::vector<int> training_speakers(const LocalActivity& activity, double min_clean_share) {
  std::vector<int> chosen;
  const double least = min_clean_share * static_cast<double>(kFrames);
  for (std::size_t w = 0; w < static_cast<std::size_t>(activity.windows); ++w) {
    const std::uint8_t* frames = activity.active.data() + w * kFrames * kSpeakers;
    std::array<int, kSpeakers> alone{};
    for (std::size_t f = 0; f < kFrames; ++f) {
      const std::uint8_t* frame = frames + f * kSpeakers;
      std::size_t heard = 0;
      std::size_t who = 0;
      for (std::size_t s = 0; s < kSpeakers; ++s) {
        if (frame[s] == 0) continue;
        ++heard;
        who = s;
      }
      if (heard == 1) ++alone[who];
    }
    for (std::size_t s = 0; s < kSpeakers; ++s) {
      if (alone[s] >= least) chosen.push_back(static_cast<int>(w * kSpeakers + s));
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
