// Shapes as SVG 1.1.
#include <cmath>

#include "diarist/plot.hpp"

#include "base/markup.hpp"
#include "formats/number.hpp"

namespace diarist {
namespace {

/// Of places and sizes: a hundredth of a pixel.
constexpr int kDecimals = 2;

std::string number(double value) {
  std::string text = formats::fixed(value, kDecimals);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + value + "\"";
}

std::string hex(std::uint32_t color) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "#";
  for (int shift = 20; shift >= 0; shift -= 4) text += kDigits[color >> shift & 0xF];
  return text;
}

std::string geometry(const PlotShape& shape) {
  switch (shape.kind) {
    case PlotShape::Kind::rectangle:
      return "<rect" + attribute("x", number(shape.x)) + attribute("y", number(shape.y)) +
             attribute("width", number(shape.width)) + attribute("height", number(shape.height));
    case PlotShape::Kind::line:
      return "<line" + attribute("x1", number(shape.x)) + attribute("y1", number(shape.y)) +
             attribute("x2", number(shape.x + shape.width)) +
             attribute("y2", number(shape.y + shape.height));
    case PlotShape::Kind::circle:
      return "<circle" + attribute("cx", number(shape.x)) + attribute("cy", number(shape.y)) +
             attribute("r", number(shape.width));
    case PlotShape::Kind::text: {
      std::string text = "<text" + attribute("x", number(shape.x)) +
                         attribute("y", number(shape.y)) +
                         attribute("font-size", number(shape.size));
      if (shape.bold) text += attribute("font-weight", "bold");
      if (shape.anchor == PlotShape::Anchor::middle) text += attribute("text-anchor", "middle");
      if (shape.anchor == PlotShape::Anchor::end) text += attribute("text-anchor", "end");
      return text;
    }
  }
  return {};
}

const char* tag(PlotShape::Kind kind) {
  switch (kind) {
    case PlotShape::Kind::rectangle:
      return "rect";
    case PlotShape::Kind::line:
      return "line";
    case PlotShape::Kind::circle:
      return "circle";
    case PlotShape::Kind::text:
      return "text";
  }
  return "";
}

std::string element(const PlotShape& shape) {
  std::string text = geometry(shape);
  const bool line = shape.kind == PlotShape::Kind::line;
  text += attribute(line ? "stroke" : "fill", hex(shape.color));
  if (shape.opacity < 1) {
    text += attribute(line ? "stroke-opacity" : "fill-opacity", number(shape.opacity));
  }
  if (!shape.role.empty()) text += attribute("class", escaped(shape.role));
  std::string inside = escaped(shape.text);
  if (!shape.hint.empty()) inside += "<title>" + escaped(shape.hint) + "</title>";
  if (inside.empty()) return text + "/>\n";
  return text + ">" + inside + "</" + tag(shape.kind) + ">\n";
}

}  // namespace

std::string to_svg(const Plot& plot) {
  const std::string width = std::to_string(plot.width);
  const std::string height = std::to_string(plot.height);
  std::string text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"" + attribute("width", width) +
      attribute("height", height) + attribute("viewBox", "0 0 " + width + " " + height) +
      attribute("font-family", "sans-serif") + ">\n<title>" + escaped(plot.title) +
      "</title>\n<rect" + attribute("width", width) + attribute("height", height) +
      attribute("fill", hex(plot.background)) + attribute("class", "background") + "/>\n";
  for (const PlotShape& shape : plot.shapes) text += element(shape);
  return text + "</svg>\n";
}

}  // namespace diarist
