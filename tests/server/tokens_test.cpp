#include "server/tokens.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::server {
namespace {

class TokensTest : public ::testing::Test {
 protected:
  TokensTest()
      : file_(std::filesystem::temp_directory_path() / ("tokens" + std::to_string(::getpid()))) {}
  ~TokensTest() override { std::filesystem::remove(file_); }
  Tokens read(const std::string& text) const {
    std::ofstream(file_) << text;
    return Tokens(file_);
  }
  std::filesystem::path file_;
};

TEST_F(TokensTest, ThoseOfTheFileAndNoOthers) {
  const Tokens tokens = read("# mine\n0123456789abcdef\r\n\n \tfedcba9876543210 \n");
  EXPECT_TRUE(tokens.wanted());
  EXPECT_TRUE(tokens.allow("0123456789abcdef"));
  EXPECT_TRUE(tokens.allow("fedcba9876543210"));
  for (const char* token :
       {"", "# mine", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"}) {
    EXPECT_FALSE(tokens.allow(token)) << token;
  }
  EXPECT_FALSE(Tokens().wanted());
  EXPECT_TRUE(Tokens().allow(""));
}

TEST_F(TokensTest, FilesThatAreNone) {
  for (const char* text :
       {"", "# only\n", "short\n", "0123456789 abcdef\n", "0123456789abcdef\x01\n"}) {
    EXPECT_THROW(read(text), Error) << text;
  }
  std::filesystem::remove(file_);
  EXPECT_THROW(Tokens{file_}, Error);
}

TEST(BearerToken, OfAHeader) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc "), "abc");
  for (const char* header : {"", "Bearer", "Bearer ", "Basic abc", "abc"}) {
    EXPECT_EQ(bearer_token(header), "") << header;
  }
}

}  // namespace
}  // namespace diarist::server
