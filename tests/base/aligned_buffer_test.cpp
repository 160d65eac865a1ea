#include "base/aligned_buffer.hpp"

#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

namespace diarist {
namespace {

bool is_aligned(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 64 == 0; }

TEST(AlignedBuffer, StartsOnACacheLineWhateverItsSize) {
  for (std::size_t size = 1; size < 200; ++size) {
    AlignedBuffer<float> floats(size);
    AlignedBuffer<std::uint8_t> bytes(size);
    EXPECT_TRUE(is_aligned(floats.data()));
    EXPECT_TRUE(is_aligned(bytes.data()));
    floats[size - 1] = 1;
    bytes[size - 1] = 1;
    EXPECT_EQ(floats.span().size(), size);
    EXPECT_EQ(floats.span().back(), 1);
  }
}

TEST(AlignedBuffer, HoldsWhatIsWritten) {
  AlignedBuffer<double> buffer(100);
  for (std::size_t i = 0; i < buffer.size(); ++i) buffer[i] = static_cast<double>(i);
  const AlignedBuffer<double>& view = buffer;
  for (std::size_t i = 0; i < view.size(); ++i) EXPECT_EQ(view[i], static_cast<double>(i));
  EXPECT_EQ(view.span().data(), buffer.data());
}

TEST(AlignedBuffer, IsEmptyUnlessMade) {
  const AlignedBuffer<float> buffer;
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_EQ(buffer.data(), nullptr);
}

TEST(AlignedBuffer, MovesWithoutCopying) {
  AlignedBuffer<float> from(10);
  from[9] = 3;
  const float* data = from.data();
  AlignedBuffer<float> to(5);
  to = std::move(from);
  EXPECT_EQ(to.data(), data);
  EXPECT_EQ(to.size(), 10U);
  EXPECT_EQ(to[9], 3);
}

}  // namespace
}  // namespace diarist
