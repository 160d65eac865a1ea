#include "base/sliding_buffer.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace diarist {
namespace {

/// Everything that was ever appended; what is kept must still be it.
void expect_equal(const SlidingBuffer<int>& buffer, const std::vector<int>& model,
                  std::int64_t begin, int width) {
  ASSERT_EQ(buffer.begin(), begin);
  ASSERT_EQ(buffer.end(), static_cast<std::int64_t>(model.size()) / width);
  for (std::int64_t row = begin; row < buffer.end(); ++row) {
    ASSERT_TRUE(std::equal(buffer.row(row), buffer.row(row) + width, model.begin() + row * width))
        << "row " << row;
  }
}

TEST(SlidingBuffer, EqualsAVectorUnderRandomOperations) {
  for (const int width : {1, 3, 80}) {
    std::mt19937 random(static_cast<unsigned>(width));
    SlidingBuffer<int> buffer(width);
    std::vector<int> model;
    std::int64_t begin = 0;
    for (int step = 0; step < 400; ++step) {
      if (random() % 2 == 0) {
        const auto rows = static_cast<std::int64_t>(random() % 9);  // sometimes none
        int* fresh = buffer.grow(rows);
        for (std::int64_t i = 0; i < rows * width; ++i) {
          fresh[i] = static_cast<int>(random());
          model.push_back(fresh[i]);
        }
      } else {
        const std::int64_t kept = buffer.end() - begin;
        const auto wanted =
            begin - 2 + static_cast<std::int64_t>(random() % static_cast<unsigned>(kept + 3));
        buffer.drop_before(wanted);  // backwards at times, to the end at others
        begin = std::max(begin, wanted);
      }
      ASSERT_NO_FATAL_FAILURE(expect_equal(buffer, model, begin, width)) << "step " << step;
    }
  }
}

TEST(SlidingBuffer, StartsEmpty) {
  const SlidingBuffer<float> buffer(4);
  EXPECT_EQ(buffer.begin(), 0);
  EXPECT_EQ(buffer.end(), 0);
}

// A day of samples passes through; what is stored follows what is kept.
TEST(SlidingBuffer, ReusesWhatWasDropped) {
  SlidingBuffer<int> buffer;
  std::copy_n(std::vector<int>(100, 0).data(), 100, buffer.grow(100));
  const int* last = buffer.row(0);
  int moves = 0;
  for (int i = 0; i < 10000; ++i) {
    std::fill_n(buffer.grow(10), 10, i);
    buffer.drop_before(buffer.end() - 100);
    ASSERT_EQ(buffer.row(buffer.end() - 1)[0], i);
    const int* front = buffer.row(buffer.begin());
    if (front < last) ++moves;
    last = front;
  }
  EXPECT_GT(moves, 100) << "the front never came back: it keeps everything";
}

}  // namespace
}  // namespace diarist
