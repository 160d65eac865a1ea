// The bytes of samples/sample.wav and samples/sample.rttm, as the assembler put them into the
// library.
#pragma once

#include <cstddef>
#include <span>

namespace diarist::modeltools::quantize {

/// 30 s of 16 kHz mono, 16-bit PCM. There as long as the program runs.
std::span<const std::byte> builtin_sample_wav();
/// Who speaks in it.
std::span<const std::byte> builtin_sample_rttm();

}  // namespace diarist::modeltools::quantize
