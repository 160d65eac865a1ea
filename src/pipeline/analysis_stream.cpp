#include "pipeline/analysis_stream.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/cancellation.hpp"
#include "pipeline/analysis_batch.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {
namespace {

constexpr int kMelBins = nets::EmbeddingShape::kMelBins;
static_assert(kBatches.most_windows <= nets::Segmentation::kMaxBatch);

// Long enough to cost nothing, short enough for Ctrl-C and a progress bar.
constexpr std::chrono::milliseconds kWakeUp{100};

// Fewer samples than this give no feature frame at all, and less than 0.1 s no sensible one: what
// is shorter is followed by silence, for the features only.
constexpr std::int64_t kMinFeatureSamples = 1600;

// Longer than any recording that we know of: a header may say anything. Memory that is reserved but
// never written to costs nothing.
constexpr double kMostExpected_s = 24.0 * 3600;

// What a part hears beside its own: part_range.cpp has the parts of it.
constexpr double kHeardAround_s = 40;

// Windows beyond which clustering may want as much memory as the workers hold; making theirs anew
// for the next recording costs a tenth of a second.
constexpr int kLongRecording = 1800;

}  // namespace

double TrunkWork::skipped() const {
  return of > 0 ? std::max(0.0, 1 - static_cast<double>(done) / of) : 0;
}

AnalysisStream::AnalysisStream(Engine& engine, const PresetParameters& preset,
                               CancellationToken cancellation, const PartRange& part)
    : engine_(engine),
      networks_(engine.networks(preset.precision)),
      preset_(preset),
      caller_(std::move(cancellation)),
      part_(part),
      step_frames_(step_frames(preset.step_s)),
      step_samples_(step_frames_ * kFeatureShift),
      batch_windows_(std::clamp(static_cast<int>(kBatches.most_s / preset.step_s),
                                kBatches.least_windows, kBatches.most_windows)),
      speakers_(networks_.segmentation().speakers()),
      dimensions_(static_cast<std::size_t>(networks_.embedding_shape().dimensions)),
      trunk_dimensions_(networks_.embedding_shape().trunk_dimensions()),
      window_activity_(static_cast<std::size_t>(LocalActivity::kFrames) *
                       static_cast<std::size_t>(speakers_)),
      window_embeddings_(static_cast<std::size_t>(speakers_) * dimensions_),
      next_window_(static_cast<int>(part.first_heard)),
      features_(engine.fbank()),
      blocks_(speakers_, trunk_dimensions_, part.first_trunk),
      counter_(preset.step_s, speakers_, next_window_) {
  analysis_.activity.speakers = speakers_;
  analysis_.voices.dimensions = dimensions_;
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
  const double there_s =
      static_cast<double>(samples_.end()) / nets::SegmentationShape::kSampleRateHz;
  return std::min(windows_done_ * preset_.step_s, there_s);
}

void AnalysisStream::expect(double duration_s) {
  const double around_s = part_ == PartRange{} ? 0 : kHeardAround_s;
  const double bounded_s = std::clamp(duration_s, 0.0, kMostExpected_s) + around_s;
  const auto windows = static_cast<std::size_t>(bounded_s / preset_.step_s) + 1;
  analysis_.activity.active.reserve(windows * window_activity_);
  analysis_.activity.probability.reserve(windows * window_activity_);
  analysis_.embeddings.reserve(windows * window_embeddings_);
  if (!preset_.voices) return;
  const std::size_t voices = most_subsegments(bounded_s);
  analysis_.voices.subsegments.reserve(voices);
  analysis_.voices.directions.reserve(voices * dimensions_);
}

void AnalysisStream::push(std::span<const float> samples,
                          const std::function<void()>& while_waiting) {
  stop_if_cancelled(caller_);
  std::copy(samples.begin(), samples.end(),
            samples_.grow(static_cast<std::int64_t>(samples.size())));
  const Stopwatch watch;
  {
    const std::lock_guard lock(features_mutex_);
    features_.push(samples);
  }
  spent(Stage::features, watch.seconds());
  submit_ready(false, while_waiting);
}

