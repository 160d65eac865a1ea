#include "base/buffer_pool.hpp"

#include <gtest/gtest.h>

namespace diarist {
namespace {

TEST(BufferPool, HandsOutTheSmallestThatFits) {
  BufferPool pool;
  std::vector<float> large = pool.take(1000);
  std::vector<float> small = pool.take(100);
  const float* large_data = large.data();
  const float* small_data = small.data();
  pool.give_back(std::move(large));
  pool.give_back(std::move(small));
  const std::vector<float> again = pool.take(90);
  EXPECT_EQ(again.data(), small_data);
  EXPECT_EQ(again.size(), 90U);
  EXPECT_EQ(pool.take(91).data(), large_data);
}

TEST(BufferPool, MakesANewOneWhereNoneFits) {
  BufferPool pool;
  pool.give_back(pool.take(10));
  const std::vector<float> fresh = pool.take(5000);
  EXPECT_EQ(fresh.size(), 5000U);
  EXPECT_EQ(pool.take(10).size(), 10U);
}

}  // namespace
}  // namespace diarist
