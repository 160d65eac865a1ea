#include "plotting/drawing.hpp"

#include <utility>

namespace diarist::plotting {

PlotShape& Drawing::add(PlotShape::Kind kind, double x, double y, double width, double height,
                        std::uint32_t color, const char* role) {
  PlotShape& shape = plot_.shapes.emplace_back();
  shape.kind = kind;
  shape.x = x;
  shape.y = y;
  shape.width = width;
  shape.height = height;
  shape.color = color;
  shape.role = role;
  return shape;
}

PlotShape& Drawing::text(double x, double y, double size, std::uint32_t color,
                         PlotShape::Anchor anchor, std::string words, const char* role) {
  PlotShape& shape = add(PlotShape::Kind::text, x, y, 0, 0, color, role);
  shape.text = std::move(words);
  shape.size = size;
  shape.anchor = anchor;
  return shape;
}

}  // namespace diarist::plotting
