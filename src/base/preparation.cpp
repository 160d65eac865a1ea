#include "base/preparation.hpp"

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <utility>

namespace diarist {

struct Preparation::State {
  Jobs jobs;
  std::mutex mutex;
  std::condition_variable done;
  std::size_t left = 0;  // guarded by the mutex
  std::exception_ptr failure;
};

void Preparation::start(Jobs jobs, ThreadPool* pool) {
  if (pool == nullptr) {
    for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) (*job)();
    return;
  }
  state_ = std::make_shared<State>();
  state_->jobs = std::move(jobs);
  state_->left = state_->jobs.size();
  std::size_t i = state_->jobs.size();
  const auto submit_next = [&] {
    pool->submit([state = state_, i = i - 1](int /*worker*/) {
      std::exception_ptr failure;
      try {
        state->jobs[i]();
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(state->mutex);
      if (failure && !state->failure) state->failure = std::move(failure);
      if (--state->left == 0) state->done.notify_all();
    });
  };
  try {
    for (; i > 0; --i) submit_next();
  } catch (...) {
    {
      const std::lock_guard lock(state_->mutex);
      state_->left -= i;  // These will never run.
    }
    wait_for_all();
    throw;
  }
}

Preparation::~Preparation() {
  if (state_ != nullptr) wait_for_all();
}

void Preparation::wait_for_all() const noexcept {
  std::unique_lock lock(state_->mutex);
  state_->done.wait(lock, [this] { return state_->left == 0; });
}

void Preparation::wait() const {
  if (state_ == nullptr) return;
  std::unique_lock lock(state_->mutex);
  state_->done.wait(lock, [this] { return state_->left == 0; });
  if (state_->failure) std::rethrow_exception(state_->failure);
}

}  // namespace diarist