// Behind the last window that there is, of those that are to be heard.
int AnalysisStream::heard_end() const {
  return static_cast<int>(
      std::min<std::int64_t>(window_count(samples_.end(), step_samples_), part_.end_heard));
}

// A part leaves to its neighbours what is theirs.
void AnalysisStream::keep_own(Analysis& analysis) const {
  analysis.activity.windows = 0;
  if (heard_end() <= part_.first_heard) return;
  const auto first = static_cast<int>(std::min<std::int64_t>(part_.first_window, heard_end()));
  const auto end = static_cast<int>(std::min<std::int64_t>(part_.end_window, heard_end()));
  const auto keep = [&](auto& values, std::size_t width) {
    const auto at = [&](int window) {
      return values.begin() + static_cast<std::ptrdiff_t>((window - part_.first_heard) *
                                                          static_cast<std::int64_t>(width));
    };
    values.erase(at(std::max(first, end)), values.end());
    values.erase(values.begin(), at(first));
  };
  analysis.activity.windows = std::max(0, end - first);
  keep(analysis.activity.active, window_activity_);
  keep(analysis.activity.probability, window_activity_);
  keep(analysis.embeddings, window_embeddings_);
}

Analysis AnalysisStream::finish(const std::function<void()>& while_waiting) {
  const int windows = heard_end();
  const bool heard = windows > part_.first_heard;
  if (heard) {
    // The reference takes a window's features from its padded samples; the shared trunk sees the
    // recording as it is.
    const std::int64_t wanted =
        preset_.shared_trunk
            ? kMinFeatureSamples
            : static_cast<std::int64_t>(windows - 1) * step_samples_ + kWindowSamples;
    if (samples_.end() < wanted) {
      const std::lock_guard lock(features_mutex_);
      features_.push(std::vector<float>(static_cast<std::size_t>(wanted - samples_.end()), 0.0F));
    }
    submit_given(while_waiting);
    submit_ready(true, while_waiting);
  }
  wait_until([this] { return under_way_ == 0; }, while_waiting);
  if (preset_.voices && heard) {
    counter_.finish();
    auto owned = std::make_unique<Batch>();
    Batch& tail = *owned;
    tail.voices.dimensions = dimensions_;
    tail.grid_first = batches_.back()->grid_end;
    tail.known_end = (features_.frames() + nets::kTrunkStride - 1) / nets::kTrunkStride;
    tail.grid_end = std::min(tail.known_end, part_.end_point);
    batches_.push_back(std::move(owned));  // outlives the task, should waiting for it throw
    submit([this, &tail](WorkerSpace& space) { pool_tail(tail, space); });
    wait_until([this] { return under_way_ == 0; }, while_waiting);
    keep_results(tail);
  }
  finished_ = true;
  engine_.stream_ends(windows - part_.first_heard > kLongRecording);

  Analysis analysis = std::move(analysis_);
  analysis.activity.windows = windows - forgotten_;
  analysis.trunk = preset_.shared_trunk
                       ? TrunkWork{trunk_frames_run_,
                                   static_cast<double>(features_.frames()) / nets::kTrunkStride}
                       : TrunkWork{windows_heard_, static_cast<double>(windows)};
  blocks_ = TrunkBlocks(speakers_, trunk_dimensions_);
  buffers_.clear();
  batches_.clear();
  if (part_ != PartRange{}) {
    keep_own(analysis);
  } else {
    analysis.counts = counter_.counts();
  }
  analysis.first_s = forgotten_ * preset_.step_s;
  const std::int64_t before = forgotten_ * std::int64_t{step_frames_} / nets::kTrunkStride;
  for (Subsegment& voice : analysis.voices.subsegments) {
    voice.first -= before;
    voice.end -= before;
  }
  analysis.stages = {{"features", seconds_[0]},
                     {"segmentation", seconds_[1]},
                     {"trunk", seconds_[2]},
                     {"pooling", seconds_[3]},
                     {"relabelling", seconds_[4]}};
  return analysis;
}

