#include "pipeline/relabelling/subsegment_pooling.hpp"

#include <algorithm>
#include <array>

namespace diarist::pipeline {

void SubsegmentPooling::run(std::span<const Subsegment> subsegments, const float* const* rows,
                            std::int64_t first_row, float* embeddings) {
  constexpr std::size_t kStatistics = 2 * nets::Embedding::kTrunkDimensions;
  std::array<float, kRelabelling.length_frames> ones{};
  ones.fill(1.0F);
  while (!subsegments.empty()) {
    const std::size_t count = std::min(kAtOnce, subsegments.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Subsegment& piece = subsegments[i];
      net_.pool(rows + (piece.first - first_row), ones.data(),
                static_cast<int>(piece.end - piece.first), 1, statistics_ + i * kStatistics);
    }
    net_.project(statistics_, static_cast<int>(count), embeddings);
    embeddings += count * nets::Embedding::kDimensions;
    subsegments = subsegments.subspan(count);
  }
}

}  // namespace diarist::pipeline
