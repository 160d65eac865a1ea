// Recordings that libsndfile decodes: WAV and its kin, FLAC, Ogg Vorbis, Opus, MP3 and older
// formats.
#pragma once

#include <memory>
#include <string>

#include "audio/input_file.hpp"
#include "audio/source.hpp"

namespace diarist::audio {

/// What came of trying: a source, or nothing and libsndfile's reason.
struct SndfileAttempt {
  std::unique_ptr<Source> source;
  std::string reason;
};

/// Opens `file`, which must outlive the source. Formats that libsndfile does not take are no error.
/// Throws Error{corrupt_audio, unsupported_audio} for headers that it takes but that cannot be true
/// (see read_pcm_header), Error{io}. The source's read() throws Error{corrupt_audio} where a WAV or
/// FLAC ends early or a FLAC frame's checksum fails, saying how much could be read.
SndfileAttempt open_with_sndfile(const InputFile& file);

}  // namespace diarist::audio
