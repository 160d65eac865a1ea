#include <algorithm>
#include <nanobind/stl/string.h>
#include <span>
#include <string>
#include <utility>

#include "python/bindings.hpp"
#include "python/diarization_values.hpp"
#include "python/live_stream.hpp"
#include "python/text.hpp"
#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

namespace {

nb::list list_of(const std::vector<StreamEvent>& events) {
  nb::list list;
  for (const StreamEvent& event : events) {
    list.append(nb::make_tuple(std::string(to_string(event.kind)), event.clock_s, event.turn,
                               event.start_s, event.end_s, event.speaker, text(event.name),
                               event.previous_speaker, event.confidence, event.score));
  }
  return list;
}

/// They stay where the list cannot be made.
nb::list take_waiting(std::vector<StreamEvent>& waiting) {
  nb::list list = list_of(waiting);
  waiting.clear();
  return list;
}

}  // namespace

class LiveStream::Use {
 public:
  explicit Use(State& state) : state_(state) {
    if (state.busy.exchange(true)) {
      throw Error(ErrorCode::invalid_argument, "Stream", "is in use already",
                  "let one thread push, or have them take turns by a lock");
    }
  }
  ~Use() { state_.busy = false; }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  State& state_;
};

LiveStream::LiveStream(std::shared_ptr<const Diarizer> diarizer, const StreamOptions& options)
    : state_("Stream", std::make_unique<State>(std::move(diarizer), options)) {}

nb::list LiveStream::push(const Floats& samples) {
  const std::shared_ptr<const std::unique_ptr<State>> kept = state_.get();
  State& state = **kept;
  const Use use(state);
  const std::span<const float> all = span_of(samples);
  std::size_t taken = 0;
  do {
    {
      const nb::gil_scoped_release unlocked;
      const auto block = all.subspan(taken, std::min(state.block, all.size() - taken));
      const std::vector<StreamEvent> fresh = state.stream.push(block);
      state.waiting.insert(state.waiting.end(), fresh.begin(), fresh.end());
      state.pushed_s = state.stream.pushed_s();
      taken += block.size();
    }
    // After the last block too, while its events are still ours: a signal that waits would
    // otherwise be raised on their way to the caller.
    check_signals();
  } while (taken < all.size());
  return take_waiting(state.waiting);
}

nb::tuple LiveStream::finish() {
  const std::shared_ptr<const std::unique_ptr<State>> kept = state_.get();
  State& state = **kept;
  const Use use(state);
  if (!state.end) {
    const nb::gil_scoped_release unlocked;
    state.end = state.stream.finish();
    state.waiting.insert(state.waiting.end(), state.end->events.begin(), state.end->events.end());
  }
  check_signals();
  Stream::End end = *std::exchange(state.end, std::nullopt);
  return nb::make_tuple(take_waiting(state.waiting), tuple_of(std::move(end.diarization)),
                        end.complete, end.first_s);
}

void LiveStream::close() {
  // Other threads see it closed before the lock is theirs; its tasks are waited for without it.
  std::shared_ptr<const std::unique_ptr<State>> last = state_.take();
  const nb::gil_scoped_release unlocked;
  last.reset();
}

void bind_streams(nb::module_& module) {
  nb::class_<LiveStream>(module, "Stream")
      .def("push", &LiveStream::push, nb::arg().noconvert())
      .def("finish", &LiveStream::finish)
      .def("close", &LiveStream::close)
      .def_prop_ro("pushed", &LiveStream::pushed_s)
      .def_prop_ro("closed", &LiveStream::closed);
}

}  // namespace diarist::python
