#include "formats/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace diarist::formats {

std::string fixed(double value, int decimals) {
  // The longest finite double has 309 digits before the point.
  std::array<char, 352> text;
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), rounded(value, decimals),
                    std::chars_format::fixed, decimals);
  return error == std::errc{} ? std::string(text.data(), end) : std::string("nan");
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  const double scaled = std::round(value * scale);
  // Beyond 2^53 there are no decimals left to round.
  if (!(std::fabs(scaled) < 9007199254740992.0)) return value;
  return scaled == 0 ? 0.0 : scaled / scale;
}

std::optional<double> parse_non_negative(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  if (value < 0) return std::nullopt;
  return value == 0 ? 0.0 : value;  // Also for "-0".
}

std::optional<float> parse_confidence(std::string_view text) {
  const auto value = parse_non_negative(text);
  if (!value || *value > 1) return std::nullopt;
  return static_cast<float>(*value);
}

std::string clock_time(double seconds) {
  // Rounded once, before it is taken apart: 59.96 s is 0:01:00.0, not 0:00:60.0.
  const auto tenths = static_cast<long long>(std::llround(std::fmax(0.0, seconds) * 10));
  const auto two_digits = [](long long n) {
    return (n < 10 ? std::string("0") : std::string()) + std::to_string(n);
  };
  return std::to_string(tenths / 36000) + ":" + two_digits(tenths / 600 % 60) + ":" +
         two_digits(tenths / 10 % 60) + "." + std::to_string(tenths % 10);
}

}  // namespace diarist::formats
