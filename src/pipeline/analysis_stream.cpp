#include "pipeline/analysis_stream.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/cancellation.hpp"
#include "pipeline/pooling_mask.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kFrames = LocalActivity::kFrames;
constexpr int kSpeakers = LocalActivity::kSpeakers;
constexpr std::size_t kWindowActivity = static_cast<std::size_t>(kFrames) * kSpeakers;
constexpr int kDimensions = nets::Embedding::kDimensions;
constexpr int kTrunkDimensions = nets::Embedding::kTrunkDimensions;
constexpr int kStatistics = 2 * kTrunkDimensions;
constexpr std::size_t kWindowEmbeddings = static_cast<std::size_t>(kSpeakers) * kDimensions;
constexpr int kMelBins = nets::kEmbedding.mel_bins;
constexpr int kBatch = nets::Segmentation::kMaxBatch;

// Long enough to cost nothing, short enough for Ctrl-C and a progress bar.
constexpr std::chrono::milliseconds kWakeUp{100};

// Fewer samples than this give no feature frame at all, and less than 0.1 s no sensible one: what
// is shorter is followed by silence, for the features only.
constexpr std::int64_t kMinFeatureSamples = 1600;

// Windows beyond which clustering may want as much memory as the workers hold; making theirs anew
// for the next recording costs a tenth of a second.
constexpr int kLongRecording = 1800;

}  // namespace

struct AnalysisStream::Batch {
  int first_window = 0;
  int windows = 0;
  std::vector<float> samples;   ///< Until segmented.
  std::vector<float> features;  ///< Of all its windows, where each runs the trunk; until embedded.
  /// Trunk frames of the recording, where that is known.
  std::int64_t trunk_end = std::numeric_limits<std::int64_t>::max();
  std::vector<std::uint8_t> active;
  std::vector<std::uint8_t> probability;
  std::vector<float> embeddings;
  bool segmented = false;
  bool pooling = false;
  int windows_left = 0;  ///< Not yet embedded.
};

struct AnalysisStream::Block {
  std::int64_t first = 0;    ///< Trunk frame.
  std::int64_t count = 0;    ///< Trunk frames.
  std::int64_t skipped = 0;  ///< Trunk frames of halo before them.
  std::int64_t input_frames = 0;
  std::vector<float> input;   ///< Until done.
  std::vector<float> output;  ///< [count, 2560]
  bool done = false;
};

AnalysisStream::AnalysisStream(Engine& engine, const PresetParameters& preset,
                               CancellationToken cancellation)
    : engine_(engine),
      preset_(preset),
      caller_(std::move(cancellation)),
      step_frames_(step_frames(preset.step_s)),
      step_samples_(step_frames_ * kFeatureShift),
      // Each worker busy and its next task waiting.
      room_(2 * engine.workers().threads()),
      features_(engine.fbank()) {
  engine_.stream_begins();
}

AnalysisStream::~AnalysisStream() {
  stop_.cancel();
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return under_way_ == 0; });
  }
  if (!finished_) engine_.stream_ends(false);
}

void AnalysisStream::spent(Stage stage, double seconds) {
  const std::lock_guard lock(mutex_);
  seconds_[static_cast<int>(stage)] += seconds;
}

double AnalysisStream::done_s() const {
  const std::lock_guard lock(mutex_);
  const double there_s = static_cast<double>(samples_.end()) / nets::kSegmentation.sample_rate_hz;
  return std::min(windows_done_ * preset_.step_s, there_s);
}

void AnalysisStream::push(std::span<const float> samples,
                          const std::function<void()>& while_waiting) {
  stop_if_cancelled(caller_);
  std::copy(samples.begin(), samples.end(),
            samples_.grow(static_cast<std::int64_t>(samples.size())));
  const Stopwatch watch;
  features_.push(samples);
  spent(Stage::features, watch.seconds());
  submit_ready(false, while_waiting);
}

