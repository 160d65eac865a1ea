#include <string>

#include "diarist/error.hpp"
#include "diarist/features.hpp"

#include "dsp/fbank.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/feature_blocks.hpp"

namespace diarist {

struct DIARIST_HIDDEN FeatureExtractor::Implementation {
  dsp::Fbank fbank;
};

FeatureExtractor::FeatureExtractor() : implementation_(std::make_unique<Implementation>()) {}
FeatureExtractor::~FeatureExtractor() = default;
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;

std::int64_t FeatureExtractor::frames(std::int64_t samples) const {
  return implementation_->fbank.frames(samples);
}

std::vector<float> FeatureExtractor::extract(std::span<const float> samples,
                                             const CancellationToken& cancellation) const {
  const std::int64_t count = frames(static_cast<std::int64_t>(samples.size()));
  std::vector<float> features(static_cast<std::size_t>(count * kBins));
  extract(samples, features, cancellation);
  return features;
}

void FeatureExtractor::extract(std::span<const float> samples, std::span<float> features,
                               const CancellationToken& cancellation) const {
  const dsp::Fbank& fbank = implementation_->fbank;
  pipeline::check_samples(samples, fbank.settings().frame_length);
  const std::int64_t count = frames(static_cast<std::int64_t>(samples.size()));
  if (features.size() != static_cast<std::size_t>(count * kBins)) {
    throw Error(ErrorCode::invalid_argument, "features",
                "have room for " + std::to_string(features.size()) + " values, not for " +
                    std::to_string(count) + " frames of " + std::to_string(kBins),
                "ask frames() how many there will be");
  }
  dsp::Fbank::Workspace workspace(fbank);
  pipeline::compute_features(fbank, samples, features.data(), workspace, &cancellation);
}

}  // namespace diarist
