#include "audio/audio_error.hpp"

#include <cstdio>

#include "audio/source.hpp"

namespace diarist::audio {

std::string in_seconds(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f s", seconds);
  return text;
}

Error truncated(const std::string& subject, double readable_s, double declared_s) {
  return Error(ErrorCode::corrupt_audio, subject,
               "is truncated: only " + in_seconds(readable_s) + " of the " +
                   in_seconds(declared_s) + " that its header declares can be read",
               "copy it again from where it came, or convert what is left to a new WAV file");
}

Error damaged(const std::string& subject, double at_s, std::optional<double> declared_s,
              const std::string& decoder_says) {
  const std::string whole = declared_s ? " of " + in_seconds(*declared_s) : std::string();
  return Error(ErrorCode::corrupt_audio, subject,
               "is damaged or truncated: could be read up to about " + in_seconds(at_s) + whole +
                   " (" + decoder_says + ")",
               "copy it again from where it came, or convert what is left to a new WAV file");
}

Error no_samples(const std::string& subject) {
  return Error(ErrorCode::corrupt_audio, subject, "has a header but no samples",
               "was the recording stopped before it began?");
}

void check_layout(const std::string& subject, std::int64_t channels, std::int64_t rate_hz) {
  if (channels < 1) {
    throw Error(ErrorCode::corrupt_audio, subject, "has a header that declares no channels",
                "its header is damaged; record or convert it again");
  }
  if (channels > kMaxChannels) {
    throw Error(ErrorCode::unsupported_audio, subject,
                "declares " + std::to_string(channels) + " channels, more than " +
                    std::to_string(kMaxChannels),
                "split it into files with fewer channels");
  }
  if (rate_hz < kMinRateHz) {
    throw Error(ErrorCode::corrupt_audio, subject,
                "has a header that declares a sample rate of " + std::to_string(rate_hz) + " Hz",
                "its header is damaged; record or convert it again");
  }
  if (rate_hz > kMaxRateHz) {
    throw Error(ErrorCode::unsupported_audio, subject,
                "declares a sample rate of " + std::to_string(rate_hz) + " Hz, more than " +
                    std::to_string(kMaxRateHz) + " Hz",
                "convert it to a lower rate, 16000 Hz is all that is used");
  }
}

}  // namespace diarist::audio
