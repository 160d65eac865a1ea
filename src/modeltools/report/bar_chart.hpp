// Horizontal bars as an SVG element for a page: no script, no font, nothing to fetch. Pure; safe
// from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace diarist::modeltools::report {

struct Bar {
  double value = 0;  ///< Finite and not negative: the bar's length.
  std::string text;  ///< What stands at its end, with the unit.
};

struct BarRow {
  std::string label;
  std::vector<Bar> bars;  ///< One for each series, in the same order in every row.
};

struct BarChart {
  std::string title;
  std::vector<std::string> series;  ///< Named in a legend where there are several.
  std::vector<BarRow> rows;
  std::optional<double> limit;  ///< A line across all bars.
};

/// The element, classes of which (`a`, `b`, `limit`, `label`) the page's style colours. Names are
/// escaped.
std::string to_svg(const BarChart& chart);

}  // namespace diarist::modeltools::report
