#include "pipeline/feature_stream.hpp"

#include <algorithm>
#include <array>

#include "nets/embedding_shape.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kBins = nets::EmbeddingShape::kMelBins;

}  // namespace

FeatureStream::FeatureStream(const dsp::Fbank& fbank)
    : fbank_(fbank), workspace_(fbank), features_(kBins), sums_(kBins) {
  std::fill_n(sums_.grow(1), kBins, 0.0);
}

void FeatureStream::push(std::span<const float> samples) {
  std::copy(samples.begin(), samples.end(),
            samples_.grow(static_cast<std::int64_t>(samples.size())));
  const std::int64_t start = frames() * fbank_.settings().frame_shift;
  samples_.drop_before(std::min(start, samples_.end()));
  if (samples_.end() <= start) return;
  const std::int64_t fresh = fbank_.frames(samples_.end() - start);
  if (fresh == 0) return;
  float* out = features_.grow(fresh);
  fbank_.compute({samples_.row(start), static_cast<std::size_t>(samples_.end() - start)}, out,
                 workspace_);

  double* sum = sums_.grow(fresh);
  const double* before = sums_.row(sums_.end() - fresh - 1);
  for (std::int64_t t = 0; t < fresh; ++t) {
    for (int b = 0; b < kBins; ++b) sum[b] = before[b] + static_cast<double>(out[b]);
    before = sum;
    sum += kBins;
    out += kBins;
  }
}

void FeatureStream::copy(std::int64_t first, std::int64_t count, float* out) const {
  std::copy_n(features_.row(first), count * kBins, out);
}

void FeatureStream::copy_less_mean(std::int64_t first, std::int64_t count, int span,
                                   std::int64_t total, float* out) const {
  for (std::int64_t t = first; t < first + count; ++t) {
    const std::int64_t begin =
        std::clamp<std::int64_t>(t - span / 2, 0, std::max<std::int64_t>(0, total - span));
    const std::int64_t end = std::min<std::int64_t>(begin + span, total);
    const double* low = sums_.row(begin);
    const double* high = sums_.row(end);
    const float* in = features_.row(t);
    for (int b = 0; b < kBins; ++b) {
      *out++ = in[b] - static_cast<float>((high[b] - low[b]) / static_cast<double>(end - begin));
    }
  }
}

void FeatureStream::drop_before(std::int64_t frame) {
  features_.drop_before(std::min(frame, features_.end()));
  sums_.drop_before(std::min(frame, features_.end()));
}

void subtract_mean(float* features, std::int64_t frames) {
  std::array<double, kBins> sums{};
  for (std::int64_t t = 0; t < frames; ++t) {
    for (int b = 0; b < kBins; ++b)
      sums[static_cast<std::size_t>(b)] += static_cast<double>(features[t * kBins + b]);
  }
  std::array<float, kBins> means{};
  for (std::size_t b = 0; b < kBins; ++b)
    means[b] = static_cast<float>(sums[b] / static_cast<double>(frames));
  for (std::int64_t t = 0; t < frames; ++t) {
    for (int b = 0; b < kBins; ++b) features[t * kBins + b] -= means[static_cast<std::size_t>(b)];
  }
}

}  // namespace diarist::pipeline
