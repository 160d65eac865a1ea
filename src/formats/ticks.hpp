// A turn's times in the units that a format counts in.
//
// Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "diarist/diarization.hpp"

namespace diarist::formats {

/// Whole units of 10^-decimals seconds.
struct Ticks {
  std::int64_t start;
  std::int64_t end;
};

/// Start and end are rounded, not the duration: turns that touch still touch, and none passes the
/// end of the recording. No turn is rounded away.
Ticks ticks_of(const Turn& turn, double duration_s, int decimals);

/// A length of time, as long as all turns in the same units, not longer than it is otherwise.
std::int64_t duration_ticks(const Diarization& diarization, int decimals);

/// "6.690" of 6690 with three decimals.
std::string seconds_text(std::int64_t ticks, int decimals);

}  // namespace diarist::formats