Analysis AnalysisStream::finish(const std::function<void()>& while_waiting) {
  const int windows = window_count(samples_.end(), step_samples_);
  if (windows > 0) {
    // The reference takes a window's features from its padded samples; the shared trunk sees the
    // recording as it is.
    const std::int64_t wanted =
        preset_.shared_trunk
            ? kMinFeatureSamples
            : static_cast<std::int64_t>(windows - 1) * step_samples_ + kWindowSamples;
    if (samples_.end() < wanted) {
      features_.push(std::vector<float>(static_cast<std::size_t>(wanted - samples_.end()), 0.0F));
    }
    submit_ready(true, while_waiting);
  }
  wait_until([this] { return under_way_ == 0; }, while_waiting);
  finished_ = true;
  engine_.stream_ends(windows > kLongRecording);

  Analysis analysis;
  analysis.activity.windows = windows;
  analysis.activity.active.reserve(windows * kWindowActivity);
  analysis.activity.probability.reserve(windows * kWindowActivity);
  analysis.embeddings.reserve(windows * kWindowEmbeddings);
  blocks_.clear();
  buffers_.clear();
  for (auto& batch : batches_) {
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(analysis.activity.active, batch->active);
    append(analysis.activity.probability, batch->probability);
    append(analysis.embeddings, batch->embeddings);
    batch.reset();
  }
  batches_.clear();
  analysis.stages = {{"features", seconds_[0]},
                     {"segmentation", seconds_[1]},
                     {"trunk", seconds_[2]},
                     {"pooling", seconds_[3]}};
  return analysis;
}

void AnalysisStream::submit_ready(bool last, const std::function<void()>& while_waiting) {
  const int total = last ? window_count(samples_.end(), step_samples_) : 0;
  const auto has_room = [this] { return under_way_ < room_; };
  for (;;) {
    const std::int64_t batch_end =
        static_cast<std::int64_t>(next_window_ + kBatch - 1) * step_samples_ + kWindowSamples;
    const int windows =
        last ? std::min(kBatch, total - next_window_) : (samples_.end() >= batch_end ? kBatch : 0);
    const bool whole_block = features_.frames() >= next_frame_ + kSharedTrunk.block_frames +
                                                       kSharedTrunk.halo_frames +
                                                       kSharedTrunk.mean_frames / 2;
    const std::int64_t frames =
        !preset_.shared_trunk ? 0
        : last ? std::min<std::int64_t>(kSharedTrunk.block_frames, features_.frames() - next_frame_)
        : whole_block ? kSharedTrunk.block_frames
                      : 0;
    if (windows == 0 && frames == 0) break;
    wait_until(has_room, while_waiting);
    if (windows > 0) submit_batch(windows, last);
    if (frames > 0) submit_block(next_frame_, frames);
  }
  samples_.drop_before(
      std::min(samples_.end(), static_cast<std::int64_t>(next_window_) * step_samples_));
  features_.drop_before(preset_.shared_trunk
                            ? next_frame_ - kSharedTrunk.halo_frames - kSharedTrunk.mean_frames
                            : static_cast<std::int64_t>(next_window_) * step_frames_);
}

void AnalysisStream::submit(const std::function<void(WorkerSpace&)>& task) {
  {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  engine_.workers().submit([this, task](int worker) {
    std::exception_ptr failure;
    try {
      stop_if_cancelled(stop_);
      task(engine_.space(worker));
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (failure && !failure_) failure_ = failure;
    --under_way_;
    changed_.notify_all();  // under the lock: the stream may be gone once it is released
  });
}

void AnalysisStream::wait_until(const std::function<bool()>& condition,
                                const std::function<void()>& while_waiting) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (failure_) std::rethrow_exception(failure_);
    if (condition()) return;
    changed_.wait_for(lock, kWakeUp);
    lock.unlock();
    stop_if_cancelled(caller_);
    if (while_waiting) while_waiting();
    lock.lock();
  }
}

void AnalysisStream::submit_batch(int windows, bool last) {
  auto owned = std::make_unique<Batch>();
  Batch& batch = *owned;
  batch.first_window = next_window_;
  batch.windows = windows;
  batch.windows_left = windows;
  if (last) batch.trunk_end = (features_.frames() + nets::kTrunkStride - 1) / nets::kTrunkStride;

  const std::int64_t start = static_cast<std::int64_t>(next_window_) * step_samples_;
  const std::int64_t length =
      static_cast<std::int64_t>(windows - 1) * step_samples_ + kWindowSamples;
  const std::int64_t there = std::min(length, samples_.end() - start);
  batch.samples = buffers_.take(static_cast<std::size_t>(length));
  std::copy_n(samples_.row(start), there, batch.samples.data());
  std::fill(batch.samples.begin() + there, batch.samples.end(), 0.0F);
  if (!preset_.shared_trunk) {
    const std::int64_t frames =
        static_cast<std::int64_t>(windows - 1) * step_frames_ + kWindowFrames;
    batch.features = buffers_.take(static_cast<std::size_t>(frames * kMelBins));
    features_.copy(static_cast<std::int64_t>(next_window_) * step_frames_, frames,
                   batch.features.data());
  }
  batch.active.resize(windows * kWindowActivity);
  batch.probability.resize(windows * kWindowActivity);
  batch.embeddings.assign(windows * kWindowEmbeddings, 0.0F);
  next_window_ += windows;
  {
    const std::lock_guard lock(mutex_);
    batches_.push_back(std::move(owned));
  }
  submit([this, &batch](WorkerSpace& space) { segment(batch, space); });
}

