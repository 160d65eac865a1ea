// Batch norms that say what comes out of them, where an exporter folded theirs away.
//
// The 8-bit trunk spans its activations by what each norm's shift and scale say (the mean and the
// standard deviation of its output: nets/activation_range.hpp). A folded norm has scale 1 and the
// convolution's bias, which say nothing. Measured over recordings, mean and deviation are written
// into it, and its running mean and variance such that it computes what it did before, but for the
// rounding of 32-bit values: any program reads the pack as before, and the ranges are there.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/quantization.hpp"
#include "diarist/run.hpp"

#include "model/pack.hpp"

namespace diarist::modeltools {

/// Metadata of a pack whose embedding net's norms were measured: on how many seconds.
inline constexpr std::string_view kMeasuredNormsKey = "embedding.norms";

/// Whether the embedding net's norms say nothing, and ranges are wanted of them: a net of
/// bottlenecks is run in f32.
bool has_folded_norms(const model::Pack& pack);

/// The bytes of `pack` with all norms of its embedding net as measured on the recordings, those of
/// a second and more. The same on machines of the same instruction set. Throws
/// Error{invalid_argument} where there is nothing to measure, or a net of bottlenecks,
/// Error{cancelled}.
std::vector<std::byte> with_measured_norms(const model::Pack& pack,
                                           std::span<const CalibrationRecording> recordings,
                                           const CancellationToken& cancellation);

}  // namespace diarist::modeltools
