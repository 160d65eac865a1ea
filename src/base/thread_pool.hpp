// Worker threads that take tasks in the order in which they were handed in.
#pragma once

#include <atomic>
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
  /// Which worker runs a task, from 0: a task may use that worker's workspace without a lock. An
  /// urgent one, which may come in the middle of another, gets the worker's number + threads().
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
  /// The same, before all that waits but other urgent ones: for short work that somebody is waiting
  /// for.
  void submit_urgent(Task task);
  /// Runs the urgent tasks that wait, from within a task that is not urgent: for one that takes
  /// long. `worker` is that task's. Costs next to nothing where there is none.
  void run_urgent(int worker);

  /// Runs body(i, worker) for all i < count, spread over the workers, and waits for them. Throws
  /// what the first body to fail threw. Not to be called from a task.
  void for_each(int count, const std::function<void(int i, int worker)>& body);

 private:
  void work(int worker);
  bool take_urgent(Task& task);
  void stop();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Task> tasks_;
  std::deque<Task> urgent_;
  std::atomic<bool> any_urgent_ = false;  ///< Whether urgent_ holds any; to look without the lock.
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

/// Cores that this process may run on, at least 1.
int available_cores();

}  // namespace diarist
