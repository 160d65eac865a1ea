// SincNet's filters, from the cut-off frequencies that a pack keeps of them.
#pragma once

#include <vector>

namespace diarist::nets {

/// As PyTorch names them, without the underscores: of each band, what its lower edge lies above 50
/// Hz and its width above 50 Hz, in Hz; and of each tap before the middle one its window and its
/// place, 2 pi seconds.
struct SincParameters {
  std::vector<float> low_hz;   ///< [bands]
  std::vector<float> band_hz;  ///< [bands]
  std::vector<float> window;   ///< [125]
  std::vector<float> n;        ///< [125]
};

/// Twice as many filters as bands, [filters, 251]: for each band a cosine (symmetric) and, in the
/// second half, a sine (antisymmetric) band-pass (Ravanelli and Bengio 2018).
std::vector<float> sinc_filters(const SincParameters& parameters);

}  // namespace diarist::nets
