// What packs are tried on, and what they may lose.
#pragma once

#include <cstddef>
#include <vector>

#include "diarist/diarist.h"
#include "diarist/quantization.hpp"

namespace diarist::capi {

/// The recordings of those names; with none, the built-in one if `at_least_one`. Throws Failure for
/// NULL, and what reading them throws.
std::vector<CalibrationRecording> calibration_set(const char* const* recordings, std::size_t count,
                                                  bool at_least_one);

/// Throws Failure for a size that is not known.
AccuracyLimits limits_of(const diarist_limits* limits);

}  // namespace diarist::capi
