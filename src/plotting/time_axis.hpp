// Where an axis of time has its ticks, and what they say. Pure; safe from any thread.
#pragma once

#include <string>
#include <vector>

namespace diarist::plotting {

struct TimeTick {
  double at_s = 0;
  std::string text;  ///< "0:05", "1:02:00"; with decimals where ticks are closer than a second.
};

/// Ticks at round times in [from_s, to_s], as many as there is room for: no more than `most`, which
/// is at least 2. Steps are those of clocks: 1, 2, 5, 10, 15 and 30 seconds and minutes, whole
/// hours.
std::vector<TimeTick> time_ticks(double from_s, double to_s, int most);

/// "0:06.68", "1:02:03": seconds as a clock shows them, with so many decimals.
std::string clock_text(double seconds, int decimals);

}  // namespace diarist::plotting
