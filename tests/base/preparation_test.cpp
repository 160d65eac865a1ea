#include "base/preparation.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace diarist {
namespace {

TEST(Preparation, IsDoneWhereNothingWasStarted) { Preparation().wait(); }

TEST(Preparation, RunsEveryJobOnceLastFirst) {
  ThreadPool one(1);
  for (ThreadPool* pool : {static_cast<ThreadPool*>(nullptr), &one}) {
    std::vector<int> order;
    Preparation::Jobs jobs;
    for (int i = 0; i < 5; ++i) jobs.emplace_back([&order, i] { order.push_back(i); });
    Preparation preparation;
    preparation.start(jobs, pool);
    preparation.wait();
    EXPECT_EQ(order, (std::vector<int>{4, 3, 2, 1, 0}));
  }
}

TEST(Preparation, StartsWithoutWaiting) {
  ThreadPool pool(2);
  std::promise<void> go;
  std::atomic<bool> done = false;
  Preparation preparation;
  preparation.start({[&] {
                      go.get_future().wait();
                      done = true;
                    }},
                    &pool);
  EXPECT_FALSE(done);
  go.set_value();
  preparation.wait();
  EXPECT_TRUE(done);
}

TEST(Preparation, TasksOfOneWorkerMayWait) {
  ThreadPool pool(1);
  std::atomic<int> runs = 0;
  int seen = 0;
  Preparation preparation;
  preparation.start(Preparation::Jobs(10, [&] { ++runs; }), &pool);
  pool.for_each(1, [&](int, int) {
    preparation.wait();
    seen = runs;
  });
  EXPECT_EQ(seen, 10);
}

TEST(Preparation, ThrowsWhatFailedToEachThatWaits) {
  ThreadPool pool(2);
  const Preparation::Jobs jobs = {[] {}, [] { throw std::runtime_error("broken"); }, [] {}};
  Preparation preparation;
  preparation.start(jobs, &pool);
  EXPECT_THROW(preparation.wait(), std::runtime_error);
  EXPECT_THROW(preparation.wait(), std::runtime_error);
  EXPECT_THROW(Preparation().start(jobs, nullptr), std::runtime_error);
}

TEST(Preparation, EndsOnceNoJobUsesWhatItsOwnerHas) {
  ThreadPool pool(1);
  std::promise<void> go;
  std::atomic<int> runs = 0;
  auto preparation = std::make_unique<Preparation>();
  preparation->start({[&] { ++runs; },
                      [&] {
                        go.get_future().wait();
                        ++runs;
                      }},
                     &pool);
  auto ended = std::async(std::launch::async, [&] {
    const Preparation moved = std::move(*preparation);  // and what it was moved from has no jobs
    preparation.reset();
  });
  EXPECT_EQ(ended.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  go.set_value();
  ended.get();
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace diarist
