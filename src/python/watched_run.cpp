#include "python/watched_run.hpp"

namespace diarist::python {
namespace nb = nanobind;

void Reports::post(Report report) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(report));
}

void Reports::replace(Report report) {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  waiting_.push_back(std::move(report));
}

void Reports::deliver() {
  std::vector<Report> due;
  {
    const std::lock_guard lock(mutex_);
    due.swap(waiting_);
  }
  for (const Report& report : due) report();
}

RunHooks hooks_for(const nb::object& callback, const CancellationToken& cancellation,
                   Reports& reports) {
  RunHooks hooks;
  hooks.cancellation = cancellation;
  if (callback.is_none()) return hooks;
  // By reference: to copy an object is to count it, which needs the interpreter's lock.
  hooks.progress = [&callback, &reports](const Progress& progress) {
    reports.replace([&callback, progress] { callback(progress.done_s, progress.total_s); });
  };
  return hooks;
}

void check_signals() {
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

}  // namespace diarist::python
