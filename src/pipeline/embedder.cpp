#include "diarist/embedder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "diarist/error.hpp"

#include "base/thread_pool.hpp"
#include "nets/embedding.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/feature_stream.hpp"
#include "pipeline/preset.hpp"

namespace diarist {
namespace {

constexpr int kTrunkDimensions = nets::Embedding::kTrunkDimensions;
static_assert(Embedder::kDimensions == nets::Embedding::kDimensions);

// Feature frames: an utterance of half a minute goes through the trunk in one piece, as in
// training; a longer one in blocks of that, with the shared trunk's halo.
constexpr std::int64_t kBlockFrames = 3000;
constexpr std::int64_t kWholeFrames = kBlockFrames + 2 * pipeline::kSharedTrunk.halo_frames;

}  // namespace

struct Embedder::Implementation {
  Implementation(const Model& model, const PerformanceOptions& performance)
      : net(model.pack(), pipeline::kernels_for(performance),
            pipeline::resolved(performance.precision, pipeline::kernels_for(performance))),
        spaces(static_cast<std::size_t>(pipeline::threads_for(performance))),
        workers(static_cast<int>(spaces.size())) {}

  // Trunk frames of all of `samples`, [frames, 2560].
  std::vector<float> trunk(std::span<const float> samples) {
    pipeline::check_samples(samples, fbank.settings().frame_length);
    const std::int64_t frames = fbank.frames(static_cast<std::int64_t>(samples.size()));
    std::vector<float> features(static_cast<std::size_t>(frames * fbank.settings().mel_bins));
    dsp::Fbank::Workspace workspace(fbank);
    fbank.compute(samples, features.data(), workspace);
    pipeline::subtract_mean(features.data(), frames);

    const std::int64_t block = frames <= kWholeFrames ? frames : kBlockFrames;
    const std::int64_t count = (frames + nets::kTrunkStride - 1) / nets::kTrunkStride;
    std::vector<float> out(static_cast<std::size_t>(count * kTrunkDimensions));
    workers.for_each(static_cast<int>((frames + block - 1) / block), [&](int index, int worker) {
      const std::int64_t first = index * block;
      const std::int64_t last = std::min(frames, first + block);
      const std::int64_t begin =
          std::max<std::int64_t>(0, first - pipeline::kSharedTrunk.halo_frames);
      const std::int64_t end = std::min(frames, last + pipeline::kSharedTrunk.halo_frames);
      const int length = static_cast<int>(end - begin);
      pipeline::WorkerSpace& space = spaces[static_cast<std::size_t>(worker)];
      float* raw = space.scratch(
          pipeline::WorkerSpace::Scratch::trunk,
          static_cast<std::size_t>(nets::EmbeddingShape::trunk_frames(length)) * kTrunkDimensions);
      net.trunk().run(features.data() + begin * fbank.settings().mel_bins, length,
                      space.trunk(net.trunk(), length), raw);
      const std::int64_t skipped = (first - begin) / nets::kTrunkStride;
      const std::int64_t kept = (last - first + nets::kTrunkStride - 1) / nets::kTrunkStride;
      std::copy_n(raw + skipped * kTrunkDimensions, kept * kTrunkDimensions,
                  out.data() + first / nets::kTrunkStride * kTrunkDimensions);
    });
    return out;
  }

  nets::Embedding net;
  dsp::Fbank fbank;
  std::vector<pipeline::WorkerSpace> spaces;
  ThreadPool workers;  // last: ends before what its tasks use
};

Embedder::Embedder(const Model& model, PerformanceOptions performance)
    : implementation_(std::make_unique<Implementation>(model, performance)) {}
Embedder::~Embedder() = default;
Embedder::Embedder(Embedder&&) noexcept = default;
Embedder& Embedder::operator=(Embedder&&) noexcept = default;

std::vector<float> Embedder::embed(std::span<const float> samples) const {
  const float everything = 1;
  return embed(samples, {&everything, 1}, 1);
}

std::vector<float> Embedder::embed(std::span<const float> samples, std::span<const float> masks,
                                   int frames) const {
  if (frames < 1 || masks.size() % static_cast<std::size_t>(frames) != 0) {
    throw Error(ErrorCode::invalid_argument, "masks",
                "hold " + std::to_string(masks.size()) +
                    " values, which is no multiple of frames = " + std::to_string(frames),
                "give [masks, frames] weights");
  }
  if (std::any_of(masks.begin(), masks.end(), [](float w) { return !(w >= 0 && w <= 1e30F); })) {
    throw Error(ErrorCode::invalid_argument, "masks",
                "hold a weight that is negative or not finite", "give weights of 0 or more");
  }
  const std::vector<float> features = implementation_->trunk(samples);
  const auto count = static_cast<std::int64_t>(features.size()) / kTrunkDimensions;
  const std::size_t speakers = masks.size() / static_cast<std::size_t>(frames);
  std::vector<const float*> rows;
  rows.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) rows.push_back(features.data() + i * kTrunkDimensions);
  std::vector<float> weights(static_cast<std::size_t>(count));
  std::vector<float> statistics(static_cast<std::size_t>(2) * kTrunkDimensions);
  std::vector<float> embeddings(speakers * kDimensions);
  for (std::size_t s = 0; s < speakers; ++s) {
    for (std::int64_t i = 0; i < count; ++i) {
      weights[static_cast<std::size_t>(i)] = masks[s * static_cast<std::size_t>(frames) +
                                                   static_cast<std::size_t>(i * frames / count)];
    }
    implementation_->net.pool(rows.data(), weights.data(), static_cast<int>(count), 1,
                              statistics.data());
    implementation_->net.project(statistics.data(), 1, embeddings.data() + s * kDimensions);
  }
  return embeddings;
}

}  // namespace diarist
