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

  Preparation() = default;
  /// Returns when no job runs any longer or is to run: whoever has this for a member may have its
  /// last one, and so lose nothing that jobs use where its constructor or an owner's throws.
  ~Preparation();
  Preparation(Preparation&&) noexcept = default;
  Preparation& operator=(Preparation&&) = delete;

  /// Hands `jobs` to the workers of `pool`, the last one first, and returns; without a pool, runs
  /// them here and throws what one of them throws. What they use must last as long as this.
  /// Throws std::bad_alloc where they cannot all be handed over; those that are run.
  void start(Jobs jobs, ThreadPool* pool);

  /// Returns when all jobs are done. Throws what the first to fail threw. Tasks of the same pool
  /// may wait too, if they were handed in after the jobs.
  void wait() const;

 private:
  struct State;
  void wait_for_all() const noexcept;
  std::shared_ptr<State> state_;
};

}  // namespace diarist
