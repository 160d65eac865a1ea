#include "server/byte_range.hpp"

#include <gtest/gtest.h>

#include "server/problem.hpp"

namespace diarist::server {
namespace {

void expect(std::string_view header, std::uint64_t first, std::uint64_t length) {
  const auto range = parse_range(header, 100);
  ASSERT_TRUE(range.has_value()) << header;
  EXPECT_EQ(range->first, first) << header;
  EXPECT_EQ(range->length, length) << header;
}

TEST(ByteRange, OneRange) {
  expect("bytes=0-0", 0, 1);
  expect("bytes=0-99", 0, 100);
  expect("bytes=10-", 10, 90);
  expect("bytes=99-1000", 99, 1);
  expect("bytes=-1", 99, 1);
  expect("bytes=-1000", 0, 100);
  expect("BYTES = 5 - 6", 5, 2);
}

TEST(ByteRange, WhatIsNoneGivesTheWhole) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "lines=1-2", "bytes=0-1,3-4",
        "bytes=1-2-3", "bytes=0x1-2", "bytes=--1", "bytes=99999999999999999999-"}) {
    EXPECT_FALSE(parse_range(header, 100).has_value()) << header;
  }
}

TEST(ByteRange, BeyondTheEnd) {
  for (const char* header : {"bytes=100-", "bytes=100-200", "bytes=-0"}) {
    try {
      parse_range(header, 100);
      FAIL() << header;
    } catch (const Problem& problem) {
      EXPECT_EQ(problem.status(), 416);
      ASSERT_EQ(problem.headers().size(), 1U);
      EXPECT_EQ(problem.headers()[0].second, "bytes */100");
    }
  }
  EXPECT_THROW(parse_range("bytes=0-", 0), Problem);
}

}  // namespace
}  // namespace diarist::server