// Windows that make up the next batch, 0 while they are not there.
int AnalysisStream::batch_ready(bool last) const {
  if (last) {
    // What is left goes evenly to the workers, unless that would make batches too small to be worth
    // their recurrence.
    const int left = std::max(0, heard_end() - next_window_);
    const int batches =
        std::max((left + batch_windows_ - 1) / batch_windows_,
                 std::min(engine_.workers().threads(), left / kBatches.least_windows));
    return batches == 0 ? 0 : (left + batches - 1) / batches;
  }
  if (windows_given_ || next_window_ + batch_windows_ > part_.end_heard) return 0;
  const std::int64_t end =
      static_cast<std::int64_t>(next_window_ + batch_windows_ - 1) * step_samples_ + kWindowSamples;
  return samples_.end() >= end ? batch_windows_ : 0;
}

void AnalysisStream::wait_for_room(const std::function<void()>& while_waiting) {
  // Each worker busy and its next task waiting; and no more batches on the way than make that so,
  // should one of them be held up.
  const int tasks = engine_.tasks_per_stream();
  wait_until(
      [&] {
        return under_way_ < tasks && batches_.size() - done_ < static_cast<std::size_t>(tasks) + 2;
      },
      while_waiting);
}

void AnalysisStream::submit_ready(bool last, const std::function<void()>& while_waiting) {
  while (const int windows = batch_ready(last)) {
    wait_for_room(while_waiting);
    submit_batch(windows, last);
  }
  go_on(last);
}

void AnalysisStream::give(std::span<const std::uint8_t> active,
                          std::span<const std::uint8_t> probability,
                          const std::function<void()>& while_waiting) {
  if (!given_) {
    given_ = std::make_unique<Batch>();
    given_->first_window = next_window_;
    given_->voices.dimensions = dimensions_;
  }
  Batch& batch = *given_;
  batch.active.insert(batch.active.end(), active.begin(), active.end());
  batch.probability.insert(batch.probability.end(), probability.begin(), probability.end());
  ++batch.windows;
  ++next_window_;
  if (batch.windows < kBatches.given_windows) return;
  submit_given(while_waiting);
  go_on(false);
}

// What was given becomes a batch that is segmented already.
void AnalysisStream::submit_given(const std::function<void()>& while_waiting) {
  if (!given_) return;
  wait_for_room(while_waiting);
  given_->windows_left = given_->windows;
  given_->embeddings.assign(static_cast<std::size_t>(given_->windows) * window_embeddings_, 0.0F);
  given_->segmented = true;
  const std::lock_guard lock(mutex_);
  batches_.push_back(std::move(given_));
}

// Has the trunk run, and windows pooled, as far as all is there; drops what nobody needs any more.
void AnalysisStream::go_on(bool last) {
  samples_.drop_before(
      std::min(samples_.end(), static_cast<std::int64_t>(next_window_) * step_samples_));
  std::int64_t needed = static_cast<std::int64_t>(next_window_) * step_frames_;
  if (preset_.shared_trunk) {
    {
      const std::lock_guard lock(mutex_);
      feature_frames_ = features_.frames();  // nobody but us appends to them
      all_submitted_ = last;
      needed = blocks_.unread() - kSharedTrunk.mean_frames;
    }
    plan_trunk();
    pool_what_is_ready();
  }
  const std::lock_guard lock(features_mutex_);
  features_.drop_before(needed);
}

