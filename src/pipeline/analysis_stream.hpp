// The one pass over a recording: samples in, local speaker activity and embeddings out.
//
// Batches of windows become tasks as soon as their samples are there. Once they and what comes
// before them are segmented, the shared trunk's blocks do, where anybody is heard; and once the
// trunk has passed a batch, its embeddings are pooled. Everything lands in its own place, so that
// the result does not depend on which worker did what when. Memory holds the batches and blocks in
// flight, and per window its activity and embeddings, never the recording.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/run.hpp"
#include "diarist/segmenter.hpp"

#include "base/buffer_pool.hpp"
#include "base/clock.hpp"
#include "base/sliding_buffer.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/feature_stream.hpp"
#include "pipeline/part_range.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/relabelling/relabel.hpp"
#include "pipeline/speaker_counter.hpp"
#include "pipeline/trunk_blocks.hpp"
#include "pipeline/window.hpp"

namespace diarist::pipeline {

/// How much the trunk had to do: parts of a recording add up to the whole.
struct TrunkWork {
  std::int64_t done = 0;  ///< Frames of the shared trunk; or windows, where each has its own.
  double of = 0;          ///< As many as the recording has.
  /// Share, 0 to 1, that it passed over.
  double skipped() const;
};

/// What clustering needs to know of a recording.
struct Analysis {
  LocalActivity activity;
  /// [activity.windows, activity.speakers, voices.dimensions]; rows of inactive local speakers are
  /// zeros.
  std::vector<float> embeddings;
  /// Where the preset wants voices: speakers per frame, and what each second of one speaker sounds
  /// like.
  std::vector<std::uint8_t> counts;
  Voices voices;
  /// Seconds before the first window, of which nothing is known any more.
  double first_s = 0;
  TrunkWork trunk;
  std::vector<StageTime> stages;
};

/// One stream of mono samples at 16 kHz. Used by one thread, works on the engine's workers.
class AnalysisStream {
 public:
  /// `cancellation` is looked at in every call. Of a part, the analysis has what the part owns.
  /// Its `counts` say nothing, and `trunk.of` is of the recording as far as it was pushed.
  AnalysisStream(Engine& engine, const PresetParameters& preset, CancellationToken cancellation,
                 const PartRange& part = {});
  /// Tells unfinished tasks to stop and waits for them.
  ~AnalysisStream();
  AnalysisStream(const AnalysisStream&) = delete;
  AnalysisStream& operator=(const AnalysisStream&) = delete;

  /// About how long the recording is, where that is known, before anything is pushed: room for what
  /// will be kept of it is then made once. A wrong length changes nothing but that.
  void expect(double duration_s);

  /// Before anything is pushed: not much more than the last `duration_s` are remembered.
  void remember(double duration_s) { remembered_s_ = duration_s; }
  /// Bytes of what is kept until the end. Safe from any thread.
  std::size_t kept_bytes() const;
  /// Of those whose trunk is shared, before anything is pushed: windows come with what has been
  /// segmented elsewhere, through give(), as far as they lie wholly in the recording.
  void expect_windows() { windows_given_ = true; }
  /// The next window, [589, speakers] each, once all its samples were pushed. Waits as push() does.
  void give(std::span<const std::uint8_t> active, std::span<const std::uint8_t> probability,
            const std::function<void()>& while_waiting = {});

  /// Takes samples and returns once there is room for more, calling `while_waiting` about ten times
  /// a second. Throws Error{cancelled} and whatever a task threw.
  void push(std::span<const float> samples, const std::function<void()>& while_waiting = {});

  /// No more samples: waits for all tasks. To be called once.
  Analysis finish(const std::function<void()>& while_waiting = {});

  /// Seconds of audio that went through both networks, of those that there are so far.
  double done_s() const;

  /// Frames' counts of speakers from `frame` on, of those that are settled so far: empty where
  /// there are none yet. Of parts they say nothing. Safe from any thread.
  std::vector<std::uint8_t> counts_from(std::int64_t frame) const;

 private:
  struct Batch;
  using Block = TrunkBlocks::Block;
  enum class Stage { features, segmentation, trunk, pooling, relabelling };

  void submit_ready(bool last, const std::function<void()>& while_waiting);
  void submit_given(const std::function<void()>& while_waiting);
  void wait_for_room(const std::function<void()>& while_waiting);
  void go_on(bool last);
  int batch_ready(bool last) const;
  int heard_end() const;
  bool owns(int window) const { return window >= part_.first_window && window < part_.end_window; }
  void keep_own(Analysis& analysis) const;
  void submit_batch(int windows, bool last);
  void submit(const std::function<void(WorkerSpace&)>& task);

  void segment(Batch& batch, WorkerSpace& space);
  void run_trunk(Block& block, WorkerSpace& space);
  void embed_window(Batch& batch, int window, WorkerSpace& space);
  void pool_batch(Batch& batch, WorkerSpace& space);
  void pool_tail(Batch& tail, WorkerSpace& space);

  /// Pointers to the trunk's output, null where it did not run.
  struct TrunkRows {
    std::int64_t first;
    std::vector<const float*> rows;
  };
  TrunkRows trunk_rows(std::int64_t first, std::int64_t end) const;
  void pool_subsegments(Batch& batch, const TrunkRows& trunk, WorkerSpace& space);

  void plan_trunk();
  void pool_what_is_ready();
  TrunkSpan trunk_span(const Batch& batch, int first, int windows) const;
  void give_subsegments(Batch& batch);
  void keep_results(Batch& batch);
  void drop_what_is_done();
  void forget();
  void wait_until(const std::function<bool()>& condition,
                  const std::function<void()>& while_waiting);
  void spent(Stage stage, double seconds);

  Engine& engine_;
  const Networks& networks_;
  const PresetParameters preset_;
  const CancellationToken caller_;
  const PartRange part_;
  const int step_frames_;
  const int step_samples_;
  const int batch_windows_;
  const int speakers_;            ///< Local ones, of a window.
  const std::size_t dimensions_;  ///< Of an embedding.
  const int trunk_dimensions_;
  const std::size_t window_activity_;
  const std::size_t window_embeddings_;

  // Of the calling thread alone.
  SlidingBuffer<float> samples_;
  int next_window_;
  bool windows_given_ = false;
  std::optional<double> remembered_s_;
  std::unique_ptr<Batch> given_;  ///< Windows that were, before they are a batch.
  bool finished_ = false;

  std::mutex features_mutex_;  ///< Never held together with the other one.
  FeatureStream features_;     ///< Guarded by it: the trunk's tasks read what they need.

  BufferPool buffers_;
  CancellationToken stop_;  ///< What tasks look at.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by the mutex; what they point to belongs to its task while that runs.
  int under_way_ = 0;
  std::exception_ptr failure_;
  std::deque<std::unique_ptr<Batch>> batches_;
  std::size_t planned_ = 0;  ///< Batches that the trunk's plan knows.
  std::size_t done_ = 0;     ///< Batches, from the first, that have all their embeddings.
  Analysis analysis_;        ///< What those have found.
  TrunkBlocks blocks_;
  std::int64_t trunk_frames_run_ = 0;  ///< Those that are the part's own.
  SpeakerCounter counter_;
  std::int64_t feature_frames_ = 0;  ///< As far as they are there.
  bool all_submitted_ = false;
  int forgotten_ = 0;  ///< Windows, from the first one on.
  int windows_done_ = 0;
  int windows_heard_ = 0;  ///< In which the trunk ran, where each has its own.
  double seconds_[5] = {};
};

}  // namespace diarist::pipeline
