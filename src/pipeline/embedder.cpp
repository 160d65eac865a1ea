#include "diarist/embedder.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "diarist/error.hpp"

#include "base/cancellation.hpp"
#include "base/thread_pool.hpp"
#include "nets/embedding.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/feature_blocks.hpp"
#include "pipeline/feature_stream.hpp"
#include "pipeline/preset.hpp"

namespace diarist {
namespace {

// Feature frames: an utterance of half a minute goes through the trunk in one piece, as in
// training; a longer one in blocks of that, with the shared trunk's halo.
constexpr std::int64_t kBlockFrames = 3000;
constexpr std::int64_t kWholeFrames = kBlockFrames + 2 * pipeline::kSharedTrunk.halo_frames;

// The mask of the one who speaks all the time.
constexpr float kEverything = 1;
constexpr std::span<const float> kWhole{&kEverything, 1};

/// What one call works on.
struct Buffers {
  std::vector<float> features;  ///< [frames, 80], less their mean.
  std::vector<float> trunk;     ///< [trunk frames, trunk dimensions]
  std::vector<const float*> rows;
  std::vector<float> weights;  ///< [trunk frames]: one mask's.
  std::vector<float> statistics;
  std::vector<float> embeddings;  ///< [masks, dimensions]
};

void check_masks(std::span<const float> masks, int frames) {
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
}

}  // namespace

struct DIARIST_HIDDEN Embedder::Implementation {
  Implementation(const Model& model, const PerformanceOptions& performance)
      : net(model.pack(), pipeline::kernels_for(performance),
            pipeline::resolved(performance.precision, pipeline::kernels_for(performance))),
        spaces(static_cast<std::size_t>(pipeline::threads_for(performance))),
        workers(static_cast<int>(spaces.size())) {}

  void take_samples(std::span<const float> samples, dsp::Fbank::Workspace& workspace,
                    Buffers& buffers, const CancellationToken* cancellation) const {
    pipeline::check_samples(samples, fbank.settings().frame_length);
    const std::int64_t frames = fbank.frames(static_cast<std::int64_t>(samples.size()));
    buffers.features.resize(static_cast<std::size_t>(frames * fbank.settings().mel_bins));
    pipeline::compute_features(fbank, samples, buffers.features.data(), workspace, cancellation);
    pipeline::subtract_mean(buffers.features.data(), frames);
  }

  void take_features(std::span<const float> features, Buffers& buffers) const {
    const auto bins = static_cast<std::size_t>(fbank.settings().mel_bins);
    if (features.size() % bins != 0) {
      throw Error(ErrorCode::invalid_argument, "features",
                  "are " + std::to_string(features.size()) + " values, which is no multiple of " +
                      std::to_string(bins),
                  "give [frames, " + std::to_string(bins) + "]");
    }
    if (features.empty()) {
      throw Error(ErrorCode::corrupt_audio, "features", "hold no frame", "give one or more");
    }
    const auto bad = std::find_if_not(features.begin(), features.end(),
                                      [](float value) { return std::isfinite(value); });
    if (bad != features.end()) {
      const auto at = static_cast<std::size_t>(bad - features.begin());
      throw Error(ErrorCode::corrupt_audio, "features",
                  "bin " + std::to_string(at % bins) + " of frame " + std::to_string(at / bins) +
                      " is not finite");
    }
    buffers.features.assign(features.begin(), features.end());
    pipeline::subtract_mean(buffers.features.data(),
                            static_cast<std::int64_t>(features.size() / bins));
  }

  std::int64_t frames_of(const Buffers& buffers) const {
    return static_cast<std::int64_t>(buffers.features.size()) / fbank.settings().mel_bins;
  }

  static std::int64_t block_frames(std::int64_t frames) {
    return frames <= kWholeFrames ? frames : kBlockFrames;
  }

  /// Room for the trunk's frames; returns the number of blocks that fill it.
  int prepare(Buffers& buffers) const {
    const std::int64_t frames = frames_of(buffers);
    const std::int64_t count = (frames + nets::kTrunkStride - 1) / nets::kTrunkStride;
    buffers.trunk.resize(static_cast<std::size_t>(count * net.trunk_dimensions()));
    const std::int64_t block = block_frames(frames);
    return static_cast<int>((frames + block - 1) / block);
  }

  void run_block(int index, Buffers& buffers, pipeline::WorkerSpace& space) const {
    const std::int64_t frames = frames_of(buffers);
    const std::int64_t block = block_frames(frames);
    const std::int64_t first = index * block;
    const std::int64_t last = std::min(frames, first + block);
    const std::int64_t begin =
        std::max<std::int64_t>(0, first - pipeline::kSharedTrunk.halo_frames);
    const std::int64_t end = std::min(frames, last + pipeline::kSharedTrunk.halo_frames);
    const int length = static_cast<int>(end - begin);
    float* raw =
        space.scratch(pipeline::WorkerSpace::Scratch::trunk,
                      static_cast<std::size_t>(nets::EmbeddingShape::trunk_frames(length)) *
                          static_cast<std::size_t>(net.trunk_dimensions()));
    net.trunk().run(buffers.features.data() + begin * fbank.settings().mel_bins, length,
                    space.trunk(net.trunk(), length), raw);
    const std::int64_t skipped = (first - begin) / nets::kTrunkStride;
    const std::int64_t kept = (last - first + nets::kTrunkStride - 1) / nets::kTrunkStride;
    const std::int64_t width = net.trunk_dimensions();
    std::copy_n(raw + skipped * width, kept * width,
                buffers.trunk.data() + first / nets::kTrunkStride * width);
  }

