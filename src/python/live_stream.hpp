// A live stream as Python holds it: alive by itself, refused to a second thread, looked at by
// Ctrl-C.
#pragma once

#include <atomic>
#include <memory>
#include <nanobind/nanobind.h>
#include <optional>
#include <vector>

#include "diarist/diarizer.hpp"
#include "diarist/stream.hpp"

#include "python/arrays.hpp"
#include "python/performance.hpp"

namespace diarist::python {

/// Keeps its diarizer's workers alive, also where that is closed. Called with the interpreter's
/// lock held, which the work itself releases.
class LiveStream {
 public:
  LiveStream(std::shared_ptr<const Diarizer> diarizer, const StreamOptions& options);

  /// Tuples in the order of StreamEvent's fields. Looks after signals once a second of samples, and
  /// after the last of them: what their handlers raise leaves the samples up to there heard, and
  /// what became known by them waits for the next call.
  nanobind::list push(const Floats& samples);
  /// (events, diarization, complete, first_s), the second as a run gives it. Where a signal's
  /// handler raises, the next call gives them.
  nanobind::tuple finish();
  /// Never waits for another thread.
  double pushed_s() const { return (*state_.get())->pushed_s; }

  void close();
  bool closed() const { return state_.closed(); }

 private:
  struct State {
    State(std::shared_ptr<const Diarizer> kept, const StreamOptions& options)
        : diarizer(std::move(kept)),
          stream(*diarizer, options),
          block(static_cast<std::size_t>(options.sample_rate_hz)) {}

    std::shared_ptr<const Diarizer> diarizer;
    Stream stream;
    const std::size_t block;  ///< Samples between looks after signals.
    std::vector<StreamEvent> waiting;
    std::optional<Stream::End> end;  ///< Not handed out yet; its events are among those waiting.
    std::atomic<double> pushed_s = 0;
    std::atomic<bool> busy = false;
  };
  /// One call at a time. Not by a mutex: a signal's handler may call in from within a push.
  class Use;

  Handle<std::unique_ptr<State>> state_;
};

}  // namespace diarist::python
