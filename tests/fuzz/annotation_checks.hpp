// What every reader of annotations promises, whatever bytes it was given.
#pragma once

#include <cmath>
#include <cstdlib>
#include <vector>

#include "diarist/formats.hpp"

namespace diarist::testing {

/// Aborts, so that the fuzzer keeps the input, where a promise is broken.
inline void check_annotations(const std::vector<Annotation>& annotations) {
  for (const Annotation& annotation : annotations) {
    if (annotation.recording.empty() || annotation.segments.empty()) std::abort();
    for (const Segment& segment : annotation.segments) {
      if (!(segment.start_s >= 0) || !(segment.end_s >= segment.start_s)) std::abort();
      if (!std::isfinite(segment.end_s) || segment.channel.empty()) std::abort();
    }
  }
}

}  // namespace diarist::testing
