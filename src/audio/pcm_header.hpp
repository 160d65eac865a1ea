// What a WAV-like header promises, read on our own: libsndfile cuts a promise down to the size of
// the file without a word, and takes a size of 0 (a writer that could not seek back) to mean no
// samples.
#pragma once

#include <cstdint>
#include <optional>

#include "audio/input_file.hpp"

namespace diarist::audio {

/// The chunk that holds the samples, and the numbers needed to tell its length in seconds.
struct PcmHeader {
  const char* container = "";  ///< "WAV", "RF64", "W64", "AIFF" or "AU".
  std::int64_t channels = 0;
  std::int64_t sample_rate_hz = 0;
  /// Of the coded samples; 0 where the header does not tell.
  double bytes_per_second = 0;
  /// Length of the samples as declared; nothing where the writer left the field open, as programs
  /// that write to a pipe must.
  std::optional<std::uint64_t> declared_bytes;
  /// Bytes of the file from the first sample on.
  std::uint64_t present_bytes = 0;
  /// Where the 32-bit length of a WAV's samples stands, if it is an open 0 that must read as
  /// 0xFFFFFFFF for libsndfile to see the samples.
  std::optional<std::uint64_t> open_zero_at;
};

/// Reads the header of RIFF/RIFX WAVE, RF64/BW64, Wave64, AIFF/AIFC and Sun/NeXT AU files; nothing
/// for other formats. Throws Error{corrupt_audio} for a header that ends before the samples begin,
/// declares no channels or no rate, or has no samples, and for samples that are fewer than declared
/// (naming how much is there); Error{unsupported_audio} beyond the limits of source.hpp.
std::optional<PcmHeader> read_pcm_header(const InputFile& file);

}  // namespace diarist::audio
