// What an analysis holds of a batch of windows; its two source files share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "pipeline/analysis_stream.hpp"

namespace diarist::pipeline {

/// A few windows, from their samples to their embeddings; the last one of all has no windows, only
/// the subsegments that begin where the windows' own ended.
struct AnalysisStream::Batch {
  int first_window = 0;
  int windows = 0;
  std::vector<float> samples;   ///< Until segmented.
  std::vector<float> features;  ///< Of all its windows, where each runs the trunk; until embedded.
  /// Trunk frames of the recording, where that is known.
  std::int64_t trunk_end = std::numeric_limits<std::int64_t>::max();
  std::vector<std::uint8_t> active;
  std::vector<std::uint8_t> probability;
  std::vector<float> embeddings;
  /// Points of the subsegments' grid that fall to it, set once it is planned, and what began there.
  std::int64_t grid_first = 0;
  std::int64_t grid_end = 0;
  std::int64_t known_end = 0;  ///< Trunk frames of which the number of speakers is known by then.
  Voices voices;
  bool segmented = false;
  bool pooling = false;
  int windows_left = 0;  ///< Not yet embedded.
};

}  // namespace diarist::pipeline
