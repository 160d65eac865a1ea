// PerformanceOptions from what Python gives, and objects that do not survive a fork.
#pragma once

#include <memory>
#include <nanobind/nanobind.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include "diarist/error.hpp"
#include "diarist/options.hpp"

#include "python/text.hpp"

namespace diarist::python {

inline Precision precision_from(const std::string& name) {
  for (const Precision each : {Precision::automatic, Precision::f32, Precision::int8}) {
    if (name == to_string(each)) return each;
  }
  throw Error(ErrorCode::invalid_argument, "precision", "'" + name + "' is none",
              "take 'automatic', 'f32' or 'int8'");
}

inline PerformanceOptions performance_of(int threads, const std::optional<std::string>& isa,
                                         const std::string& precision,
                                         const std::optional<nanobind::bytes>& cache = {}) {
  PerformanceOptions performance;
  performance.threads = threads;
  if (isa) performance.isa = instruction_set_from_string(*isa);
  performance.precision = precision_from(precision);
  if (cache) performance.cache = path_of(*cache);
  return performance;
}

/// Something with worker threads, which a forked child does not have: there it is refused instead
/// of waited for. Each call keeps it alive by itself, so that it may be closed meanwhile.
template <class Engine>
class Handle {
 public:
  Handle(const char* what, Engine engine)
      : what_(what),
        process_(::getpid()),
        engine_(std::make_shared<const Engine>(std::move(engine))) {}

  std::shared_ptr<const Engine> get() const {
    if (!engine_) {
      throw Error(ErrorCode::invalid_argument, what_, "is closed", "make another one");
    }
    if (process_ != ::getpid()) {
      throw Error(ErrorCode::invalid_argument, what_,
                  "was made by another process, and its threads stayed there",
                  "make one in each process, or start processes by 'spawn'");
    }
    return engine_;
  }
  void close() { take(); }
  /// Closes, and leaves waiting for its threads to whoever lets go of what is returned.
  std::shared_ptr<const Engine> take() {
    // In a forked child there are no threads to end, and waiting for them would have no end.
    if (process_ != ::getpid() && engine_) new std::shared_ptr<const Engine>(std::move(engine_));
    return std::move(engine_);
  }
  bool closed() const { return !engine_; }
  ~Handle() { close(); }
  Handle(Handle&&) noexcept = default;
  Handle& operator=(Handle&&) noexcept = default;

 private:
  const char* what_;
  pid_t process_;
  std::shared_ptr<const Engine> engine_;
};

}  // namespace diarist::python
