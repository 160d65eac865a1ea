// The wish that everything ends, as something that poll() can wait for.
#pragma once

#include <atomic>

namespace diarist::server {

/// Set once, seen by every thread that waits on its descriptor. Safe from any thread.
class StopSignal {
 public:
  /// Throws Error{io} where the system gives no descriptor.
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void set() noexcept;
  bool is_set() const noexcept { return set_.load(); }
  /// Readable from set() on.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::atomic<bool> set_{false};
};

}  // namespace diarist::server
