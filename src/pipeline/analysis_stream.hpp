// The one pass over a recording: samples in, local speaker activity and embeddings out.
//
// Blocks of trunk and batches of windows become tasks as soon as their samples are there; a batch's
// embeddings are pooled once it is segmented and the trunk has passed it. Everything lands in its
// own place, so that the result does not depend on which worker did what when. Memory holds the
// blocks in flight, and per window its activity and embeddings, never the recording.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
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
#include "pipeline/preset.hpp"

namespace diarist::pipeline {

/// What clustering needs to know of a recording.
struct Analysis {
  LocalActivity activity;
  /// [activity.windows, 3, 256]; rows of inactive local speakers are zeros.
  std::vector<float> embeddings;
  std::vector<StageTime> stages;
};

/// One stream of mono samples at 16 kHz. Used by one thread, works on the engine's workers.
class AnalysisStream {
 public:
  /// `cancellation` is looked at in every call.
  AnalysisStream(Engine& engine, const PresetParameters& preset, CancellationToken cancellation);
  /// Tells unfinished tasks to stop and waits for them.
  ~AnalysisStream();
  AnalysisStream(const AnalysisStream&) = delete;
  AnalysisStream& operator=(const AnalysisStream&) = delete;

  /// Takes samples and returns once there is room for more, calling `while_waiting` about ten times
  /// a second. Throws Error{cancelled} and whatever a task threw.
  void push(std::span<const float> samples, const std::function<void()>& while_waiting = {});

  /// No more samples: waits for all tasks. To be called once.
  Analysis finish(const std::function<void()>& while_waiting = {});

  /// Seconds of audio that went through both networks, of those that there are so far.
  double done_s() const;

 private:
  struct Batch;
  struct Block;
  enum class Stage { features, segmentation, trunk, pooling };

  void submit_ready(bool last, const std::function<void()>& while_waiting);
  void submit_batch(int windows, bool last);
  void submit_block(std::int64_t first_frame, std::int64_t frames);
  void submit(const std::function<void(WorkerSpace&)>& task);

  void segment(Batch& batch, WorkerSpace& space);
  void run_trunk(Block& block, WorkerSpace& space);
  void embed_window(Batch& batch, int window, WorkerSpace& space);
  void pool_batch(Batch& batch, WorkerSpace& space);

  bool trunk_passed(const Batch& batch) const;
  void pool_what_is_ready();
  void drop_finished_blocks();
  void wait_until(const std::function<bool()>& condition,
                  const std::function<void()>& while_waiting);
  void spent(Stage stage, double seconds);

  Engine& engine_;
  const PresetParameters preset_;
  const CancellationToken caller_;
  const int step_frames_;
  const int step_samples_;
  const int room_;  ///< Tasks under way beyond which push() waits.

  // Of the calling thread alone.
  SlidingBuffer<float> samples_;
  FeatureStream features_;
  int next_window_ = 0;
  std::int64_t next_frame_ = 0;
  bool finished_ = false;

  BufferPool buffers_;
  CancellationToken stop_;  ///< What tasks look at.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by the mutex; what they point to belongs to its task while that runs.
  int under_way_ = 0;
  std::exception_ptr failure_;
  std::deque<std::unique_ptr<Batch>> batches_;
  std::map<std::int64_t, std::unique_ptr<Block>> blocks_;  ///< By first trunk frame.
  int windows_done_ = 0;
  double seconds_[4] = {};
};

}  // namespace diarist::pipeline
