// What the workers do for an analysis: segmentation, trunk and pooling.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/cancellation.hpp"
#include "pipeline/analysis_batch.hpp"
#include "pipeline/analysis_stream.hpp"
#include "pipeline/relabelling/subsegment_pooling.hpp"
#include "pipeline/window.hpp"
#include "pipeline/window_pooling.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kMelBins = nets::EmbeddingShape::kMelBins;

}  // namespace

void AnalysisStream::segment(Batch& batch, WorkerSpace& space) {
  const Stopwatch watch;
  networks_.segmentation().run(batch.samples.data(), batch.windows, step_samples_,
                               space.segmentation(networks_.segmentation(), kBatches.most_windows),
                               batch.active.data(), batch.probability.data(),
                               {stop_, space.urgent});
  buffers_.give_back(std::exchange(batch.samples, {}));
  spent(Stage::segmentation, watch.seconds());
  if (!preset_.shared_trunk) {
    const int windows = batch.windows;  // after the last of them the batch may be gone
    for (int w = 0; w < windows; ++w) {
      submit([this, &batch, w](WorkerSpace& worker) { embed_window(batch, w, worker); });
    }
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    batch.segmented = true;
  }
  plan_trunk();
  pool_what_is_ready();  // where nobody speaks, there is no block to wait for
}

void AnalysisStream::run_trunk(Block& block, WorkerSpace& space) {
  constexpr int kMostInput = kSharedTrunk.block_frames + 2 * kSharedTrunk.halo_frames;
  const Stopwatch watch;
  float* input = space.scratch(WorkerSpace::Scratch::features,
                               static_cast<std::size_t>(kMostInput) * kMelBins);
  int frames = 0;
  {
    const std::lock_guard lock(features_mutex_);
    frames = static_cast<int>(std::min(features_.frames(), block.input_end) - block.input_first);
    features_.copy_less_mean(block.input_first, frames, kSharedTrunk.mean_frames,
                             features_.frames(), input);
  }
  {
    const std::lock_guard lock(mutex_);
    block.read = true;
  }
  // One size for all, so that they serve again and again.
  block.output = buffers_.take(
      static_cast<std::size_t>(nets::EmbeddingShape::trunk_frames(kMostInput)) * trunk_dimensions_);
  networks_.embedding().trunk().run(input, frames,
                                    space.trunk(networks_.embedding().trunk(), kMostInput),
                                    block.output.data(), {stop_, space.urgent});
  {
    const std::lock_guard lock(mutex_);
    block.done = true;
    seconds_[static_cast<int>(Stage::trunk)] += watch.seconds();
  }
  pool_what_is_ready();
}

void AnalysisStream::embed_window(Batch& batch, int window, WorkerSpace& space) {
  const std::uint8_t* active = batch.active.data() + window * window_activity_;
  float* embeddings = batch.embeddings.data() + window * window_embeddings_;
  const bool anybody =
      std::any_of(active, active + window_activity_, [](std::uint8_t a) { return a != 0; });
  if (anybody) {
    Stopwatch watch;
    const float* features =
        batch.features.data() + static_cast<std::ptrdiff_t>(window) * step_frames_ * kMelBins;
    float* own = space.scratch(WorkerSpace::Scratch::features,
                               static_cast<std::size_t>(kWindowFrames) * kMelBins);
    std::copy_n(features, static_cast<std::ptrdiff_t>(kWindowFrames) * kMelBins, own);
    subtract_mean(own, kWindowFrames);
    constexpr int kCount = nets::EmbeddingShape::trunk_frames(kWindowFrames);
    float* trunk = space.scratch(WorkerSpace::Scratch::trunk,
                                 static_cast<std::size_t>(kCount) * trunk_dimensions_);
    networks_.embedding().trunk().run(own, kWindowFrames,
                                      space.trunk(networks_.embedding().trunk(), kWindowFrames),
                                      trunk, {stop_, space.urgent});
    spent(Stage::trunk, watch.seconds());
    watch = Stopwatch();
    const float* rows[kCount];
    for (std::ptrdiff_t i = 0; i < kCount; ++i) rows[i] = trunk + i * trunk_dimensions_;
    WindowPooling pooling(
        networks_.embedding(), speakers_, 1,
        space.scratch(WorkerSpace::Scratch::statistics,
                      WindowPooling::room_for(networks_.embedding(), speakers_, 1)));
    pooling.add(active, 0, rows, kCount, embeddings);
    pooling.project();
    spent(Stage::pooling, watch.seconds());
  }
  const std::lock_guard lock(mutex_);
  ++windows_done_;
  windows_heard_ += anybody ? 1 : 0;
  if (--batch.windows_left == 0) {
    buffers_.give_back(std::exchange(batch.features, {}));
    drop_what_is_done();
  }
}

