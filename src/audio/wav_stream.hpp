// WAV or raw samples from a pipe, as they come: nothing is looked for behind them.
#pragma once

#include <memory>
#include <string>

#include "diarist/live_audio.hpp"

#include "audio/source.hpp"

namespace diarist::audio {

/// Reads from `descriptor`, which stays the caller's. `raw`: what the samples are, or null for a
/// WAV (RIFF, RF64 or BW64; PCM of 8 to 32 bits, floats of 32 and 64), of which what follows its
/// samples is not read. A length that the writer left open (0, or all ones) means the end of the
/// pipe. Throws Error{corrupt_audio, unsupported_audio, io}. read() waits until all that it was
/// asked for is there, or the end; a frame that is cut off at the end is left out.
std::unique_ptr<Source> open_wav_stream(int descriptor, const std::string& subject,
                                        const RawSamples* raw);

}  // namespace diarist::audio
