#include "formats/ticks.hpp"

#include <algorithm>
#include <cmath>

#include "formats/number.hpp"

namespace diarist::formats {

Ticks ticks_of(const Turn& turn, double duration_s, int decimals) {
  const double scale = std::pow(10.0, decimals);
  Ticks ticks{std::llround(turn.start_s * scale), std::llround(turn.end_s * scale)};
  // 1e-6 for durations such as 0.3, which lies below 300 ms in binary.
  if (duration_s >= turn.end_s) {
    ticks.end = std::min<std::int64_t>(
        ticks.end, static_cast<std::int64_t>(std::floor(duration_s * scale + 1e-6)));
  }
  if (ticks.end <= ticks.start) ticks.start = std::max<std::int64_t>(0, ticks.end - 1);
  if (ticks.end <= ticks.start) ticks.end = ticks.start + 1;
  return ticks;
}

std::int64_t duration_ticks(const Diarization& diarization, int decimals) {
  const double scale = std::pow(10.0, decimals);
  std::int64_t ticks = std::llround(diarization.duration_s * scale);
  for (const Turn& turn : diarization.turns) {
    ticks = std::max(ticks, ticks_of(turn, diarization.duration_s, decimals).end);
  }
  return ticks;
}

std::string seconds_text(std::int64_t ticks, int decimals) {
  return fixed(static_cast<double>(ticks) / std::pow(10.0, decimals), decimals);
}

}  // namespace diarist::formats
