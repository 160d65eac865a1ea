// Long work away from the interpreter: its lock released, Ctrl-C seen, progress told.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <nanobind/nanobind.h>
#include <type_traits>
#include <utility>
#include <vector>

#include "diarist/run.hpp"

namespace diarist::python {

/// What the work has to tell, kept until the thread that called in from Python can tell it. The
/// reports are made and called with the interpreter's lock held; posting needs none.
class Reports {
 public:
  using Report = std::function<void()>;

  /// One more report.
  void post(Report report);
  /// This report instead of all that wait: for progress, where the latest is all there is to say.
  void replace(Report report);
  /// Calls what waits, in order. Throws what a report throws.
  void deliver();

 private:
  std::mutex mutex_;
  std::vector<Report> waiting_;
};

/// Hooks that report to `callback(done_s, total_s)` where it is not None, and stop by
/// `cancellation`. Both must outlive the work.
RunHooks hooks_for(const nanobind::object& callback, const CancellationToken& cancellation,
                   Reports& reports);

/// Throws nanobind::python_error where a signal's handler raised (Ctrl-C: KeyboardInterrupt), which
/// only Python's main thread sees.
void check_signals();

/// How often the calling thread takes the lock to look after signals and reports.
inline constexpr std::chrono::milliseconds kWatchInterval{100};

/// Runs `work` in a thread of its own, which must not touch Python, and waits for it with the lock
/// released. A signal, or a report that throws, sets `cancellation` (for work that looks at it) and
/// is thrown on once the work has ended. Reports therefore come in the thread that called.
template <class Work>
auto watched(Work&& work, Reports& reports, const CancellationToken& cancellation) {
  auto result = std::async(std::launch::async, std::forward<Work>(work));
  std::exception_ptr stopped;
  for (;;) {
    bool ready = false;
    {
      const nanobind::gil_scoped_release unlocked;
      ready = result.wait_for(kWatchInterval) == std::future_status::ready;
    }
    if (ready) break;
    if (stopped) continue;
    try {
      check_signals();
      reports.deliver();
    } catch (...) {
      stopped = std::current_exception();
      CancellationToken(cancellation).cancel();
    }
  }
  if (stopped) std::rethrow_exception(stopped);
  reports.deliver();
  return result.get();
}

/// Work that has nothing to report; it may take the token that a signal sets.
template <class Work>
auto watched(Work&& work) {
  Reports reports;
  const CancellationToken cancellation;
  if constexpr (std::is_invocable_v<Work, const CancellationToken&>) {
    return watched([&] { return work(cancellation); }, reports, cancellation);
  } else {
    return watched(std::forward<Work>(work), reports, cancellation);
  }
}

}  // namespace diarist::python
