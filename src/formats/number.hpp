// Numbers to text and back, the same in every locale.
//
// Pure functions, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace diarist::formats {

/// Decimals of seconds in JSON and CSV: a microsecond, well under the 16.875 ms between frames.
inline constexpr int kSecondsDecimals = 6;
/// Decimals of a turn's confidence.
inline constexpr int kConfidenceDecimals = 4;

/// `value` with exactly `decimals` digits after the point; never "-0". "nan", "inf" as they are.
std::string fixed(double value, int decimals);

/// `value` rounded to `decimals` digits after the point, never -0.
double rounded(double value, int decimals);

/// The whole of `text` as a finite number >= 0 ("12", "0.5", "1e3"), or nothing.
std::optional<double> parse_non_negative(std::string_view text);

/// The whole of `text` as a confidence, 0 to 1, or nothing.
std::optional<float> parse_confidence(std::string_view text);

/// Seconds as a clock shows them, to the tenth: "0:00:06.7", "12:34:56.0".
std::string clock_time(double seconds);

}  // namespace diarist::formats