void AnalysisStream::submit(const std::function<void(WorkerSpace&)>& task) {
  {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  const auto ended = [this](std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (failure && !failure_) failure_ = std::move(failure);
    --under_way_;
    changed_.notify_all();  // under the lock: the stream may be gone once it is released
  };
  try {
    engine_.workers().submit([this, task, ended](int worker) {
      std::exception_ptr failure;
      try {
        stop_if_cancelled(stop_);
        task(engine_.space(worker));
      } catch (...) {
        failure = std::current_exception();
      }
      ended(std::move(failure));
    });
  } catch (...) {  // nobody is to wait for what never was a task
    ended(nullptr);
    throw;
  }
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
  batch.voices.dimensions = dimensions_;
  batch.active.resize(windows * window_activity_);
  batch.probability.resize(windows * window_activity_);
  batch.embeddings.assign(windows * window_embeddings_, 0.0F);
  next_window_ += windows;
  {
    const std::lock_guard lock(mutex_);
    batches_.push_back(std::move(owned));
  }
  submit([this, &batch](WorkerSpace& space) { segment(batch, space); });
}

// Hands the workers every block of trunk that is certain to be needed and has its features.
void AnalysisStream::plan_trunk() {
  std::vector<Block*> fresh;
  {
    const std::lock_guard lock(mutex_);
    for (; planned_ < batches_.size() && batches_[planned_]->segmented; ++planned_) {
      Batch& batch = *batches_[planned_];
      for (int w = 0; w < batch.windows; ++w) {
        blocks_.plan().add_window(batch.active.data() + w * window_activity_,
                                  static_cast<std::int64_t>(batch.first_window + w) * step_frames_,
                                  batch.trunk_end);
        counter_.add(batch.active.data() + w * window_activity_);
      }
      give_subsegments(batch);
    }
    std::vector<TrunkPlan::Run> runs;
    if (all_submitted_ && planned_ == batches_.size()) {
      runs = blocks_.plan().finish();
    } else if (planned_ > 0) {
      const Batch& batch = *batches_[planned_ - 1];
      const std::int64_t next =
          static_cast<std::int64_t>(batch.first_window + batch.windows) * step_frames_;
      // The sliding mean looks ahead; so does the halo.
      const std::int64_t seen = all_submitted_ ? next
                                               : feature_frames_ - kSharedTrunk.mean_frames / 2 -
                                                     kSharedTrunk.halo_frames;
      runs =
          blocks_.plan().settle(std::min(window_trunk_span(next).first, seen / nets::kTrunkStride));
    }
    std::erase_if(runs,
                  [this](const TrunkPlan::Run& run) { return run.first >= part_.end_blocks; });
    for (const TrunkPlan::Run& run : runs) {
      if (run.first < part_.end_trunk) trunk_frames_run_ += run.end - run.first;
    }
    fresh = blocks_.add(runs);
  }
  for (Block* block : fresh) {
    submit([this, block](WorkerSpace& space) { run_trunk(*block, space); });
  }
}

// The trunk frames of some of a batch's windows.
TrunkSpan AnalysisStream::trunk_span(const Batch& batch, int first, int windows) const {
  const auto start = [&](int window) {
    return static_cast<std::int64_t>(batch.first_window + window) * step_frames_;
  };
  return {window_trunk_span(start(first)).first,
          std::min(batch.trunk_end, window_trunk_span(start(first + windows - 1)).end)};
}

void AnalysisStream::pool_what_is_ready() {
  std::vector<Batch*> ready;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = done_; i < planned_; ++i) {
      Batch& batch = *batches_[i];
      const TrunkSpan span = trunk_span(batch, 0, batch.windows);
      if (batch.pooling || !blocks_.passed(std::min(span.first, batch.grid_first), span.end)) {
        continue;
      }
      batch.pooling = true;
      ready.push_back(&batch);
    }
  }
  for (Batch* batch : ready) {
    submit([this, batch](WorkerSpace& space) { pool_batch(*batch, space); });
  }
}

// The subsegments that a batch is the first to know all about. Under the mutex.
void AnalysisStream::give_subsegments(Batch& batch) {
  batch.grid_first = planned_ == 0 ? part_.first_point : batches_[planned_ - 1]->grid_end;
  batch.known_end = std::min({known_trunk_frames(counter_.end()),
                              trunk_span(batch, 0, batch.windows).end, batch.trunk_end});
  batch.grid_end = std::max(batch.grid_first, std::min(grid_end(batch.known_end), part_.end_point));
}

