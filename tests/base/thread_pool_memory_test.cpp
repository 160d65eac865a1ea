// A pool for which there is not enough memory is an exception, whichever allocation fails: a thread
// that has begun by then is ended first.
#include <cstdint>
#include <new>
#include <optional>

#include <gtest/gtest.h>

#include "base/thread_pool.hpp"
#include "nets/counted_allocations.hpp"

namespace diarist {
namespace {

TEST(ThreadPoolMemory, EndsWhatHasBegunWhereTheRestDoesNotFit) {
  int failures = 0;
  for (std::int64_t before = 0;; ++before) {
    testing::fail_allocation(before);
    bool made = false;
    try {
      const ThreadPool pool(3);
      made = true;
      testing::fail_allocation(std::nullopt);  // What follows is not to fail.
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    testing::fail_allocation(std::nullopt);
    if (made) break;
  }
  // Each of the three threads has a state of its own, and the vector of them grows.
  EXPECT_GE(failures, 4);
}

}  // namespace
}  // namespace diarist
