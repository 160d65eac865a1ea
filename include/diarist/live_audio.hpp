// Sound that is still coming: a pipe, a microphone, a camera's stream.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diarist/export.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// Samples without a header, interleaved, little-endian.
struct RawSamples {
  /// How a sample is written.
  enum class Coding {
    s16le,  ///< Integers of 16 bits.
    f32le,  ///< Floats of 32 bits, in [-1, 1].
  };
  Coding coding = Coding::s16le;  ///< What each is.
  int sample_rate_hz = 16000;     ///< 1 Hz to 768 kHz.
  int channels = 1;               ///< 1 to 1024.
};

/// "s16le" or "f32le".
DIARIST_EXPORT std::string_view to_string(RawSamples::Coding coding);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT RawSamples::Coding raw_coding_from_string(std::string_view name);

/// Where sound comes from.
struct LiveAudioOptions {
  /// Standard input holds such samples instead of a WAV.
  std::optional<RawSamples> raw = std::nullopt;
  /// The kind of device that the input is, in ffmpeg's words: "alsa", "pulse", "v4l2". Empty for
  /// what ffmpeg can tell by itself.
  std::string device;
  /// Reads a file no faster than it plays, as if it were being recorded.
  bool realtime = false;
  /// Seconds that ffmpeg may take until the first sound is there. Above 0, up to a day.
  double timeout_s = 20;
  /// Once it is set, sound has ended: looked at several times a second, also while waiting.
  CancellationToken stop;
};

/// Reads sound as it comes, channels mixed down. One thread at a time; LiveAudioOptions::stop may
/// be set from any other.
class DIARIST_EXPORT LiveAudio {
 public:
  /// "-" is standard input: a WAV, whose length may be left open, or raw samples; nothing is copied
  /// to a file. Everything else goes to the ffmpeg program, which opens files, devices, and URLs of
  /// RTSP, HTTP and others. Waits for the first bytes. Throws Error{not_found} where ffmpeg is not
  /// installed, does not open it (with its words) or is not given any sound in time,
  /// Error{corrupt_audio} for a header that breaks off, Error{unsupported_audio} for one of another
  /// format and for a file that ffmpeg does not know, Error{io}, Error{invalid_argument} for
  /// options that are out of range or contradict each other, and Error{cancelled} where `stop` was
  /// set.
  static LiveAudio open(const std::string& input, const LiveAudioOptions& options = {});
  ~LiveAudio();
  LiveAudio(LiveAudio&&) noexcept;
  LiveAudio& operator=(LiveAudio&&) noexcept;

  /// Of the samples, as they come.
  int sample_rate_hz() const;

  /// Waits for a twentieth of a second of sound, fills `samples` from the front and returns how
  /// many there are: fewer at the end, or once `stop` is set, and then 0. Samples may be of any
  /// value, finite or not. Throws Error{io} where it cannot be read, and Error{corrupt_audio} where
  /// ffmpeg gives up.
  std::size_t read(std::span<float> samples);

 private:
  struct Implementation;
  explicit LiveAudio(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
