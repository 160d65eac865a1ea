#include "diarist/live_audio.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "audio/ffmpeg_source.hpp"
#include "audio/source.hpp"
#include "audio/wav_stream.hpp"

namespace diarist {
namespace {

constexpr double kBlock_s = 0.05;
constexpr std::array<std::pair<RawSamples::Coding, std::string_view>, 2> kCodings{{
    {RawSamples::Coding::s16le, "s16le"},
    {RawSamples::Coding::f32le, "f32le"},
}};

void check(const std::string& input, const LiveAudioOptions& options) {
  if (input.empty()) throw Error(ErrorCode::invalid_argument, "input", "has no name");
  if (options.raw && input != "-") {
    throw Error(ErrorCode::invalid_argument, input, "cannot be raw samples",
                "send them through standard input, which is '-'");
  }
  if (!options.device.empty() && input == "-") {
    throw Error(ErrorCode::invalid_argument, "standard input", "is no device",
                "name the device that ffmpeg is to open");
  }
  if (options.realtime && (input == "-" || !options.device.empty())) {
    throw Error(ErrorCode::invalid_argument, input == "-" ? "standard input" : input,
                "has a pace of its own", "only what ffmpeg reads faster can be slowed down");
  }
  constexpr double kDay_s = 86400;
  if (!(options.timeout_s > 0 && options.timeout_s <= kDay_s)) {
    throw Error(ErrorCode::invalid_argument, "timeout", "is out of range",
                "give seconds, above 0 and up to a day");
  }
  if (!options.raw) return;
  if (options.raw->sample_rate_hz < audio::kMinRateHz ||
      options.raw->sample_rate_hz > audio::kMaxRateHz) {
    throw Error(
        ErrorCode::invalid_argument,
        "sample rate of " + std::to_string(options.raw->sample_rate_hz) + " Hz", "is out of range",
        "give " + std::to_string(audio::kMinRateHz) + " to " + std::to_string(audio::kMaxRateHz));
  }
  if (options.raw->channels < 1 || options.raw->channels > audio::kMaxChannels) {
    throw Error(ErrorCode::invalid_argument, std::to_string(options.raw->channels) + " channels",
                "are out of range", "give 1 to " + std::to_string(audio::kMaxChannels));
  }
}

std::unique_ptr<audio::Source> open_source(const std::string& input,
                                           const LiveAudioOptions& options) {
  if (input == "-") {
    return audio::open_wav_stream(STDIN_FILENO, "standard input", options);
  }
  audio::FfmpegAttempt attempt = audio::open_live_with_ffmpeg(input, options, "ffmpeg");
  if (attempt.source) return std::move(attempt.source);
  if (!attempt.installed) {
    throw Error(ErrorCode::not_found, input, "needs ffmpeg, which is not installed",
                "install ffmpeg, or send a WAV through standard input");
  }
  std::error_code error;
  const bool is_file = options.device.empty() && std::filesystem::exists(input, error);
  throw Error(is_file ? ErrorCode::unsupported_audio : ErrorCode::not_found, input,
              "cannot be opened (ffmpeg: " + attempt.reason + ")");
}

}  // namespace

std::string_view to_string(RawSamples::Coding coding) {
  for (const auto& [each, name] : kCodings) {
    if (each == coding) return name;
  }
  throw Error(ErrorCode::internal, "coding", "has no name");
}

RawSamples::Coding raw_coding_from_string(std::string_view name) {
  for (const auto& [each, known] : kCodings) {
    if (known == name) return each;
  }
  throw Error(ErrorCode::invalid_argument, "raw samples '" + std::string(name) + "'",
              "are not known", "take s16le or f32le");
}

struct DIARIST_HIDDEN LiveAudio::Implementation {
  explicit Implementation(std::unique_ptr<audio::Source> opened)
      : source(std::move(opened)),
        block_frames(std::max<std::size_t>(
            1, static_cast<std::size_t>(kBlock_s * source->sample_rate_hz()))) {}

  std::unique_ptr<audio::Source> source;
  std::size_t block_frames;
  std::vector<float> interleaved;
};

LiveAudio::LiveAudio(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
LiveAudio::~LiveAudio() = default;
LiveAudio::LiveAudio(LiveAudio&&) noexcept = default;
LiveAudio& LiveAudio::operator=(LiveAudio&&) noexcept = default;

LiveAudio LiveAudio::open(const std::string& input, const LiveAudioOptions& options) {
  check(input, options);
  return LiveAudio(std::make_unique<Implementation>(open_source(input, options)));
}

int LiveAudio::sample_rate_hz() const { return implementation_->source->sample_rate_hz(); }

std::size_t LiveAudio::read(std::span<float> samples) {
  Implementation& own = *implementation_;
  const auto channels = static_cast<std::size_t>(own.source->channels());
  own.interleaved.resize(std::min(samples.size(), own.block_frames) * channels);
  const std::size_t frames = own.source->read(own.interleaved);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    double sum = 0;  // As for a file: exact to the mean's last rounding.
    for (std::size_t c = 0; c < channels; ++c) {
      sum += static_cast<double>(own.interleaved[frame * channels + c]);
    }
    samples[frame] = static_cast<float>(sum / static_cast<double>(channels));
  }
  return frames;
}

}  // namespace diarist
