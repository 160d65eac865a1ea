#include "pipeline/feature_blocks.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/cancellation.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::int64_t kBlockFrames = 1000;

}  // namespace

void compute_features(const dsp::Fbank& fbank, std::span<const float> samples, float* out,
                      dsp::Fbank::Workspace& workspace, const CancellationToken* cancellation) {
  const dsp::FbankSettings& settings = fbank.settings();
  const std::int64_t frames = fbank.frames(static_cast<std::int64_t>(samples.size()));
  for (std::int64_t first = 0; first < frames; first += kBlockFrames) {
    stop_if_cancelled(cancellation);
    const std::int64_t count = std::min(kBlockFrames, frames - first);
    // A frame needs no samples but its own, so blocks join without a seam.
    fbank.compute(samples.subspan(static_cast<std::size_t>(first * settings.frame_shift),
                                  static_cast<std::size_t>((count - 1) * settings.frame_shift +
                                                           settings.frame_length)),
                  out + first * settings.mel_bins, workspace);
  }
}

}  // namespace diarist::pipeline
