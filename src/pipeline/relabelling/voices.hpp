// How each subsegment of a recording sounds, kept in little room.
//
// Four subsegments a second, of 256 dimensions, would be most of what is kept of a recording until
// its end. Nothing but their directions is ever asked for: so they are kept as unit vectors in half
// precision, 7 MB an hour, whose cosines are within 1e-3 of those in single precision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nets/embedding_shape.hpp"
#include "pipeline/relabelling/subsegments.hpp"

namespace diarist::pipeline {

/// Subsegments of a recording, in order. Not safe to share while it changes.
struct Voices {
  static constexpr std::size_t kDimensions = nets::kEmbedding.dimensions;

  std::vector<Subsegment> subsegments;
  std::vector<std::uint16_t> directions;  ///< [subsegments, 256], binary16.

  /// Appends embeddings, [*, 256], of any length; zeros stay zeros.
  void add_directions(std::span<const float> embeddings);

  /// Writes that of one subsegment, [256]. Its length is 1 but for rounding, or 0.
  void direction(std::size_t subsegment, float* out) const;
};

}  // namespace diarist::pipeline
