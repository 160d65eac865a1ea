// WAV or raw samples from a pipe, as they come: nothing is looked for behind them.
#pragma once

#include <memory>
#include <string>

#include "diarist/live_audio.hpp"

#include "audio/source.hpp"

namespace diarist::audio {

/// Reads from `descriptor`, which stays the caller's. `options.raw` says what the samples are;
/// otherwise it is a WAV (RIFF, RF64 or BW64; PCM of 8 to 32 bits, floats of 32 and 64), of which
/// what follows its samples is not read. A length that the writer left open (0, all ones, or as
/// much as a file may hold) means the end of the pipe. Throws Error{corrupt_audio,
/// unsupported_audio, io}, and Error{cancelled} where `options.stop` is set within the header.
/// read() waits until all that it was asked for is there, the end, or `options.stop`; a frame that
/// is cut off there is left out.
std::unique_ptr<Source> open_wav_stream(int descriptor, const std::string& subject,
                                        const LiveAudioOptions& options);

}  // namespace diarist::audio