void AnalysisStream::submit_block(std::int64_t first_frame, std::int64_t frames) {
  const std::int64_t begin = std::max<std::int64_t>(0, first_frame - kSharedTrunk.halo_frames);
  const std::int64_t end =
      std::min(features_.frames(), first_frame + frames + kSharedTrunk.halo_frames);
  auto owned = std::make_unique<Block>();
  Block& block = *owned;
  block.first = first_frame / nets::kTrunkStride;
  block.count = (frames + nets::kTrunkStride - 1) / nets::kTrunkStride;
  block.skipped = (first_frame - begin) / nets::kTrunkStride;
  block.input_frames = end - begin;
  block.input = buffers_.take(static_cast<std::size_t>(block.input_frames * kMelBins));
  features_.copy_less_mean(begin, block.input_frames, kSharedTrunk.mean_frames, features_.frames(),
                           block.input.data());
  next_frame_ += frames;
  {
    const std::lock_guard lock(mutex_);
    blocks_[block.first] = std::move(owned);
  }
  submit([this, &block](WorkerSpace& space) { run_trunk(block, space); });
}

void AnalysisStream::segment(Batch& batch, WorkerSpace& space) {
  const Stopwatch watch;
  engine_.segmentation().run(batch.samples.data(), batch.windows, step_samples_,
                             space.segmentation(engine_.segmentation()), batch.active.data(),
                             batch.probability.data(), &stop_);
  buffers_.give_back(std::exchange(batch.samples, {}));
  spent(Stage::segmentation, watch.seconds());
  if (!preset_.shared_trunk) {
    for (int w = 0; w < batch.windows; ++w) {
      submit([this, &batch, w](WorkerSpace& worker) { embed_window(batch, w, worker); });
    }
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    batch.segmented = true;
  }
  pool_what_is_ready();
}

void AnalysisStream::run_trunk(Block& block, WorkerSpace& space) {
  const Stopwatch watch;
  const int frames = static_cast<int>(block.input_frames);
  float* out = space.scratch(
      WorkerSpace::Scratch::trunk,
      static_cast<std::size_t>(nets::EmbeddingShape::trunk_frames(frames)) * kTrunkDimensions);
  // One size of workspace for every block but those of short recordings.
  engine_.embedding().trunk().run(block.input.data(), frames, space.trunk(frames), out, &stop_);
  block.output = buffers_.take(static_cast<std::size_t>(block.count) * kTrunkDimensions);
  std::copy_n(out + block.skipped * kTrunkDimensions, block.output.size(), block.output.data());
  buffers_.give_back(std::exchange(block.input, {}));
  {
    const std::lock_guard lock(mutex_);
    block.done = true;
    seconds_[static_cast<int>(Stage::trunk)] += watch.seconds();
  }
  pool_what_is_ready();
}

void AnalysisStream::embed_window(Batch& batch, int window, WorkerSpace& space) {
  std::uint8_t mask[kFrames];
  const std::uint8_t* active = batch.active.data() + window * kWindowActivity;
  float* embeddings = batch.embeddings.data() + window * kWindowEmbeddings;
  const bool anybody =
      std::any_of(active, active + kWindowActivity, [](std::uint8_t a) { return a != 0; });
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
                                 static_cast<std::size_t>(kCount) * kTrunkDimensions);
    engine_.embedding().trunk().run(own, kWindowFrames, space.trunk(kWindowFrames), trunk, &stop_);
    spent(Stage::trunk, watch.seconds());
    watch = Stopwatch();
    float* statistics = space.scratch(WorkerSpace::Scratch::statistics, kStatistics);
    for (int s = 0; s < kSpeakers; ++s) {
      if (!pooling_mask(active, s, mask)) continue;
      float weights[kCount];
      trunk_weights(mask, 0, kCount, weights);
      engine_.embedding().pool(trunk, weights, kCount, statistics);
      engine_.embedding().project(statistics, 1,
                                  embeddings + static_cast<std::ptrdiff_t>(s) * kDimensions);
    }
    spent(Stage::pooling, watch.seconds());
  }
  const std::lock_guard lock(mutex_);
  ++windows_done_;
  if (--batch.windows_left == 0) buffers_.give_back(std::exchange(batch.features, {}));
}

