// What of a recording has to be heard so that a part of it comes out as it does in the whole.
//
// A part owns the windows that start in it, the trunk's frames and the points of the subsegments'
// grid. To know where the trunk runs it hears the windows that reach into it from before; the trunk
// itself ends with each part, as in the whole (SharedTrunkParameters::cut_frames). Beyond its end
// it goes on as far as its last windows and subsegments look. Filter banks are made from the
// recording's start, as their running sums begin there.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "pipeline/preset.hpp"

namespace diarist::pipeline {

/// All of a recording, unless it is told otherwise. Ranges are [first, end).
struct PartRange {
  static constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();

  // Windows that are segmented, and those of them that are embedded.
  std::int64_t first_heard = 0;
  std::int64_t end_heard = kEndless;
  std::int64_t first_window = 0;
  std::int64_t end_window = kEndless;

  // Trunk frames, and where no further block is to begin.
  std::int64_t first_trunk = 0;
  std::int64_t end_trunk = kEndless;
  std::int64_t end_blocks = kEndless;

  // Points of the subsegments' grid.
  std::int64_t first_point;
  std::int64_t end_point = kEndless;

  /// Samples of the recording, from its start, that have to be pushed where there are so many.
  std::int64_t samples = kEndless;

  PartRange();
  bool operator==(const PartRange&) const = default;
};

/// Seconds of a recording that long, as far as its header tells (0: not), that are the part's own.
double expected_duration_s(const PartRange& part, double recording_s);

/// Of a part's beginning and end, 1.9 years: windows of any step can still be counted.
inline constexpr std::int64_t kMostPartUnits = 100'000;

/// The part from `first` to `end`, in units of kSharedTrunk.cut_frames and at most as many; to the
/// recording's end where there is none. Pure.
PartRange part_range(std::int64_t first, std::optional<std::int64_t> end,
                     const PresetParameters& preset);

}  // namespace diarist::pipeline
