// Colours and sizes that all pictures share. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "diarist/plot.hpp"

namespace diarist::plotting {

/// What is no speaker's.
struct Ground {
  std::uint32_t background;
  std::uint32_t text;
  std::uint32_t muted;  ///< Text of less weight.
  std::uint32_t grid;
  std::uint32_t lane;  ///< Behind turns.
  std::uint32_t overlap;
};

const Ground& ground_of(PlotTheme theme);

/// Of a speaker by his place; colours come again after eight. Those are Okabe and Ito's, which
/// people with any colour vision tell apart, the yellow and the black of them changed so that they
/// show on a light ground; the same ones lighter on a dark one.
std::uint32_t speaker_color(std::size_t speaker, PlotTheme theme);

/// Throws Error{invalid_argument} for sizes out of range.
void check_size(const PlotOptions& options);

/// `name` as text that XML may hold, on one line, at most `most` characters; the last one is an
/// ellipsis where it was cut.
std::string label(std::string_view name, std::size_t most);

/// About how wide a text of that many characters is.
double text_width(std::size_t characters, double size);
std::size_t characters(std::string_view text);

}  // namespace diarist::plotting