// Moves what a batch has found to where all of it comes together: at once, so that a day's results
// are never there twice. Under the mutex, but for the last one.
void AnalysisStream::keep_results(Batch& batch) {
  const auto move_to = [](auto& to, auto& from) {
    const auto taken = std::exchange(from, {});  // an assignment of {} would keep the memory
    to.insert(to.end(), taken.begin(), taken.end());
  };
  move_to(analysis_.activity.active, batch.active);
  move_to(analysis_.activity.probability, batch.probability);
  move_to(analysis_.embeddings, batch.embeddings);
  move_to(analysis_.voices.subsegments, batch.voices.subsegments);
  move_to(analysis_.voices.directions, batch.voices.directions);
}

// What lies before the time that is remembered: a whole number of frames of both networks goes at
// once, so that what stays looks as if the recording had begun there. Under the mutex.
void AnalysisStream::forget() {
  if (!remembered_s_) return;
  while (done_ > 1) {  // the last one says where the next begins
    batches_.pop_front();
    --done_;
    if (planned_ > 0) --planned_;
  }
  const auto kept = static_cast<int>(analysis_.embeddings.size() / window_embeddings_);
  // In hundredths, a frame of the segmentation has 27/16, and one of the trunk 8: windows whose
  // steps add up to a multiple of 8 x 27.
  const int lump = 216 / std::gcd(216, step_frames_);
  const int most = static_cast<int>(std::ceil(*remembered_s_ / preset_.step_s));
  const int beyond = kept - most;
  if (beyond < std::max(lump, most / 8)) return;
  const int gone = beyond / lump * lump;
  forgotten_ += gone;
  const auto drop = [](auto& of, std::size_t count) {
    of.erase(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(count));
  };
  drop(analysis_.activity.active, static_cast<std::size_t>(gone) * window_activity_);
  drop(analysis_.activity.probability, static_cast<std::size_t>(gone) * window_activity_);
  drop(analysis_.embeddings, static_cast<std::size_t>(gone) * window_embeddings_);
  const std::int64_t first = forgotten_ * std::int64_t{step_frames_} / nets::kTrunkStride;
  const auto& voices = analysis_.voices.subsegments;
  const auto there =
      std::ranges::find_if(voices, [&](const Subsegment& voice) { return voice.first >= first; });
  const auto voices_gone = static_cast<std::size_t>(there - voices.begin());
  drop(analysis_.voices.subsegments, voices_gone);
  drop(analysis_.voices.directions, voices_gone * dimensions_);
  counter_.drop_before(window_start_frame(forgotten_, preset_.step_s));
}

std::vector<std::uint8_t> AnalysisStream::counts_from(std::int64_t frame) const {
  const std::lock_guard lock(mutex_);
  const std::vector<std::uint8_t>& counts = counter_.counts();
  const std::int64_t there = std::clamp<std::int64_t>(frame, counter_.first(), counter_.end());
  return {counts.begin() + (there - counter_.first()), counts.end()};
}

std::size_t AnalysisStream::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return analysis_.activity.active.capacity() + analysis_.activity.probability.capacity() +
         analysis_.embeddings.capacity() * sizeof(float) +
         analysis_.voices.subsegments.capacity() * sizeof(Subsegment) +
         analysis_.voices.directions.capacity() * sizeof(std::uint16_t) +
         counter_.counts().capacity() + batches_.size() * sizeof(Batch);
}

// Batches that have all their embeddings, and blocks that end before what is still to be pooled.
// Under the mutex.
void AnalysisStream::drop_what_is_done() {
  for (; done_ < batches_.size() && batches_[done_]->windows_left == 0; ++done_) {
    keep_results(*batches_[done_]);
    forget();  // with each, so that it does not matter how many were waited for together
  }
  if (done_ == 0) return;
  const Batch& last = *batches_[done_ - 1];
  // Whether a run goes on is seen from the frame before.
  blocks_.drop_before(std::min(trunk_span(last, last.windows, 1).first, last.grid_end - 1),
                      buffers_);
}

}  // namespace diarist::pipeline
