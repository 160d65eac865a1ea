// Work that somebody needs later: begun on a pool's workers, waited for where it is needed.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/thread_pool.hpp"

namespace diarist {

/// One thread starts it; any may wait.
class Preparation {
 public:
  using Jobs = std::vector<std::function<void()>>;

  /// Hands `jobs` to the workers of `pool`, the last one first, and returns; without a pool, runs
  /// them here and throws what one of them throws. What they use must last until the pool ends.
  void start(Jobs jobs, ThreadPool* pool);

  /// Returns when all jobs are done. Throws what the first to fail threw. Tasks of the same pool
  /// may wait too, if they were handed in after the jobs.
  void wait() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace diarist
