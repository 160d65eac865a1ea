#include "pipeline/part_range.hpp"

#include <algorithm>

#include "diarist/diarizer.hpp"

#include "pipeline/relabelling/subsegments.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::int64_t kUnit = kSharedTrunk.cut_frames;
constexpr std::int64_t kFramesPerSecond = 100;
static_assert(kUnit == static_cast<std::int64_t>(kPartUnit_s) * kFramesPerSecond);
static_assert(kUnit / nets::kTrunkStride % kRelabelling.hop_frames == 0);

// A window reaches ten seconds; and a second more, for how frames of both networks are rounded.
constexpr std::int64_t kReach = kWindowShifts + kFramesPerSecond;
// A block that begins within that goes on for its length; whether it does is known once the windows
// are heard that begin before its end and before a gap has ended it.
constexpr std::int64_t kHeardBeyond =
    kReach + kSharedTrunk.block_frames + kSharedTrunk.least_gap_frames + kFramesPerSecond;
// The sliding mean looks ahead; so does the halo.
constexpr std::int64_t kFeaturesBeyond =
    kHeardBeyond + kSharedTrunk.halo_frames + kSharedTrunk.mean_frames;

std::int64_t windows_before(std::int64_t frame, int step) {
  return (std::max<std::int64_t>(frame, 0) + step - 1) / step;
}

}  // namespace

PartRange::PartRange() : first_point(grid_end(0)) {}

double expected_duration_s(const PartRange& part, double recording_s) {
  const double start_s = static_cast<double>(part.first_trunk) * nets::kTrunkFrame_s;
  const double end_s = part.end_trunk == PartRange::kEndless
                           ? recording_s
                           : static_cast<double>(part.end_trunk) * nets::kTrunkFrame_s;
  return std::max(0.0, (recording_s > 0 ? std::min(recording_s, end_s) : end_s) - start_s);
}

PartRange part_range(std::int64_t first, std::optional<std::int64_t> end,
                     const PresetParameters& preset) {
  const int step = step_frames(preset.step_s);
  PartRange range;
  if (first > 0) {
    const std::int64_t start = first * kUnit;
    range.first_window = windows_before(start, step);
    range.first_heard =
        preset.shared_trunk ? windows_before(start - kReach, step) : range.first_window;
    range.first_trunk = start / nets::kTrunkStride;
    range.first_point = range.first_trunk;
  }
  if (end) {
    const std::int64_t stop = *end * kUnit;
    range.end_window = windows_before(stop, step);
    range.end_heard =
        preset.shared_trunk ? windows_before(stop + kHeardBeyond, step) : range.end_window;
    range.end_trunk = stop / nets::kTrunkStride;
    range.end_blocks = (stop + kReach) / nets::kTrunkStride;
    range.end_point = range.end_trunk;
    const std::int64_t heard = (range.end_heard - 1) * step * kFeatureShift + kWindowSamples;
    range.samples = preset.shared_trunk
                        ? std::max(heard, (stop + kFeaturesBeyond) * std::int64_t{kFeatureShift})
                        : heard;
  }
  return range;
}

}  // namespace diarist::pipeline
