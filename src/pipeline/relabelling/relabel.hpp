// Who speaks where one person speaks, decided anew from what each second sounds like.
//
// Clustering names local speakers of ten-second windows, and where segmentation has taken two
// people for one local speaker, no name fits both. Subsegments are too short for that: once
// clustering has found who there is, each speaker's centroid is taken again from the subsegments
// that lie in that speaker's turns, and each run is gone through by Viterbi's algorithm, with the
// cosines as emissions and a cost for changing speakers; then all of that once more, with what was
// found. Frames in which nobody or several people speak stay as they are. The resegmentation of VBx
// (Landini et al. 2022) is the same idea, frame by frame.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/reconstruction.hpp"
#include "pipeline/relabelling/voices.hpp"

namespace diarist::pipeline {

/// Changes `frames`, of `clusters` speakers, where `counts` is 1. `counts`: [frames], as they were
/// when the subsegments were found. Returns how sure that is, [frames]: the logistic of a
/// subsegment's lead in cosine over the next best speaker, or below 0 for the frames of which it
/// says nothing; empty where it says nothing at all. Pure but for `frames`; deterministic.
std::vector<float> relabel(const Voices& voices, std::span<const std::uint8_t> counts, int clusters,
                           FrameSpeakers& frames);

}  // namespace diarist::pipeline
