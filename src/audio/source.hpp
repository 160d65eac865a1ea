// The seam between decoders and everything after them: interleaved samples at the recording's own
// rate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "audio/stored_samples.hpp"

namespace diarist::audio {

/// What a recording may look like; beyond these a header is taken to be nonsense.
inline constexpr int kMinRateHz = 1;
inline constexpr int kMaxRateHz = 768000;  // The highest rate that recorders and FLAC 1.4 offer.
inline constexpr int kMaxChannels = 1024;  // libsndfile's own limit.

/// Decodes one recording forward, once. Not safe to share between threads.
class Source {
 public:
  virtual ~Source() = default;

  /// 1 to 768,000; of the recording, not of the model.
  virtual int sample_rate_hz() const = 0;
  /// 1 to 1024.
  virtual int channels() const = 0;
  /// Frames as the header tells it, which may be an estimate; nothing where it does not.
  virtual std::optional<std::int64_t> expected_frames() const = 0;

  /// Fills `interleaved` ([frames, channels]; its size is a multiple of channels()) from the front
  /// and returns the number of frames written, fewer than asked for at the end only. Samples may be
  /// of any value, finite or not. Throws Error{corrupt_audio} where the recording turns out to be
  /// damaged or shorter than its header promises, Error{io} where it cannot be read.
  virtual std::size_t read(std::span<float> interleaved) = 0;

  /// How the recording holds its samples.
  virtual StoredFormat stored() const { return {}; }
  /// As read(), bit for bit as stored() says: sample_bytes() each, at an address that a double may
  /// have. One source is read by one of the two.
  virtual std::size_t read_stored(std::span<std::byte> interleaved) {
    return read({reinterpret_cast<float*>(interleaved.data()), interleaved.size() / sizeof(float)});
  }
};

}  // namespace diarist::audio
