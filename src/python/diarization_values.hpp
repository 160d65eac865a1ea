// A diarization to and from the values that Python holds it in.
#pragma once

#include <nanobind/nanobind.h>

#include "diarist/diarization.hpp"

namespace diarist::python {

/// Of tuples in the order of the structs' fields, as a run gives them, names as bytes; centroids
/// may be None. Without notices and statistics.
Diarization diarization_of(const nanobind::bytes& recording, double duration_s,
                           const nanobind::list& turns, const nanobind::list& speakers);

/// (recording, duration, turns, speakers, notices, statistics) of tuples in the order of the
/// structs' fields; a speaker is named in a turn by his place in the list.
nanobind::tuple tuple_of(Diarization diarization);

}  // namespace diarist::python