  /// The trunk's frames under each mask, to `buffers.embeddings`.
  void pool(std::span<const float> masks, int frames, Buffers& buffers) const {
    const std::int64_t width = net.trunk_dimensions();
    const auto dimensions = static_cast<std::size_t>(net.dimensions());
    const auto count = static_cast<std::int64_t>(buffers.trunk.size()) / width;
    const std::size_t speakers = masks.size() / static_cast<std::size_t>(frames);
    buffers.rows.resize(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      buffers.rows[static_cast<std::size_t>(i)] = buffers.trunk.data() + i * width;
    }
    buffers.weights.resize(static_cast<std::size_t>(count));
    buffers.statistics.resize(static_cast<std::size_t>(2 * width));
    buffers.embeddings.resize(speakers * dimensions);
    for (std::size_t s = 0; s < speakers; ++s) {
      const float* mask = masks.data() + s * static_cast<std::size_t>(frames);
      for (std::int64_t i = 0; i < count; ++i) {
        buffers.weights[static_cast<std::size_t>(i)] = mask[i * frames / count];
      }
      net.pool(buffers.rows.data(), buffers.weights.data(), static_cast<int>(count), 1,
               buffers.statistics.data());
      net.project(buffers.statistics.data(), 1, buffers.embeddings.data() + s * dimensions);
    }
  }

  /// Blocks of a long recording on all workers.
  std::vector<float> embed(Buffers& buffers, std::span<const float> masks, int frames,
                           const CancellationToken& cancellation) {
    workers.for_each(prepare(buffers), [&](int index, int worker) {
      stop_if_cancelled(cancellation);
      run_block(index, buffers, spaces[static_cast<std::size_t>(worker)]);
    });
    pool(masks, frames, buffers);
    return std::move(buffers.embeddings);
  }

  /// All of it on this thread.
  std::span<const float> embed(Buffers& buffers, std::span<const float> masks, int frames,
                               pipeline::WorkerSpace& space) const {
    const int blocks = prepare(buffers);
    for (int i = 0; i < blocks; ++i) run_block(i, buffers, space);
    pool(masks, frames, buffers);
    return buffers.embeddings;
  }

  nets::Embedding net;
  dsp::Fbank fbank;
  std::vector<pipeline::WorkerSpace> spaces;
  ThreadPool workers;  // last: ends before what its tasks use
};

struct DIARIST_HIDDEN Embedder::Workspace::State {
  explicit State(const dsp::Fbank& tables) : fbank(tables) {}

  dsp::Fbank::Workspace fbank;
  pipeline::WorkerSpace space;
  Buffers buffers;
};

Embedder::Workspace::Workspace(const Embedder& embedder)
    : state_(std::make_unique<State>(embedder.implementation_->fbank)) {}
Embedder::Workspace::~Workspace() = default;
Embedder::Workspace::Workspace(Workspace&&) noexcept = default;
Embedder::Workspace& Embedder::Workspace::operator=(Workspace&&) noexcept = default;

Embedder::Embedder(const Model& model, PerformanceOptions performance)
    : implementation_(std::make_unique<Implementation>(model, performance)) {}
Embedder::~Embedder() = default;
Embedder::Embedder(Embedder&&) noexcept = default;
Embedder& Embedder::operator=(Embedder&&) noexcept = default;

int Embedder::dimensions() const { return implementation_->net.dimensions(); }

std::vector<float> Embedder::embed(std::span<const float> samples,
                                   const CancellationToken& cancellation) const {
  return embed(samples, kWhole, 1, cancellation);
}

std::vector<float> Embedder::embed_features(std::span<const float> features,
                                            const CancellationToken& cancellation) const {
  return embed_features(features, kWhole, 1, cancellation);
}

std::vector<float> Embedder::embed(std::span<const float> samples, std::span<const float> masks,
                                   int frames, const CancellationToken& cancellation) const {
  check_masks(masks, frames);
  Buffers buffers;
  dsp::Fbank::Workspace workspace(implementation_->fbank);
  implementation_->take_samples(samples, workspace, buffers, &cancellation);
  return implementation_->embed(buffers, masks, frames, cancellation);
}

std::vector<float> Embedder::embed_features(std::span<const float> features,
                                            std::span<const float> masks, int frames,
                                            const CancellationToken& cancellation) const {
  check_masks(masks, frames);
  Buffers buffers;
  implementation_->take_features(features, buffers);
  return implementation_->embed(buffers, masks, frames, cancellation);
}

std::span<const float> Embedder::embed(std::span<const float> samples, std::span<const float> masks,
                                       int frames, Workspace& workspace) const {
  check_masks(masks, frames);
  Workspace::State& own = *workspace.state_;
  implementation_->take_samples(samples, own.fbank, own.buffers, nullptr);
  return implementation_->embed(own.buffers, masks, frames, own.space);
}

std::span<const float> Embedder::embed_features(std::span<const float> features,
                                                std::span<const float> masks, int frames,
                                                Workspace& workspace) const {
  check_masks(masks, frames);
  Workspace::State& own = *workspace.state_;
  implementation_->take_features(features, own.buffers);
  return implementation_->embed(own.buffers, masks, frames, own.space);
}

}  // namespace diarist
