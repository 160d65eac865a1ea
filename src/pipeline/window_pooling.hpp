// From the trunk's features to the embeddings of many windows' local speakers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nets/embedding.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {

/// Pools window after window, then projects all of them in one go, so that the projection's five
/// megabytes of weights pass by once. An embedding does not depend on its company. Not safe to
/// share.
class WindowPooling {
 public:
  /// Floats that `room` must hold for so many windows.
  static std::size_t room_for(const nets::Embedding& net, int speakers, int windows);

  /// `speakers`: local ones, of each window.
  WindowPooling(const nets::Embedding& net, int speakers, int windows, float* room);

  /// `active`: [589, speakers] of a window. rows[i], i < count <= kMostWindowTrunkFrames: the
  /// trunk's features [2560] at `first_frame` + 8 i feature frames after the window's start; they
  /// are not looked at, and may be null, where nobody is active. `embeddings`: [speakers, 256],
  /// which project() fills in for those who are active at all.
  void add(const std::uint8_t* active, std::int64_t first_frame, const float* const* rows,
           int count, float* embeddings);

  /// At the end, once.
  void project();

 private:
  const nets::Embedding& net_;
  const int speakers_;
  float* const statistics_;  ///< [*, 5120]
  float* const projected_;   ///< [*, 256]
  std::vector<float*> targets_;
  std::vector<float> weights_;  ///< Of one window: [speakers, kMostWindowTrunkFrames], those heard
                                ///< at all; and
  std::vector<float> packed_;   ///< of the frames that count.
};

}  // namespace diarist::pipeline
