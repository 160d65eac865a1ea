// One pass over a recording: its waveform, and its sound in small.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/report.hpp"

#include "audio/ogg_opus.hpp"
#include "audio/reader.hpp"

namespace diarist {
namespace {

/// Of all waveforms of a page, which as text takes 400 KB: three hours with words and a reference
/// then stay below 2 MB.
constexpr std::size_t kMostBins = 300'000;
/// The finest scale: 5 ms.
constexpr std::size_t kFinestBinSamples = audio::kModelRateHz / 200;

/// The loudest sample of each bin, in bins that double in length whenever there are too many.
class LoudestSamples {
 public:
  /// An even number of bins, so that they can be paired.
  explicit LoudestSamples(std::size_t most_bins)
      : most_bins_(std::max<std::size_t>(2, most_bins & ~std::size_t{1})) {}

  void add(std::span<const float> samples) {
    while (!samples.empty()) {
      if (room_ == 0) start_bin();
      const auto part = samples.first(std::min(room_, samples.size()));
      float& bin = bins_.back();
      for (const float sample : part) bin = std::max(bin, std::fabs(sample));
      room_ -= part.size();
      samples = samples.subspan(part.size());
    }
  }

  const std::vector<float>& bins() const { return bins_; }
  std::size_t bin_samples() const { return bin_samples_; }

 private:
  void start_bin() {
    if (bins_.size() == most_bins_) {
      for (std::size_t i = 0; i < bins_.size() / 2; ++i) {
        bins_[i] = std::max(bins_[2 * i], bins_[2 * i + 1]);
      }
      bins_.resize(bins_.size() / 2);
      bin_samples_ *= 2;
    }
    bins_.push_back(0);
    room_ = bin_samples_;
  }

  std::size_t most_bins_;
  std::vector<float> bins_;
  std::size_t bin_samples_ = kFinestBinSamples;
  std::size_t room_ = 0;  ///< Samples that the last bin still takes.
};

ReportWaveform waveform(const LoudestSamples& loudest, int channel, float peak) {
  ReportWaveform waveform{channel, {}};
  waveform.bins.reserve(loudest.bins().size());
  for (const float bin : loudest.bins()) {
    const float share = peak > 0 ? std::sqrt(bin / peak) : 0;
    waveform.bins.push_back(static_cast<std::uint8_t>(std::lround(255 * share)));
  }
  return waveform;
}

/// The mean of the streams.
void mix(const std::vector<std::vector<float>>& streams, std::size_t count,
         std::vector<float>& mixed) {
  mixed.assign(streams[0].begin(), streams[0].begin() + static_cast<std::ptrdiff_t>(count));
  for (std::size_t s = 1; s < streams.size(); ++s) {
    for (std::size_t i = 0; i < count; ++i) mixed[i] += streams[s][i];
  }
  for (float& sample : mixed) sample /= static_cast<float>(streams.size());
}

}  // namespace

ReportAudio read_report_audio(const std::filesystem::path& recording,
                              const ReportAudioOptions& options,
                              const CancellationToken& cancellation) {
  const auto reader = audio::Reader::open(recording, options.channel_mode, options.channel);
  const auto streams = static_cast<std::size_t>(reader->streams());
  std::vector<LoudestSamples> loudest(streams, LoudestSamples(kMostBins / streams));
  std::vector<std::vector<float>> samples(streams, std::vector<float>(audio::kModelRateHz));
  std::vector<float*> places;
  places.reserve(streams);
  for (auto& stream : samples) places.push_back(stream.data());
  std::unique_ptr<audio::OggOpusWriter> writer;
  if (options.embed) writer = std::make_unique<audio::OggOpusWriter>();

  std::vector<float> mixed;
  while (const std::size_t count = reader->read(places, audio::kModelRateHz)) {
    if (cancellation.cancelled()) {
      throw Error(ErrorCode::cancelled, recording.string(), "interrupted");
    }
    for (std::size_t s = 0; s < streams; ++s) {
      loudest[s].add(std::span(samples[s]).first(count));
    }
    if (!writer) continue;
    mix(samples, count, mixed);
    writer->write(mixed);
  }

  ReportAudio audio;
  audio.file = recording.filename().string();
  audio.duration_s = reader->decoded_duration_s();
  audio.bins_per_s =
      static_cast<double>(audio::kModelRateHz) / static_cast<double>(loudest[0].bin_samples());
  for (const LoudestSamples& stream : loudest) {
    for (const float bin : stream.bins()) audio.peak = std::max(audio.peak, bin);
  }
  for (std::size_t s = 0; s < streams; ++s) {
    audio.waveforms.push_back(
        waveform(loudest[s], reader->channel(static_cast<int>(s)), audio.peak));
  }
  if (writer) audio.ogg_opus = writer->finish();
  return audio;
}

}  // namespace diarist
