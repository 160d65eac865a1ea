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

#include "pipeline/relabelling/subsegments.hpp"

namespace diarist::pipeline {

/// Subsegments of a recording, in order. Not safe to share while it changes.
struct Voices {
  std::size_t dimensions = 256;  ///< Of an embedding: the model's.
  std::vector<Subsegment> subsegments;
  std::vector<std::uint16_t> directions;  ///< [subsegments, dimensions], binary16.

  /// Appends embeddings, [*, dimensions], of any length; zeros stay zeros.
  void add_directions(std::span<const float> embeddings);

  /// Writes that of one subsegment, [dimensions]. Its length is 1 but for rounding, or 0.
  void direction(std::size_t subsegment, float* out) const;
};

}  // namespace diarist::pipeline
