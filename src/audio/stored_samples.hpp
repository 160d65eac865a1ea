// How a recording holds its samples, so that a copy can hold them likewise.
#pragma once

#include <cstddef>

namespace diarist::audio {

/// What one sample is in the file.
enum class SampleCoding { pcm_8, pcm_16, pcm_24, pcm_32, f32, f64, a_law, u_law };

/// The kinds of file that samples can be written to, and all others.
enum class Container {
  wav,
  wavex,  ///< WAV with the extensible header, which says which channel is which loudspeaker.
  flac,
  other,
};

/// What is lossless comes out of the decoder as it is stored; what is not (MP3, Vorbis, Opus, all
/// that ffmpeg decodes) as the 32-bit floats that the decoder makes of it.
struct StoredFormat {
  Container container = Container::other;
  SampleCoding coding = SampleCoding::f32;
  bool operator==(const StoredFormat&) const = default;
};

/// Bytes of a sample between Source::read_stored() and SampleWriter::write(), in the machine's own
/// order: f32 and f64 are floating-point numbers, all others integers of 32 bits whose highest bits
/// are the sample's. Zeros are silence in each.
constexpr std::size_t sample_bytes(SampleCoding coding) {
  return coding == SampleCoding::f64 ? 8 : 4;
}

/// Bytes of a sample in a WAV.
constexpr std::size_t coded_bytes(SampleCoding coding) {
  switch (coding) {
    case SampleCoding::pcm_8:
    case SampleCoding::a_law:
    case SampleCoding::u_law:
      return 1;
    case SampleCoding::pcm_16:
      return 2;
    case SampleCoding::pcm_24:
      return 3;
    case SampleCoding::pcm_32:
    case SampleCoding::f32:
      return 4;
    case SampleCoding::f64:
      return 8;
  }
  return 8;
}

constexpr bool is_float(SampleCoding coding) {
  return coding == SampleCoding::f32 || coding == SampleCoding::f64;
}

}  // namespace diarist::audio
