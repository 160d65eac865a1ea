#include "modeltools/report/bar_chart.hpp"

#include <algorithm>
#include <cmath>

#include "base/markup.hpp"

namespace diarist::modeltools::report {
namespace {

// In pixels of the drawing, which the page scales to its width.
constexpr int kLabelWidth = 340;
constexpr int kBarWidth = 430;
constexpr int kTextWidth = 110;
constexpr int kBarHeight = 13;
constexpr int kRowGap = 5;
constexpr int kLegendHeight = 20;
constexpr int kGap = 6;
constexpr int kBaseline = 3;  // From a bar's foot up to that of its text.

std::string number(int value) { return std::to_string(value); }

std::string text_at(int x, int y, const char* attributes, const std::string& text) {
  return "<text x='" + number(x) + "' y='" + number(y) + "'" + attributes + ">" + escaped(text) +
         "</text>";
}

std::string rectangle(int x, int y, int width, std::size_t series) {
  return "<rect class='" + std::string(series == 0 ? "a" : "b") + "' x='" + number(x) + "' y='" +
         number(y) + "' width='" + number(width) + "' height='" + number(kBarHeight - 1) + "'/>";
}

double largest(const BarChart& chart) {
  double most = chart.limit.value_or(0);
  for (const BarRow& row : chart.rows) {
    for (const Bar& bar : row.bars) most = std::max(most, bar.value);
  }
  return most > 0 ? most : 1;
}

std::string legend(const BarChart& chart) {
  std::string svg;
  int x = kLabelWidth;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    svg += rectangle(x, 2, kBarHeight, i) +
           text_at(x + kBarHeight + kGap, kBarHeight, "", chart.series[i]);
    x += kBarWidth / static_cast<int>(chart.series.size());
  }
  return svg;
}

}  // namespace

std::string to_svg(const BarChart& chart) {
  const double per_pixel = largest(chart) / kBarWidth;
  const auto pixels = [&](double value) {
    return static_cast<int>(std::lround(value / per_pixel));
  };
  const bool several = chart.series.size() > 1;
  std::string bars = several ? legend(chart) : "";
  const int top = several ? kLegendHeight : 0;
  int y = top;
  for (const BarRow& row : chart.rows) {
    const int middle = y + (static_cast<int>(row.bars.size()) * kBarHeight) / 2 + kBarHeight / 2;
    bars += text_at(kLabelWidth - kGap, middle - kBaseline, " class='label'", row.label);
    for (std::size_t i = 0; i < row.bars.size(); ++i, y += kBarHeight) {
      const int width = pixels(row.bars[i].value);
      bars += rectangle(kLabelWidth, y, width, i) +
              text_at(kLabelWidth + width + kGap, y + kBarHeight - kBaseline, "", row.bars[i].text);
    }
    y += kRowGap;
  }
  if (chart.limit) {
    const std::string x = number(kLabelWidth + pixels(*chart.limit));
    bars += "<line class='limit' x1='" + x + "' x2='" + x + "' y1='" + number(top) + "' y2='" +
            number(y) + "'/>";
  }
  return "<svg role='img' viewBox='0 0 " + number(kLabelWidth + kBarWidth + kTextWidth) + " " +
         number(y) + "'><title>" + escaped(chart.title) + "</title>" + bars + "</svg>\n";
}

}  // namespace diarist::modeltools::report
