// A recording as the pipeline wants it: 16 kHz mono streams, in blocks.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "diarist/options.hpp"

namespace diarist::audio {

/// The rate that both networks were trained at.
inline constexpr int kModelRateHz = 16000;

/// Reads one recording forward, once. Not safe to share between threads.
class Reader {
 public:
  /// Opens a file ("-" is standard input) and selects channels. WAV, FLAC, Ogg, Opus and MP3 go
  /// through libsndfile; anything else through the ffmpeg program where it is installed. Pipes are
  /// first copied to a temporary file (docs/audio.md says why): "-" waits for their end.
  /// `channel` counts from 1, with ChannelMode::pick. Throws Error{not_found}; Error{io} where the
  /// system refuses; Error{invalid_argument} for a folder, or a channel that is not there;
  /// Error{unsupported_audio}; Error{corrupt_audio} for a recording that is empty or, as far as its
  /// header shows, cut short.
  static std::unique_ptr<Reader> open(const std::filesystem::path& file, ChannelMode mode,
                                      int channel);

  /// Mono samples in memory, which must outlive the reader; `sample_rate_hz` 1 to 768,000.
  /// Throws Error{invalid_argument} for another rate, Error{corrupt_audio} for no samples.
  static std::unique_ptr<Reader> over(std::span<const float> samples, int sample_rate_hz);

  virtual ~Reader() = default;

  /// Number of 16 kHz mono streams: 1, or the number of channels with ChannelMode::each.
  virtual int streams() const = 0;
  /// Channel of the recording that a stream carries, from 1; 1 for a down-mix.
  virtual int channel(int stream) const = 0;
  /// Length in seconds as the header tells it; 0 where it does not (pipes). For progress only.
  virtual double expected_duration_s() const = 0;
  /// Length in seconds of what was decoded so far, counted at the recording's own rate; after the
  /// last block the exact duration.
  virtual double decoded_duration_s() const = 0;

  /// Fills up to `capacity` samples of each stream (streams[i] points to room for them) and returns
  /// how many; 0 at the end only. Throws Error{corrupt_audio} for samples that are not finite and
  /// for a recording that ends before its header says, Error{io}.
  virtual std::size_t read(std::span<float* const> streams, std::size_t capacity) = 0;
};

}  // namespace diarist::audio
