// From the trunk's features to the embeddings of subsegments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nets/embedding.hpp"
#include "pipeline/relabelling/subsegments.hpp"

namespace diarist::pipeline {

/// Not safe to share. An embedding does not depend on its company.
class SubsegmentPooling {
 public:
  /// Subsegments for which the projection's weights pass by once.
  static constexpr std::size_t kAtOnce = 32;
  /// Floats that `room` must hold.
  static std::size_t room_for(const nets::Embedding& net) {
    return kAtOnce * 2 * static_cast<std::size_t>(net.trunk_dimensions());
  }

  SubsegmentPooling(const nets::Embedding& net, float* room) : net_(net), statistics_(room) {}

  /// rows[g - first_row]: the trunk's features [2560] at frame g, for all frames of `subsegments`.
  /// Writes [subsegments, 256], not normalised.
  void run(std::span<const Subsegment> subsegments, const float* const* rows,
           std::int64_t first_row, float* embeddings);

 private:
  const nets::Embedding& net_;
  float* const statistics_;  ///< [kAtOnce, 5120]
};

}  // namespace diarist::pipeline
