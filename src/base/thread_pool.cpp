#include "base/thread_pool.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "diarist/error.hpp"

#ifdef __linux__
#include <sched.h>
#endif

namespace diarist {

ThreadPool::ThreadPool(int threads) {
  try {
    for (int i = 0; i < threads; ++i) workers_.emplace_back([this, i] { work(i); });
  } catch (const std::system_error& error) {
    stop();
    throw Error(ErrorCode::internal, std::to_string(threads) + " worker threads",
                std::string("cannot be started: ") + error.what(), "ask for fewer threads");
  } catch (const std::bad_alloc&) {  // Of a thread's own, after others have begun.
    stop();
    throw;
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

void ThreadPool::submit(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void ThreadPool::submit_urgent(Task task) {
  {
    const std::lock_guard lock(mutex_);
    urgent_.push_back(std::move(task));
    any_urgent_ = true;
  }
  ready_.notify_one();
}

// Under the mutex.
bool ThreadPool::take_urgent(Task& task) {
  if (urgent_.empty()) return false;
  task = std::move(urgent_.front());
  urgent_.pop_front();
  any_urgent_ = !urgent_.empty();
  return true;
}

void ThreadPool::run_urgent(int worker) {
  while (any_urgent_) {
    Task task;
    {
      const std::lock_guard lock(mutex_);
      if (!take_urgent(task)) return;
    }
    task(threads() + worker);
  }
}

void ThreadPool::for_each(int count, const std::function<void(int i, int worker)>& body) {
  std::mutex mutex;
  std::condition_variable finished;
  int left = count;
  std::exception_ptr failure;
  for (int i = 0; i < count; ++i) {
    submit([&, i](int worker) {
      std::exception_ptr own;
      try {
        body(i, worker);
      } catch (...) {
        own = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      if (own && !failure) failure = std::move(own);  // No worker frees it after the waiter has it.
      if (--left == 0) finished.notify_one();  // under the lock: the waiter owns what we touch
    });
  }
  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return left == 0; });
  if (failure) std::rethrow_exception(failure);
}

void ThreadPool::work(int worker) {
  for (;;) {
    Task task;
    bool urgent = false;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !tasks_.empty() || !urgent_.empty(); });
      urgent = take_urgent(task);
      if (!urgent) {
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
    }
    task(urgent ? threads() + worker : worker);
  }
}

int available_cores() {
#ifdef __linux__
  // Containers and taskset narrow this down; std::thread does not look.
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace diarist
