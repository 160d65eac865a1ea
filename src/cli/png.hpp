// Pictures as PNG, painted by cairo.
#pragma once

#include <string>

#include "diarist/plot.hpp"

namespace diarist::cli {

/// The bytes of a PNG file. The same picture gives the same bytes where fonts and cairo are the
/// same. Throws Error{invalid_argument} for more pixels than a picture needs, Error{internal} where
/// cairo fails.
std::string to_png(const Plot& plot);

}  // namespace diarist::cli
