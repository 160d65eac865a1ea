// Pictures of a result: who speaks when, and what voices sound like, as shapes that are written as
// SVG here and that others may paint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"

namespace diarist {

/// On what ground.
enum class PlotTheme { light, dark };

/// What a picture looks like.
struct PlotOptions {
  int width = 1200;                          ///< Pixels, 200 to 16,384.
  std::optional<int> height = std::nullopt;  ///< Likewise, from 100 on; what is needed where empty.
  PlotTheme theme = PlotTheme::light;        ///< On what ground.
  /// Of a timeline, the part to show in seconds; from its start, or to its end, where empty.
  std::optional<double> from_s = std::nullopt;
  std::optional<double> to_s = std::nullopt;  ///< Likewise.
};

/// One shape. Places are pixels from the upper left corner, sizes pixels.
struct PlotShape {
  /// What `x` to `height` mean.
  enum class Kind {
    rectangle,  ///< Upper left corner (x, y), width, height.
    line,       ///< From (x, y) to (x + width, y + height).
    circle,     ///< Around (x, y), `width` the radius.
    text,       ///< From, around or up to (x, y), on the line of its letters' feet.
  };
  /// Which end of a text is at `x`.
  enum class Anchor { start, middle, end };

  Kind kind = Kind::rectangle;    ///< Which of them it is.
  double x = 0;                   ///< Pixels from the left: of a circle its centre.
  double y = 0;                   ///< Pixels from the top; of a text its base line.
  double width = 0;               ///< Pixels.
  double height = 0;              ///< Likewise.
  std::uint32_t color = 0;        ///< 0xRRGGBB.
  double opacity = 1;             ///< 0 to 1.
  std::string text;               ///< UTF-8 that XML may hold, of Kind::text.
  double size = 12;               ///< Of its font, which is whatever sans-serif there is.
  bool bold = false;              ///< Likewise.
  Anchor anchor = Anchor::start;  ///< Likewise.
  std::string role;               ///< What it stands for: "turn", "overlap", "point" and so on.
  std::string hint;               ///< To be shown when a pointer rests on it.
};

/// A picture: shapes from the lowest to the uppermost.
struct Plot {
  int width = 0;                  ///< Pixels.
  int height = 0;                 ///< Likewise.
  std::uint32_t background = 0;   ///< 0xRRGGBB.
  std::string title;              ///< What it is of.
  std::vector<PlotShape> shapes;  ///< In the order in which they are painted.
};

/// A lane for each speaker, over time, with a lane for the stretches in which several speak. Those
/// of `reference` come in lanes of their own below, coloured as the speakers whom they have the
/// most time in common with. Pure; safe from any thread. Throws Error{invalid_argument} for options
/// out of range, for a part that is empty or outside of the recording, and for more speakers than
/// the height has room for.
DIARIST_EXPORT Plot plot_timeline(const Diarization& diarization, const PlotOptions& options = {},
                                  const Diarization* reference = nullptr);

/// Diarization::voices in the two dimensions in which they differ most (principal components),
/// coloured by speaker. Pure, and the same each time: each dimension points to where its largest
/// weight is positive. Throws Error{invalid_argument} for options out of range and for fewer than
/// three voices.
DIARIST_EXPORT Plot plot_voices(const Diarization& diarization, const PlotOptions& options = {});

/// The picture as an SVG file: nothing to fetch, no script; names are escaped. Pure.
DIARIST_EXPORT std::string to_svg(const Plot& plot);

}  // namespace diarist
