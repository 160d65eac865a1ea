#include "base/thread_pool.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace diarist {
namespace {

TEST(ThreadPool, OneWorkerKeepsTheOrder) {
  std::vector<int> order;
  {
    ThreadPool pool(1);
    EXPECT_EQ(pool.threads(), 1);
    for (int i = 0; i < 1000; ++i) {
      pool.submit([&order, i](int worker) {
        EXPECT_EQ(worker, 0);
        order.push_back(i);
      });
    }
  }
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
}

TEST(ThreadPool, UrgentTasksOvertakeThoseThatWait) {
  std::vector<int> order;
  {
    ThreadPool pool(1);
    std::mutex busy;
    std::unique_lock lock(busy);
    pool.submit([&busy](int) { const std::lock_guard wait(busy); });
    for (int i = 0; i < 3; ++i) pool.submit([&order, i](int) { order.push_back(i); });
    pool.submit_urgent([&order](int) { order.push_back(100); });
    lock.unlock();
  }
  EXPECT_EQ(order, (std::vector<int>{100, 0, 1, 2}));
}

TEST(ThreadPool, UrgentTasksRunInTheMiddleOfALongOneWithANumberOfTheirOwn) {
  std::vector<std::string> order;
  {
    ThreadPool pool(1);
    pool.submit([&](int worker) {
      order.push_back("begun " + std::to_string(worker));
      for (const char* name : {"one", "two"}) {
        pool.submit_urgent(
            [&order, name](int own) { order.push_back(name + (" " + std::to_string(own))); });
      }
      pool.run_urgent(worker);
      order.emplace_back("done");
      pool.run_urgent(worker);  // nothing left
    });
  }
  EXPECT_EQ(order, (std::vector<std::string>{"begun 0", "one 1", "two 1", "done"}));
}

TEST(ThreadPool, ForEachVisitsEachOnce) {
  ThreadPool pool(4);
  for (const int count : {0, 1, 3, 4, 5, 1000}) {
    std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
    pool.for_each(count, [&](int i, int worker) {
      EXPECT_GE(worker, 0);
      EXPECT_LT(worker, 4);
      ++visits[static_cast<std::size_t>(i)];
    });
    for (const auto& each : visits) EXPECT_EQ(each, 1);
  }
}

// What makes a workspace per worker safe without a lock: a race here, ThreadSanitizer would see.
TEST(ThreadPool, AWorkerDoesOneThingAtATime) {
  constexpr int kThreads = 3;
  ThreadPool pool(kThreads);
  std::vector<int> workspaces(kThreads, 0);
  std::vector<std::atomic<bool>> busy(kThreads);
  pool.for_each(3000, [&](int, int worker) {
    const auto w = static_cast<std::size_t>(worker);
    EXPECT_FALSE(busy[w].exchange(true));
    ++workspaces[w];
    busy[w] = false;
  });
  EXPECT_EQ(std::accumulate(workspaces.begin(), workspaces.end(), 0), 3000);
}

TEST(ThreadPool, WorkersWorkAtTheSameTime) {
  ThreadPool pool(2);
  std::promise<void> first;
  std::promise<void> second;
  // Each waits for the other: one thread alone would never end.
  pool.for_each(2, [&](int i, int) {
    (i == 0 ? first : second).set_value();
    const auto status = (i == 0 ? second : first).get_future().wait_for(std::chrono::seconds(60));
    EXPECT_EQ(status, std::future_status::ready);
  });
}

TEST(ThreadPool, ForEachThrowsWhatABodyThrewAndRunsTheRest) {
  ThreadPool pool(3);
  std::atomic<int> visits = 0;
  try {
    pool.for_each(100, [&](int i, int) {
      ++visits;
      if (i == 17) throw std::runtime_error("seventeen");
    });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "seventeen");
  }
  EXPECT_EQ(visits, 100);
  // Every body fails: one error comes out, and the pool is as good as new.
  EXPECT_THROW(pool.for_each(50, [](int, int) { throw std::logic_error("all"); }),
               std::logic_error);
  visits = 0;
  pool.for_each(10, [&](int, int) { ++visits; });
  EXPECT_EQ(visits, 10);
}

TEST(ThreadPool, OneWorkerThrowsTheFirstFailure) {
  ThreadPool pool(1);
  try {
    pool.for_each(10, [](int i, int) {
      if (i >= 4) throw std::runtime_error(std::to_string(i));
    });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "4");
  }
}

TEST(ThreadPool, TakesTasksFromManyThreadsAtOnce) {
  std::atomic<int> done = 0;
  std::atomic<int> each_done = 0;
  {
    ThreadPool pool(3);
    std::vector<std::thread> givers;
    for (int g = 0; g < 8; ++g) {
      givers.emplace_back([&] {
        for (int i = 0; i < 200; ++i) pool.submit([&](int) { ++done; });
        pool.for_each(50, [&](int, int) { ++each_done; });
      });
    }
    for (std::thread& giver : givers) giver.join();
    EXPECT_EQ(each_done, 8 * 50);
  }
  EXPECT_EQ(done, 8 * 200);
}

TEST(ThreadPool, RunsTheRestBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool(2);
    for (int i = 0; i < 100; ++i) {
      pool.submit([&](int) {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        ++done;
      });
    }
  }
  EXPECT_EQ(done, 100);
}

TEST(ThreadPool, TasksMayHandInMore) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool(2);
    for (int i = 0; i < 50; ++i) {
      pool.submit([&](int) {
        ++done;
        pool.submit([&](int) { ++done; });
      });
    }
  }
  EXPECT_EQ(done, 100);
}

TEST(ThreadPool, ThereIsACore) { EXPECT_GE(available_cores(), 1); }

}  // namespace
}  // namespace diarist
