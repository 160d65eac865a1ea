// Pieces of about a second in which exactly one person speaks, whoever it is.
//
// The number of speakers in each frame is all that this needs: no clustering, so that it can
// happen as the trunk's features go by. A run is a stretch of consecutive frames in which one
// person speaks; subsegments of 0.96 s lie on a grid of 0.24 s that is fixed to the recording, and
// are cut off where their run ends. No run goes over a cut of the shared trunk, so that what begins
// after it depends on nothing before. What comes out does not depend on how the recording was
// divided. "Subsegment" as in Kaldi's x-vector recipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pipeline/relabelling/parameters.hpp"

namespace diarist::pipeline {

/// Trunk frames [first, end) of the recording.
struct Subsegment {
  std::int64_t first = 0;
  std::int64_t end = 0;
  bool operator==(const Subsegment&) const = default;
};

/// The frame of the segmentation whose centre is nearest to that of a trunk frame.
std::int64_t segmentation_frame_at(std::int64_t trunk_frame);
/// Seconds from the recording's start to a subsegment's centre.
double centre_s(const Subsegment& subsegment);

/// Trunk frames [0, *) whose number of speakers is known once the first `frames` frames of the
/// segmentation are.
std::int64_t known_trunk_frames(std::int64_t frames);

/// Where subsegments may begin, once so many trunk frames are known: before this, a point of the
/// grid.
std::int64_t grid_end(std::int64_t known_frames);

/// No more than so many begin on the grid in so many seconds.
std::size_t most_subsegments(double duration_s);

/// Subsegments that begin on the grid's points of [grid_first, grid_end), in order, each once.
/// Frames from `known_end` on are not there. `counts`: speakers per frame of the segmentation, from
/// frame `first_count` on. `there(g)`: whether the trunk ran over frame g. Looks at most one trunk
/// frame before grid_first, and at none where that is a cut.
std::vector<Subsegment> find_subsegments(std::int64_t grid_first, std::int64_t grid_end,
                                         std::int64_t known_end,
                                         std::span<const std::uint8_t> counts,
                                         std::int64_t first_count,
                                         const std::function<bool(std::int64_t)>& there);

}  // namespace diarist::pipeline
