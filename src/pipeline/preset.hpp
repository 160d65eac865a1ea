// What the presets mean: every parameter of the pipeline that is not a network's own, in one table.
#pragma once

#include <string_view>

#include "diarist/options.hpp"

#include "pipeline/reconstruction.hpp"

namespace diarist::pipeline {

struct PresetParameters {
  Preset preset;
  std::string_view name;
  /// Seconds from one window's start to the next one's; a whole number of feature frames (10 ms).
  double step_s;
  /// Run the trunk once over the recording rather than anew for every window.
  bool shared_trunk;
  /// What becomes of frames in which more people are heard than there are clusters.
  MissingSpeakers missing;
};

/// How the shared trunk is cut into blocks. Measured on the AMI excerpts and simulated meetings:
/// how the mean is taken matters (sliding beats one per block, which beats one per file), the halo
/// hardly.
struct SharedTrunkParameters {
  int block_frames = 3000;  ///< Feature frames per block, 30 s; a multiple of the trunk's stride.
  int halo_frames = 32;     ///< Seen on both sides of a block, then thrown away; likewise.
  int mean_frames = 998;    ///< The sliding mean spans as many frames as a window has.
};

inline constexpr SharedTrunkParameters kSharedTrunk{};

const PresetParameters& parameters(Preset preset);

}  // namespace diarist::pipeline
