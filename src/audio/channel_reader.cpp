#include "audio/channel_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"
#include "audio/resampler.hpp"

namespace diarist::audio {
namespace {

/// What is decoded at once, the smallest of three: a second of audio in 16 kHz samples (so that low
/// rates do not swell), a megabyte or so of input, and no less than a frame.
constexpr std::int64_t kBlockOutputSamples = 16000;
constexpr std::int64_t kBlockInputSamples = 1 << 18;

std::size_t block_frames(int sample_rate_hz, int channels) {
  const std::int64_t by_output = kBlockOutputSamples * sample_rate_hz / kModelRateHz;
  const std::int64_t by_input = kBlockInputSamples / channels;
  return static_cast<std::size_t>(std::max<std::int64_t>(1, std::min(by_output, by_input)));
}

class ChannelReader : public Reader {
 public:
  ChannelReader(std::unique_ptr<Source> source, std::string subject, ChannelMode mode, int channel)
      : source_(std::move(source)),
        subject_(std::move(subject)),
        mode_(mode),
        first_channel_(mode == ChannelMode::pick ? channel : 1),
        streams_(mode == ChannelMode::each ? source_->channels() : 1),
        resampler_(source_->sample_rate_hz(), streams_),
        block_frames_(block_frames(source_->sample_rate_hz(), source_->channels())),
        interleaved_(block_frames_ * static_cast<std::size_t>(source_->channels())),
        planar_(static_cast<std::size_t>(streams_), std::vector<float>(block_frames_)),
        ready_(static_cast<std::size_t>(streams_)) {
    for (const std::vector<float>& stream : planar_) planar_pointers_.push_back(stream.data());
    // The first block at once: a recording that holds nothing is better refused before work begins.
    fill();
    if (decoded_frames_ == 0) throw no_samples(subject_);
  }

  int streams() const override { return streams_; }
  int channel(int stream) const override { return first_channel_ + stream; }
  double expected_duration_s() const override {
    return seconds(source_->expected_frames().value_or(0));
  }
  double decoded_duration_s() const override { return seconds(decoded_frames_); }

  std::size_t read(std::span<float* const> streams, std::size_t capacity) override {
    if (streams.size() != static_cast<std::size_t>(streams_)) {
      throw Error(ErrorCode::internal, subject_,
                  "has " + std::to_string(streams_) + " streams, asked for " +
                      std::to_string(streams.size()));
    }
    std::size_t done = 0;
    while (done < capacity) {
      const std::size_t available = ready_.front().size() - taken_;
      if (available == 0) {
        if (ended_) break;
        fill();
        continue;
      }
      const std::size_t count = std::min(available, capacity - done);
      for (std::size_t i = 0; i < streams.size(); ++i) {
        std::copy_n(ready_[i].data() + taken_, count, streams[i] + done);
      }
      taken_ += count;
      done += count;
    }
    return done;
  }

 private:
  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / static_cast<double>(source_->sample_rate_hz());
  }

  /// Replaces `ready_` by what the next block of the recording gives, which may be nothing yet.
  void fill() {
    for (std::vector<float>& stream : ready_) stream.clear();
    taken_ = 0;
    const std::size_t frames = source_->read(interleaved_);
    select(frames);
    check_finite(frames);
    decoded_frames_ += static_cast<std::int64_t>(frames);
    if (frames > 0) resampler_.push(planar_pointers_, frames, ready_);
    if (frames < block_frames_) {
      ended_ = true;
      resampler_.finish(ready_);
    }
    check_resampled();
  }

  void select(std::size_t frames) {
    const auto channels = static_cast<std::size_t>(source_->channels());
    if (mode_ == ChannelMode::downmix && channels > 1) {
      for (std::size_t frame = 0; frame < frames; ++frame) {
        double sum = 0;  // In double the mean of any float channels is exact to its last rounding.
        for (std::size_t c = 0; c < channels; ++c) sum += interleaved_[frame * channels + c];
        planar_[0][frame] = static_cast<float>(sum / static_cast<double>(channels));
      }
      return;
    }
    for (std::size_t stream = 0; stream < planar_.size(); ++stream) {
      const std::size_t from = static_cast<std::size_t>(first_channel_ - 1) + stream;
      for (std::size_t frame = 0; frame < frames; ++frame) {
        planar_[stream][frame] = interleaved_[frame * channels + from];
      }
    }
  }

  void check_finite(std::size_t frames) const {
    for (std::size_t stream = 0; stream < planar_.size(); ++stream) {
      const float* samples = planar_[stream].data();
      const float* bad = std::find_if_not(samples, samples + frames,
                                          [](float sample) { return std::isfinite(sample); });
      if (bad == samples + frames) continue;
      const std::string where =
          mode_ == ChannelMode::downmix
              ? ""
              : " in channel " + std::to_string(channel(static_cast<int>(stream)));
      throw Error(ErrorCode::corrupt_audio, subject_,
                  std::string("has a sample that is ") +
                      (std::isnan(*bad) ? "not a number (NaN)" : "infinite") + " at " +
                      in_seconds(seconds(decoded_frames_ + (bad - samples))) + where,
                  "make the recording again, or repair it in an editor");
    }
  }

  /// Finite samples near the largest float overflow where the filter overshoots.
  void check_resampled() const {
    for (const std::vector<float>& stream : ready_) {
      if (std::all_of(stream.begin(), stream.end(), [](float s) { return std::isfinite(s); })) {
        continue;
      }
      throw Error(
          ErrorCode::corrupt_audio, subject_,
          "has samples too large to resample before " + in_seconds(seconds(decoded_frames_)),
          "samples are expected between -1 and 1: scale the recording down");
    }
  }

  std::unique_ptr<Source> source_;
  std::string subject_;
  ChannelMode mode_;
  int first_channel_;
  int streams_;
  Resampler resampler_;
  std::size_t block_frames_;
  std::vector<float> interleaved_;          // [block_frames_, channels of the recording]
  std::vector<std::vector<float>> planar_;  // [streams_][block_frames_]
  std::vector<const float*> planar_pointers_;
  std::vector<std::vector<float>> ready_;  // [streams_][whatever the last block gave], 16 kHz
  std::size_t taken_ = 0;                  // Of ready_, by the caller.
  std::int64_t decoded_frames_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Reader> make_channel_reader(std::unique_ptr<Source> source, std::string subject,
                                            ChannelMode mode, int channel) {
  const int channels = source->channels();
  if (mode == ChannelMode::pick && (channel < 1 || channel > channels)) {
    throw Error(ErrorCode::invalid_argument, subject, "has no channel " + std::to_string(channel),
                channels == 1 ? "it has one channel, number 1"
                              : "it has " + std::to_string(channels) +
                                    " channels, numbered from 1 to " + std::to_string(channels));
  }
  return std::make_unique<ChannelReader>(std::move(source), std::move(subject), mode, channel);
}

}  // namespace diarist::audio