// Whether all blocks that the batch's windows reach into are done. Under the mutex.
bool AnalysisStream::trunk_passed(const Batch& batch) const {
  const auto start = [&](int window) {
    return static_cast<std::int64_t>(batch.first_window + window) * step_frames_;
  };
  const std::int64_t end =
      std::min(batch.trunk_end, window_trunk_span(start(batch.windows - 1)).end);
  const std::int64_t per_block = kSharedTrunk.block_frames / nets::kTrunkStride;
  const std::int64_t first = window_trunk_span(start(0)).first;
  for (std::int64_t block = first / per_block * per_block; block < end; block += per_block) {
    const auto found = blocks_.find(block);
    if (found == blocks_.end() || !found->second->done) return false;
  }
  return true;
}

void AnalysisStream::pool_what_is_ready() {
  std::vector<Batch*> ready;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& batch : batches_) {
      if (!batch->segmented || batch->pooling || !trunk_passed(*batch)) continue;
      batch->pooling = true;
      ready.push_back(batch.get());
    }
  }
  for (Batch* batch : ready) {
    submit([this, batch](WorkerSpace& space) { pool_batch(*batch, space); });
  }
}

void AnalysisStream::pool_batch(Batch& batch, WorkerSpace& space) {
  const Stopwatch watch;
  const std::int64_t per_block = kSharedTrunk.block_frames / nets::kTrunkStride;
  constexpr int kMostFrames = kWindowFrames / nets::kTrunkStride + 1;
  float* gathered = space.scratch(WorkerSpace::Scratch::trunk,
                                  static_cast<std::size_t>(kMostFrames) * kTrunkDimensions);
  float* statistics = space.scratch(WorkerSpace::Scratch::statistics,
                                    static_cast<std::size_t>(kSpeakers) * kStatistics);
  for (int w = 0; w < batch.windows; ++w) {
    stop_if_cancelled(stop_);
    const std::int64_t start = static_cast<std::int64_t>(batch.first_window + w) * step_frames_;
    TrunkSpan span = window_trunk_span(start);
    span.end = std::min(span.end, batch.trunk_end);
    // The window's features, in one piece: it reaches into two blocks at most.
    const float* features = gathered;
    for (std::int64_t first = span.first; first < span.end;) {
      const Block* block = nullptr;
      {
        const std::lock_guard lock(mutex_);
        block = blocks_.at(first / per_block * per_block).get();
      }
      const float* from = block->output.data() + (first - block->first) * kTrunkDimensions;
      const std::int64_t end = std::min(span.end, block->first + block->count);
      if (first == span.first && end == span.end) {
        features = from;
      } else {
        std::copy_n(from, (end - first) * kTrunkDimensions,
                    gathered + (first - span.first) * kTrunkDimensions);
      }
      first = end;
    }
    const int count = static_cast<int>(std::max<std::int64_t>(0, span.end - span.first));
    const std::uint8_t* active = batch.active.data() + w * kWindowActivity;
    float* embeddings = batch.embeddings.data() + w * kWindowEmbeddings;
    for (int s = 0; s < kSpeakers; ++s) {
      std::uint8_t mask[kFrames];
      if (!pooling_mask(active, s, mask)) continue;
      float weights[kMostFrames];
      trunk_weights(mask, span.first * nets::kTrunkStride - start, count, weights);
      engine_.embedding().pool(features, weights, count, statistics);
      engine_.embedding().project(statistics, 1,
                                  embeddings + static_cast<std::ptrdiff_t>(s) * kDimensions);
    }
  }
  const std::lock_guard lock(mutex_);
  seconds_[static_cast<int>(Stage::pooling)] += watch.seconds();
  windows_done_ += batch.windows;
  batch.windows_left = 0;
  drop_finished_blocks();
}

// Blocks that end before the first window that is still to be pooled. Under the mutex.
void AnalysisStream::drop_finished_blocks() {
  int window = 0;
  for (const auto& batch : batches_) {
    window = batch->first_window;
    if (batch->windows_left > 0) break;
    window += batch->windows;
  }
  const std::int64_t needed = static_cast<std::int64_t>(window) * step_frames_ / nets::kTrunkStride;
  while (!blocks_.empty() && blocks_.begin()->second->done &&
         blocks_.begin()->second->first + blocks_.begin()->second->count <= needed) {
    buffers_.give_back(std::move(blocks_.begin()->second->output));
    blocks_.erase(blocks_.begin());
  }
}

}  // namespace diarist::pipeline
