#include "base/preparation.hpp"

#include <atomic>
#include <future>
#include <stdexcept>
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

}  // namespace
}  // namespace diarist
