#include "plotting/time_axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace diarist::plotting {
namespace {

struct Step {
  double seconds;
  int decimals;
};

/// Up to a day; beyond that whole days.
constexpr std::array<Step, 27> kSteps = {
    {{0.001, 3}, {0.002, 3}, {0.005, 3}, {0.01, 2},  {0.02, 2},  {0.05, 2}, {0.1, 1},
     {0.2, 1},   {0.5, 1},   {1, 0},     {2, 0},     {5, 0},     {10, 0},   {15, 0},
     {30, 0},    {60, 0},    {120, 0},   {300, 0},   {600, 0},   {900, 0},  {1800, 0},
     {3600, 0},  {7200, 0},  {10800, 0}, {21600, 0}, {43200, 0}, {86400, 0}}};

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::string clock_text(double seconds, int decimals) {
  // Rounded once, before it is taken apart: 59.96 is 1:00.0, not 0:60.0.
  std::int64_t units = 1;
  for (int i = 0; i < decimals; ++i) units *= 10;
  const std::int64_t all = std::llround(std::max(0.0, seconds) * static_cast<double>(units));
  const std::int64_t whole = all / units;
  std::string text = whole >= 3600
                         ? std::to_string(whole / 3600) + ":" + two_digits(whole / 60 % 60)
                         : std::to_string(whole / 60);
  text += ":" + two_digits(whole % 60);
  if (decimals == 0) return text;
  std::string fraction = std::to_string(all % units);
  fraction.insert(0, static_cast<std::size_t>(decimals) - fraction.size(), '0');
  return text + "." + fraction;
}

std::vector<TimeTick> time_ticks(double from_s, double to_s, int most) {
  // Less by a hair: 1.004 - 1 is not quite four thousandths.
  const double least_step = (to_s - from_s) / (most - 1) * (1 - 1e-9);
  const auto fits = std::find_if(kSteps.begin(), kSteps.end(),
                                 [&](const Step& step) { return step.seconds >= least_step; });
  const double day = kSteps.back().seconds;
  const Step step = fits != kSteps.end() ? *fits : Step{std::ceil(least_step / day) * day, 0};
  std::vector<TimeTick> ticks;
  // A hair beyond the end still counts: the end may be a sum of steps.
  const double slack = step.seconds * 1e-6;
  for (double i = std::ceil((from_s - slack) / step.seconds); i * step.seconds <= to_s + slack;
       ++i) {
    const double at = std::clamp(i * step.seconds, from_s, to_s);
    ticks.push_back({at, clock_text(i * step.seconds, step.decimals)});
  }
  return ticks;
}

}  // namespace diarist::plotting
