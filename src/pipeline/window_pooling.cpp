#include "pipeline/window_pooling.hpp"

#include <algorithm>
#include <array>

#include "pipeline/pooling_mask.hpp"

namespace diarist::pipeline {
std::size_t WindowPooling::room_for(const nets::Embedding& net, int speakers, int windows) {
  return static_cast<std::size_t>(windows) * static_cast<std::size_t>(speakers) *
         static_cast<std::size_t>(2 * net.trunk_dimensions() + net.dimensions());
}

WindowPooling::WindowPooling(const nets::Embedding& net, int speakers, int windows, float* room)
    : net_(net),
      speakers_(speakers),
      statistics_(room),
      projected_(room +
                 static_cast<std::ptrdiff_t>(windows) * speakers * 2 * net.trunk_dimensions()),
      weights_(static_cast<std::size_t>(speakers) * kMostWindowTrunkFrames),
      packed_(weights_.size()) {
  targets_.reserve(static_cast<std::size_t>(windows) * static_cast<std::size_t>(speakers));
}

void WindowPooling::add(const std::uint8_t* active, std::int64_t first_frame,
                        const float* const* rows, int count, float* embeddings) {
  std::array<std::uint8_t, nets::SegmentationShape::frames()> mask{};
  std::size_t speakers = 0;
  float* const statistics =
      statistics_ + static_cast<std::ptrdiff_t>(targets_.size()) * 2 * net_.trunk_dimensions();
  const auto weight = [this](std::size_t speaker, std::size_t i) {
    return weights_[speaker * kMostWindowTrunkFrames + i];
  };
  for (int s = 0; s < speakers_; ++s) {
    if (!pooling_mask(active, speakers_, s, mask.data())) continue;
    trunk_weights(mask.data(), first_frame, count,
                  weights_.data() + speakers++ * kMostWindowTrunkFrames);
    targets_.push_back(embeddings + static_cast<std::ptrdiff_t>(s) * net_.dimensions());
  }
  // Of all frames, those that count for anybody.
  std::array<const float*, kMostWindowTrunkFrames> used{};
  std::array<std::size_t, kMostWindowTrunkFrames> places{};
  std::size_t frames = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    bool counts = false;
    for (std::size_t s = 0; s < speakers; ++s) counts = counts || weight(s, i) != 0;
    if (!counts) continue;
    places[frames] = i;
    used[frames++] = rows[i];
  }
  for (std::size_t s = 0; s < speakers; ++s) {
    for (std::size_t i = 0; i < frames; ++i) packed_[s * frames + i] = weight(s, places[i]);
  }
  net_.pool(used.data(), packed_.data(), static_cast<int>(frames), static_cast<int>(speakers),
            statistics);
}

void WindowPooling::project() {
  if (targets_.empty()) return;
  net_.project(statistics_, static_cast<int>(targets_.size()), projected_);
  const auto dimensions = static_cast<std::size_t>(net_.dimensions());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    std::copy_n(projected_ + i * dimensions, dimensions, targets_[i]);
  }
}

}  // namespace diarist::pipeline
