// Large buffers that are handed out again and again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace diarist {

/// A streaming pass needs megabytes per block for a short while, next to small results that it
/// keeps. Left to malloc, the results settle in the holes that the blocks leave, and the next
/// blocks find no room there: a long recording came to hold three times what it used. Safe from any
/// thread.
class BufferPool {
 public:
  /// `size` values, contents undefined.
  std::vector<float> take(std::size_t size) {
    std::vector<float> buffer;
    {
      const std::lock_guard lock(mutex_);
      const auto fits = [size](const auto& free) { return free.capacity() >= size; };
      const auto smaller = [&](const auto& a, const auto& b) {
        return fits(a) != fits(b) ? fits(a) : a.capacity() < b.capacity();
      };
      const auto best = std::min_element(free_.begin(), free_.end(), smaller);
      if (best != free_.end() && fits(*best)) {
        buffer = std::move(*best);
        free_.erase(best);
      }
    }
    buffer.resize(size);
    return buffer;
  }

  void give_back(std::vector<float> buffer) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
  }

  /// Gives what is not in use back to the system.
  void clear() {
    const std::lock_guard lock(mutex_);
    free_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<float>> free_;
};

}  // namespace diarist
