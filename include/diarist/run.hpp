// Watching and stopping a run: progress reports and cancellation.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

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

/// What a caller may hang on a run. All fields are optional.
struct RunHooks {
  /// Called from the thread that called in, a few times per second at most.
  std::function<void(const Progress&)> progress;
  /// Looked at several times per second of computing; the call then throws Error{cancelled}.
  CancellationToken cancellation;
};

}  // namespace diarist
