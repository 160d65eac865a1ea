// Which frames of a window speak for a local speaker.
#pragma once

#include <cstdint>

namespace diarist::pipeline {

/// `active`: [589, speakers]. `mask` [589] becomes 1 in the frames in which `speaker` is active
/// alone, if there are more than two of them; else in all frames in which the speaker is active.
/// Returns false, and leaves the mask alone, where the speaker is never active. (pyannote:
/// embedding_exclude_overlap.)
bool pooling_mask(const std::uint8_t* active, int speakers, int speaker, std::uint8_t* mask);

/// The mask at `count` trunk frames, the first of which lies `first_frame` feature frames after the
/// window's start.
void trunk_weights(const std::uint8_t* mask, std::int64_t first_frame, int count, float* weights);

}  // namespace diarist::pipeline
