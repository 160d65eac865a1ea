#include "pipeline/relabelling/subsegments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "nets/embedding_shape.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/speaker_counter.hpp"

namespace diarist::pipeline {
namespace {

// Half of a feature frame of 25 ms.
constexpr double kFirstTrunkCentre_s = 0.0125;

constexpr int kLength = kRelabelling.length_frames;
constexpr int kHop = kRelabelling.hop_frames;
constexpr std::int64_t kCut = kSharedTrunk.cut_frames / nets::kTrunkStride;
static_assert(kLength % kHop == 0);

}  // namespace

std::int64_t segmentation_frame_at(std::int64_t trunk_frame) {
  const double centre =
      static_cast<double>(trunk_frame) * nets::kTrunkFrame_s + kFirstTrunkCentre_s;
  const double frame = std::nearbyint((centre - kFirstFrameSeconds) / kFrameStepSeconds);
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(frame));
}

double centre_s(const Subsegment& subsegment) {
  return static_cast<double>(subsegment.first + subsegment.end - 1) / 2 * nets::kTrunkFrame_s +
         kFirstTrunkCentre_s;
}

std::int64_t known_trunk_frames(std::int64_t frames) {
  if (frames <= 0) return 0;
  auto known = static_cast<std::int64_t>(static_cast<double>(frames) * kFrameStepSeconds /
                                         nets::kTrunkFrame_s);
  while (known > 0 && segmentation_frame_at(known - 1) >= frames) --known;
  while (segmentation_frame_at(known) < frames) ++known;
  return known;
}

std::int64_t grid_end(std::int64_t known_frames) {
  return known_frames < kLength ? kHop - kLength : (known_frames - kLength) / kHop * kHop;
}

std::size_t most_subsegments(double duration_s) {
  return 1 + static_cast<std::size_t>(duration_s / (kRelabelling.hop_frames * nets::kTrunkFrame_s));
}

std::vector<Subsegment> find_subsegments(std::int64_t grid_first, std::int64_t grid_end,
                                         std::int64_t known_end,
                                         std::span<const std::uint8_t> counts,
                                         std::int64_t first_count,
                                         const std::function<bool(std::int64_t)>& there) {
  const auto one = [&](std::int64_t frame) {
    const std::int64_t at = frame - first_count;
    return at >= 0 && at < static_cast<std::int64_t>(counts.size()) &&
           counts[static_cast<std::size_t>(at)] == 1;
  };
  const auto inside = [&](std::int64_t g) {
    return g >= 0 && g < known_end && one(segmentation_frame_at(g)) && there(g);
  };
  // Whether frames g - 1 and g belong to one run.
  const auto connected = [&](std::int64_t g) {
    if (g % kCut == 0 || !inside(g - 1) || !inside(g)) return false;
    for (std::int64_t f = segmentation_frame_at(g - 1) + 1; f < segmentation_frame_at(g); ++f) {
      if (!one(f)) return false;
    }
    return true;
  };

  std::vector<Subsegment> found;
  for (std::int64_t start = grid_first; start < grid_end; start += kHop) {
    const std::int64_t end = std::min(start + kLength, known_end);
    for (std::int64_t g = start; g < end;) {
      if (!inside(g)) {
        ++g;
        continue;
      }
      const std::int64_t first = g++;
      while (g < end && connected(g)) ++g;
      if (g - first < kRelabelling.least_frames) continue;
      // What the point before this one sees of the run is the same piece.
      const bool seen = g <= start + kLength - kHop && (first > start || !connected(start)) &&
                        start > kHop - kLength;
      if (!seen) found.push_back({first, g});
    }
  }
  return found;
}

}  // namespace diarist::pipeline
