#include "plotting/palette.hpp"

#include <array>

#include "diarist/error.hpp"

#include "formats/held_name.hpp"

namespace diarist::plotting {
namespace {

constexpr Ground kLight = {0xFFFFFF, 0x1F2328, 0x59636E, 0xD8DEE4, 0xF3F5F7, 0x59636E};
constexpr Ground kDark = {0x14181D, 0xE6EBF0, 0x9AA5B1, 0x323A43, 0x1D232A, 0xAEB8C2};

using Palette = std::array<std::uint32_t, 8>;
constexpr Palette kOnLight = {0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7,
                              0x56B4E9, 0xD55E00, 0xB8A800, 0x8C8C8C};
constexpr Palette kOnDark = {0x3B9FE0, 0xF2B233, 0x2FC49A, 0xE09CC4,
                             0x8BCDF5, 0xF0803C, 0xE5DA5A, 0xB4B4B4};

constexpr int kLeastWidth = 200;
constexpr int kLeastHeight = 100;
constexpr int kMostPixels = 16384;

/// Of a sans-serif font's letters, of its size: DejaVu Sans, which is a wide one, has 0.69 for its
/// capitals and 0.6 for the others.
constexpr double kLetterWidth = 0.69;

void check(const char* name, int pixels, int least) {
  if (pixels >= least && pixels <= kMostPixels) return;
  throw Error(ErrorCode::invalid_argument, name,
              std::to_string(pixels) + " pixels are out of range",
              "give " + std::to_string(least) + " to " + std::to_string(kMostPixels));
}

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

const Ground& ground_of(PlotTheme theme) { return theme == PlotTheme::dark ? kDark : kLight; }

std::uint32_t speaker_color(std::size_t speaker, PlotTheme theme) {
  const Palette& palette = theme == PlotTheme::dark ? kOnDark : kOnLight;
  return palette[speaker % palette.size()];
}

void check_size(const PlotOptions& options) {
  check("width", options.width, kLeastWidth);
  if (options.height) check("height", *options.height, kLeastHeight);
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += begins_character(c) ? 1 : 0;
  return count;
}

std::string label(std::string_view name, std::size_t most) {
  const std::string text = formats::line_name(formats::xml_name(name));
  if (characters(text) <= most) return text;
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++count == most) break;
  }
  return text.substr(0, end) + "\u2026";
}

double text_width(std::size_t characters, double size) {
  return static_cast<double>(characters) * size * kLetterWidth;
}

}  // namespace diarist::plotting
