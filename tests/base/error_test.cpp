#include "diarist/error.hpp"

#include <gtest/gtest.h>

namespace diarist {
namespace {

TEST(Error, ReadsAsSubjectProblemAdvice) {
  const Error error(ErrorCode::io, "a.wav", "cannot be read", "check its permissions");
  EXPECT_STREQ(error.what(), "a.wav: cannot be read; check its permissions");
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_EQ(error.subject(), "a.wav");
}

TEST(Error, LeavesOutEmptyParts) {
  EXPECT_STREQ(Error(ErrorCode::internal, "", "broken").what(), "broken");
}

}  // namespace
}  // namespace diarist
