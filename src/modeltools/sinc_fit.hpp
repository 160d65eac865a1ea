// The cut-off frequencies that SincNet's filters were computed from, found again in the filters.
//
// A simplified graph has the filters themselves, as constants. Per band and tap, the cosine and the
// sine filter are the two parts of one complex number, (exp(i high n) - exp(i low n)) over the
// band's width, under a known window: its phase tells the middle of the band, its magnitude the
// width, and a least-squares fit over all taps both, to the last bits of 32-bit filters.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "nets/sinc_filters.hpp"

namespace diarist::modeltools {

/// What was found.
struct SincFit {
  nets::SincParameters parameters;
  /// The first filter that is none of SincNet's, whatever its cut-off frequencies; nothing where
  /// all are.
  std::optional<std::size_t> stranger;
};

/// `filters` [2 * bands, 251], at least one band, values finite: the cosines, then the sines, as
/// sinc_filters() gives them. They may have been rounded to 16 bits since.
SincFit fit_sinc(std::span<const double> filters);

}  // namespace diarist::modeltools
