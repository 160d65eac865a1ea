// Who speaks in the frames of a live recording that may still change their names.
//
// A window's local speakers are named one to one by what they sound like and by what their seconds
// were called; the windows then vote, as in reconstruction.hpp. Where one person speaks, Viterbi's
// algorithm goes over the seconds of the run, as in relabelling/relabel.hpp, with the speakers'
// centroids as they are now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/live/live_analysis.hpp"
#include "pipeline/live/live_speakers.hpp"

namespace diarist::pipeline {

/// Speakers of decided frames [first, end()), most active first, FrameSpeakers::kNobody for none.
struct NamedFrames {
  std::int64_t first = 0;
  std::size_t most = 1;
  std::vector<std::int32_t> speakers;  ///< [frames, most]
  std::vector<float> certainty;        ///< [frames]: of the first, 0 to 1.

  std::int64_t end() const { return first + static_cast<std::int64_t>(certainty.size()); }
  std::int32_t* at(std::int64_t frame) {
    return speakers.data() + static_cast<std::size_t>(frame - first) * most;
  }
  const std::int32_t* at(std::int64_t frame) const {
    return speakers.data() + static_cast<std::size_t>(frame - first) * most;
  }
};

/// Names all decided frames from `settled` on; `frames` has what they were called so far, and is
/// not changed before `settled`. Pure but for `frames`.
void name_frames(const LiveAnalysis& analysis, const LiveSpeakers& speakers, std::int64_t settled,
                 NamedFrames& frames);

}  // namespace diarist::pipeline