AnalysisStream::TrunkRows AnalysisStream::trunk_rows(std::int64_t first, std::int64_t end) const {
  TrunkRows trunk{first, {}};
  trunk.rows.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, end - first)), nullptr);
  const std::lock_guard lock(mutex_);
  blocks_.for_each(first, end, [&](const Block& block) {
    const std::int64_t last = std::min(block.end, end);
    for (std::int64_t f = std::max(block.first, first); f < last; ++f) {
      trunk.rows[static_cast<std::size_t>(f - first)] = block.row(f);
    }
  });
  return trunk;
}

void AnalysisStream::pool_batch(Batch& batch, WorkerSpace& space) {
  const Stopwatch watch;
  const TrunkSpan whole = trunk_span(batch, 0, batch.windows);
  const TrunkRows trunk =
      trunk_rows(std::max<std::int64_t>(0, std::min(whole.first, batch.grid_first - 1)), whole.end);
  WindowPooling pooling(
      networks_.embedding(), speakers_, batch.windows,
      space.scratch(WorkerSpace::Scratch::statistics,
                    WindowPooling::room_for(networks_.embedding(), speakers_, batch.windows)));
  for (int w = 0; w < batch.windows; ++w) {
    stop_if_cancelled(stop_);
    if (!owns(batch.first_window + w)) continue;
    const TrunkSpan span = trunk_span(batch, w, 1);
    const std::int64_t start = static_cast<std::int64_t>(batch.first_window + w) * step_frames_;
    pooling.add(batch.active.data() + w * window_activity_, span.first * nets::kTrunkStride - start,
                trunk.rows.data() + std::min(span.first, whole.end) - trunk.first,
                static_cast<int>(std::max<std::int64_t>(0, span.end - span.first)),
                batch.embeddings.data() + w * window_embeddings_);
  }
  pooling.project();
  spent(Stage::pooling, watch.seconds());
  if (preset_.voices) pool_subsegments(batch, trunk, space);
  const std::lock_guard lock(mutex_);
  windows_done_ += batch.windows;
  batch.windows_left = 0;
  drop_what_is_done();
}

void AnalysisStream::pool_tail(Batch& tail, WorkerSpace& space) {
  pool_subsegments(tail, trunk_rows(std::max<std::int64_t>(0, tail.grid_first - 1), tail.known_end),
                   space);
}

void AnalysisStream::pool_subsegments(Batch& batch, const TrunkRows& trunk, WorkerSpace& space) {
  const Stopwatch watch;
  const std::int64_t first_count =
      segmentation_frame_at(std::max<std::int64_t>(0, batch.grid_first - 1));
  std::vector<std::uint8_t> counts;
  {
    const std::lock_guard lock(mutex_);
    const std::vector<std::uint8_t>& known = counter_.counts();
    const std::int64_t begin = counter_.first();
    const std::int64_t end = std::min(counter_.end(), segmentation_frame_at(batch.known_end) + 1);
    if (first_count < end) {
      counts.assign(known.begin() + (first_count - begin), known.begin() + (end - begin));
    }
  }
  batch.voices.subsegments = find_subsegments(
      batch.grid_first, batch.grid_end, batch.known_end, counts, first_count, [&](std::int64_t g) {
        return trunk.rows[static_cast<std::size_t>(g - trunk.first)] != nullptr;
      });

  const std::size_t count = batch.voices.subsegments.size();
  std::vector<float> embeddings(count * dimensions_);
  SubsegmentPooling(networks_.embedding(),
                    space.scratch(WorkerSpace::Scratch::statistics,
                                  SubsegmentPooling::room_for(networks_.embedding())))
      .run(batch.voices.subsegments, trunk.rows.data(), trunk.first, embeddings.data());
  batch.voices.directions.reserve(embeddings.size());
  batch.voices.add_directions(embeddings);
  spent(Stage::relabelling, watch.seconds());
}

}  // namespace diarist::pipeline
