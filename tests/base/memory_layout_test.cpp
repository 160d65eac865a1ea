#include "base/memory_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

#include <gtest/gtest.h>

namespace diarist {
namespace {

TEST(MemoryLayout, CountsWithoutMemory) {
  MemoryLayout layout;
  EXPECT_EQ(layout.place<float>(3).data(), nullptr);
  EXPECT_EQ(layout.end(), 64U);
  layout.place<std::uint8_t>(65);
  EXPECT_EQ(layout.end(), 192U);
  EXPECT_EQ(layout.bytes(), 192U);
}

TEST(MemoryLayout, PlacesArraysOneAfterAnother) {
  AlignedBuffer<std::byte> memory(256);
  MemoryLayout layout(memory.data());
  const auto a = layout.place<double>(9);
  const auto b = layout.place<std::uint8_t>(5);
  EXPECT_EQ(a.size(), 9U);
  EXPECT_EQ(b.size(), 5U);
  EXPECT_EQ(static_cast<void*>(a.data()), memory.data());
  EXPECT_EQ(static_cast<void*>(b.data()), memory.data() + 128);
}

TEST(MemoryLayout, GoesBackAndRemembersHowFarItCame) {
  AlignedBuffer<std::byte> memory(512);
  MemoryLayout layout(memory.data());
  layout.place<std::byte>(64);
  const std::size_t start = layout.end();
  const auto large = layout.place<std::byte>(256);
  layout.go_back(start);
  const auto small = layout.place<std::byte>(64);
  EXPECT_EQ(large.data(), small.data());
  EXPECT_EQ(layout.end(), 128U);
  EXPECT_EQ(layout.bytes(), 320U);
}

TEST(MemoryLayout, MemoryForHoldsWhatWasPlaced) {
  std::span<float> values;
  const auto memory = memory_for([&](MemoryLayout& layout) { values = layout.place<float>(100); });
  EXPECT_EQ(memory.size(), 448U);
  EXPECT_EQ(static_cast<const void*>(values.data()), memory.data());
}

}  // namespace
}  // namespace diarist
