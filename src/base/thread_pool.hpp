// Worker threads that take tasks in the order in which they were handed in.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace diarist {

/// One single-threaded worker per core is the rule: a task is a whole block of work, and no task
/// waits for another. Safe to submit to from any thread, tasks included.
class ThreadPool {
 public:
  /// Which worker runs a task, from 0: a task may use that worker's workspace without a lock.
  using Task = std::function<void(int worker)>;

  /// `threads` from 1. Throws Error{internal} where the system gives no threads.
  explicit ThreadPool(int threads);
  /// Runs what was handed in, then ends the workers.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()); }

  /// `task` must not throw.
  void submit(Task task);
  /// The same, before all that waits: for short work that somebody is waiting for.
  void submit_urgent(Task task);

  /// Runs body(i, worker) for all i < count, spread over the workers, and waits for them. Throws
  /// what the first body to fail threw. Not to be called from a task.
  void for_each(int count, const std::function<void(int i, int worker)>& body);

 private:
  void work(int worker);
  void stop();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

/// Cores that this process may run on, at least 1.
int available_cores();

}  // namespace diarist
