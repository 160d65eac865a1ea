// Results on their way from Python: turns and speakers as tuples.
#pragma once

#include <nanobind/nanobind.h>

#include "diarist/diarization.hpp"

namespace diarist::python {

/// Of what a run gave, name and length first: `turns` as (start, end, place of the speaker in the
/// list, confidence, channel), `speakers` as (name, total, centroid or None, channel)
/// and, where there is one, the score of the name.
Diarization diarization_of(const nanobind::bytes& recording, double duration_s,
                           const nanobind::list& turns, const nanobind::list& speakers);

}  // namespace diarist::python
