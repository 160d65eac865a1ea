// A pool for which there is not enough memory is an exception, whichever allocation fails: a thread
// that has begun by then is ended first. The allocations are this program's own operator new.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "base/thread_pool.hpp"

namespace {
thread_local int allocations_left = -1;  // negative: as many as one likes
}  // namespace

void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace diarist {
namespace {

TEST(ThreadPoolMemory, EndsWhatHasBegunWhereTheRestDoesNotFit) {
  int failures = 0;
  for (int allocations = 0;; ++allocations) {
    allocations_left = allocations;
    bool made = false;
    try {
      ThreadPool pool(3);
      made = true;
      allocations_left = -1;
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    allocations_left = -1;
    if (made) break;
  }
  // Each of the three threads has a state of its own, and the vector of them grows.
  EXPECT_GE(failures, 4);
}

}  // namespace
}  // namespace diarist
