// Watching and stopping a run: progress reports and cancellation.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>

namespace diarist {

/// Asks a running call to stop. Copies share one flag; every member is safe from any thread and
/// from a signal handler.
class CancellationToken {
 public:
  CancellationToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}

  /// Sets the flag, for good.
  void cancel() noexcept { flag_->store(true, std::memory_order_relaxed); }
  /// Whether it is set.
  bool cancelled() const noexcept { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// How far a run has come.
struct Progress {
  double done_s = 0;   ///< Seconds of audio that went through both networks.
  double total_s = 0;  ///< Seconds of audio in the recording; 0 where its length is not known.
};

/// A stretch in which so many people speak at the same time. Who they are is known with the result,
/// whose turns may begin and end a little elsewhere.
struct SpeechStretch {
  double start_s = 0;  ///< Seconds from the start of the recording.
  double end_s = 0;    ///< > start_s
  int speakers = 1;    ///< At least one.
  int channel = 1;     ///< As Turn::channel.
};

/// What a caller may hang on a run. All fields are optional.
struct RunHooks {
  /// Called from the thread that called in, a few times per second at most.
  std::function<void(const Progress&)> progress;
  /// Looked at several times per second of computing; the call then throws Error{cancelled}.
  CancellationToken cancellation;
  /// What segmentation has found since the last call, in time within a channel: called as and after
  /// `progress`, and once more when all of the recording is known. A stretch that goes on comes in
  /// pieces; the span is good during the call. What it throws ends the run. Of diarize() alone, and
  /// not where what was found is taken from a cache, or in the preset `exact`.
  std::function<void(std::span<const SpeechStretch>)> speech = nullptr;
};

}  // namespace diarist
