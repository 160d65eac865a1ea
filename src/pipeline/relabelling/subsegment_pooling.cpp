#include "pipeline/relabelling/subsegment_pooling.hpp"

#include <algorithm>
#include <array>

namespace diarist::pipeline {

void SubsegmentPooling::run(std::span<const Subsegment> subsegments, const float* const* rows,
                            std::int64_t first_row, float* embeddings) {
  const std::size_t statistics = 2 * static_cast<std::size_t>(net_.trunk_dimensions());
  std::array<float, kRelabelling.length_frames> ones{};
  ones.fill(1.0F);
  while (!subsegments.empty()) {
    const std::size_t count = std::min(kAtOnce, subsegments.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Subsegment& piece = subsegments[i];
      net_.pool(rows + (piece.first - first_row), ones.data(),
                static_cast<int>(piece.end - piece.first), 1, statistics_ + i * statistics);
    }
    net_.project(statistics_, static_cast<int>(count), embeddings);
    embeddings += count * static_cast<std::size_t>(net_.dimensions());
    subsegments = subsegments.subspan(count);
  }
}

}  // namespace diarist::pipeline
