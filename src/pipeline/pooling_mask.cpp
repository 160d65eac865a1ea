#include "pipeline/pooling_mask.hpp"

#include <algorithm>

#include "nets/embedding_shape.hpp"
#include "nets/segmentation_shape.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kFrames = nets::SegmentationShape::frames();

// pyannote's smallest number of samples that the embedding net takes (400), in frames.
constexpr int kMinCleanFrames = 2;

}  // namespace

bool pooling_mask(const std::uint8_t* active, int speakers, int speaker, std::uint8_t* mask) {
  const auto alone = [&](int t) {
    const std::uint8_t* frame = active + static_cast<std::ptrdiff_t>(t) * speakers;
    return frame[speaker] != 0 && std::count(frame, frame + speakers, 0) == speakers - 1;
  };
  int heard = 0;
  int clean = 0;
  for (int t = 0; t < kFrames; ++t) {
    heard += active[static_cast<std::ptrdiff_t>(t) * speakers + speaker];
    clean += alone(t) ? 1 : 0;
  }
  if (heard == 0) return false;
  const bool exclude_overlap = clean > kMinCleanFrames;
  for (int t = 0; t < kFrames; ++t) {
    mask[t] = exclude_overlap ? static_cast<std::uint8_t>(alone(t))
                              : active[static_cast<std::ptrdiff_t>(t) * speakers + speaker];
  }
  return true;
}

void trunk_weights(const std::uint8_t* mask, std::int64_t first_frame, int count, float* weights) {
  for (int i = 0; i < count; ++i) {
    const std::int64_t frame = first_frame + static_cast<std::int64_t>(i) * nets::kTrunkStride;
    weights[i] = static_cast<float>(mask[segmentation_frame(frame)]);
  }
}

}  // namespace diarist::pipeline
