#include "audio/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "diarist/error.hpp"

#include "audio/channel_reader.hpp"
#include "audio/recording.hpp"
#include "audio/source.hpp"

namespace diarist::audio {
namespace {

/// Mono samples that somebody else holds.
class MemorySource : public Source {
 public:
  MemorySource(std::span<const float> samples, int sample_rate_hz)
      : samples_(samples), rest_(samples), sample_rate_hz_(sample_rate_hz) {}

  int sample_rate_hz() const override { return sample_rate_hz_; }
  int channels() const override { return 1; }
  std::optional<std::int64_t> expected_frames() const override {
    return static_cast<std::int64_t>(samples_.size());
  }
  std::size_t read(std::span<float> interleaved) override {
    const std::size_t count = std::min(interleaved.size(), rest_.size());
    std::copy_n(rest_.begin(), count, interleaved.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  std::span<const float> samples_;
  std::span<const float> rest_;
  int sample_rate_hz_;
};

constexpr const char* kMemorySubject = "samples in memory";

}  // namespace

std::unique_ptr<Reader> Reader::open(const std::filesystem::path& file, ChannelMode mode,
                                     int channel) {
  Recording recording = open_recording(file);
  return make_channel_reader(std::move(recording.source), std::move(recording.subject), mode,
                             channel);
}

std::unique_ptr<Reader> Reader::over(std::span<const float> samples, int sample_rate_hz) {
  if (sample_rate_hz < kMinRateHz || sample_rate_hz > kMaxRateHz) {
    throw Error(ErrorCode::invalid_argument, kMemorySubject,
                "cannot have a sample rate of " + std::to_string(sample_rate_hz) + " Hz",
                "give a rate from " + std::to_string(kMinRateHz) + " to " +
                    std::to_string(kMaxRateHz) + " Hz");
  }
  if (samples.empty()) {
    throw Error(ErrorCode::corrupt_audio, kMemorySubject, "are empty", "give at least one sample");
  }
  return make_channel_reader(std::make_unique<MemorySource>(samples, sample_rate_hz),
                             kMemorySubject, ChannelMode::downmix, 1);
}

}  // namespace diarist::audio
