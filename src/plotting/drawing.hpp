// A picture in the making: what all pictures add their shapes with.
#pragma once

#include <cstdint>
#include <string>

#include "diarist/plot.hpp"

namespace diarist::plotting {

/// To be derived from. The reference to a shape is good until the next one.
class Drawing {
 protected:
  /// `role` is what the shape stands for.
  PlotShape& add(PlotShape::Kind kind, double x, double y, double width, double height,
                 std::uint32_t color, const char* role);
  PlotShape& text(double x, double y, double size, std::uint32_t color, PlotShape::Anchor anchor,
                  std::string words, const char* role);

  Plot plot_;
};

}  // namespace diarist::plotting
