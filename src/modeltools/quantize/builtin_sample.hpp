// The samples of samples/sample.wav, as FLAC, and the bytes of samples/sample.rttm, as the
// assembler put them into the library.
#pragma once

#include <cstddef>
#include <span>

namespace diarist::modeltools::quantize {

/// 30 s of 16 kHz mono, 16 bits, in builtin_sample.flac: a third of the WAV file. There as long as
/// the program runs.
std::span<const std::byte> builtin_sample_flac();
/// Who speaks in it.
std::span<const std::byte> builtin_sample_rttm();

}  // namespace diarist::modeltools::quantize
