#include "pipeline/window_pooling.hpp"

#include <algorithm>
#include <array>

#include "pipeline/pooling_mask.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kDimensions = nets::Embedding::kDimensions;
constexpr int kStatistics = 2 * nets::Embedding::kTrunkDimensions;
constexpr int kWindowSpeakers = nets::kSegmentation.speakers;

}  // namespace

std::size_t WindowPooling::room_for(int windows) {
  return static_cast<std::size_t>(windows) * kWindowSpeakers * (kStatistics + kDimensions);
}

WindowPooling::WindowPooling(const nets::Embedding& net, int windows, float* room)
    : net_(net),
      statistics_(room),
      projected_(room + static_cast<std::ptrdiff_t>(windows) * kSpeakers * kStatistics) {
  targets_.reserve(static_cast<std::size_t>(windows) * kSpeakers);
}

void WindowPooling::add(const std::uint8_t* active, std::int64_t first_frame,
                        const float* const* rows, int count, float* embeddings) {
  std::array<std::uint8_t, nets::kSegmentation.frames()> mask{};
  std::array<std::array<float, kMostWindowTrunkFrames>, kSpeakers> weights{};
  int speakers = 0;
  float* const statistics =
      statistics_ + static_cast<std::ptrdiff_t>(targets_.size()) * kStatistics;
  for (int s = 0; s < kSpeakers; ++s) {
    if (!pooling_mask(active, s, mask.data())) continue;
    trunk_weights(mask.data(), first_frame, count,
                  weights[static_cast<std::size_t>(speakers++)].data());
    targets_.push_back(embeddings + static_cast<std::ptrdiff_t>(s) * kDimensions);
  }
  // Of all frames, those that count for anybody.
  std::array<const float*, kMostWindowTrunkFrames> used{};
  std::array<float, kMostWindowTrunkFrames * kSpeakers> packed{};
  int frames = 0;
  std::array<std::size_t, kMostWindowTrunkFrames> places{};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    if (std::none_of(weights.begin(), weights.end(), [i](const auto& w) { return w[i] != 0; })) {
      continue;
    }
    places[static_cast<std::size_t>(frames)] = i;
    used[static_cast<std::size_t>(frames++)] = rows[i];
  }
  for (int s = 0; s < speakers; ++s) {
    for (int i = 0; i < frames; ++i) {
      packed[static_cast<std::size_t>(s) * static_cast<std::size_t>(frames) +
             static_cast<std::size_t>(i)] =
          weights[static_cast<std::size_t>(s)][places[static_cast<std::size_t>(i)]];
    }
  }
  net_.pool(used.data(), packed.data(), frames, speakers, statistics);
}

void WindowPooling::project() {
  if (targets_.empty()) return;
  net_.project(statistics_, static_cast<int>(targets_.size()), projected_);
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    std::copy_n(projected_ + i * kDimensions, kDimensions, targets_[i]);
  }
}

}  // namespace diarist::pipeline
