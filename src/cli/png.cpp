#include "cli/png.hpp"

#include <cairo.h>
#include <cstdint>
#include <memory>
#include <numbers>

#include "diarist/error.hpp"

namespace diarist::cli {
namespace {

/// 256 MB while it is painted.
constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;

struct Free {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* painter) const { cairo_destroy(painter); }
};

void set_color(cairo_t* painter, std::uint32_t color, double opacity) {
  const auto part = [color](int shift) { return (color >> shift & 0xFF) / 255.0; };
  cairo_set_source_rgba(painter, part(16), part(8), part(0), opacity);
}

void paint_text(cairo_t* painter, const PlotShape& shape) {
  cairo_select_font_face(painter, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         shape.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(painter, shape.size);
  cairo_text_extents_t extents;
  cairo_text_extents(painter, shape.text.c_str(), &extents);
  const double before = shape.anchor == PlotShape::Anchor::end      ? extents.x_advance
                        : shape.anchor == PlotShape::Anchor::middle ? extents.x_advance / 2
                                                                    : 0;
  cairo_move_to(painter, shape.x - before, shape.y);
  cairo_show_text(painter, shape.text.c_str());
}

void paint(cairo_t* painter, const PlotShape& shape) {
  set_color(painter, shape.color, shape.opacity);
  switch (shape.kind) {
    case PlotShape::Kind::rectangle:
      cairo_rectangle(painter, shape.x, shape.y, shape.width, shape.height);
      cairo_fill(painter);
      break;
    case PlotShape::Kind::line:
      cairo_set_line_width(painter, 1);
      cairo_move_to(painter, shape.x, shape.y);
      cairo_line_to(painter, shape.x + shape.width, shape.y + shape.height);
      cairo_stroke(painter);
      break;
    case PlotShape::Kind::circle:
      cairo_arc(painter, shape.x, shape.y, shape.width, 0, 2 * std::numbers::pi);
      cairo_fill(painter);
      break;
    case PlotShape::Kind::text:
      paint_text(painter, shape);
      break;
  }
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

void check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw Error(ErrorCode::internal, "PNG", "cannot be painted",
              std::string("cairo says: ") + cairo_status_to_string(status));
}

}  // namespace

std::string to_png(const Plot& plot) {
  if (static_cast<std::int64_t>(plot.width) * plot.height > kMostPixels) {
    throw Error(ErrorCode::invalid_argument, "PNG",
                "of " + std::to_string(plot.width) + " x " + std::to_string(plot.height) +
                    " pixels is too large",
                "give a smaller --height, or write SVG");
  }
  const std::unique_ptr<cairo_surface_t, Free> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, plot.width, plot.height));
  const std::unique_ptr<cairo_t, Free> painter(cairo_create(surface.get()));
  check(cairo_status(painter.get()));
  set_color(painter.get(), plot.background, 1);
  cairo_paint(painter.get());
  for (const PlotShape& shape : plot.shapes) paint(painter.get(), shape);
  check(cairo_status(painter.get()));
  std::string bytes;
  check(cairo_surface_write_to_png_stream(surface.get(), append, &bytes));
  return bytes;
}

}  // namespace diarist::cli
