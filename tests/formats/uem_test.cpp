#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/malformed.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

std::string refused(const std::string& text, int line) {
  return testing::refusal([&] { parse_uem(text, "f"); }, line);
}

TEST(ReadUem, TakesLinesAsTheyAreInTheWild) {
  const auto read = parse_uem("\xEF\xBB\xBF;; c\r\nb 1 0 30.5\r\n\na\tNA\t1e1\t20\nb 1 40 50", "f");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].recording, "b");
  ASSERT_EQ(read[0].segments.size(), 2u);
  EXPECT_DOUBLE_EQ(read[0].segments[0].end_s, 30.5);
  EXPECT_DOUBLE_EQ(read[0].segments[1].start_s, 40);
  EXPECT_EQ(read[0].segments[0].label, "");
  EXPECT_EQ(read[1].segments[0].channel, "NA");
  EXPECT_DOUBLE_EQ(read[1].segments[0].start_s, 10);
  EXPECT_TRUE(parse_uem("", "f").empty());
}

TEST(ReadUem, NamesLineAndWhatWasExpected) {
  EXPECT_THAT(refused("a 1 0 1\na 1 0\n", 2), HasSubstr("has 3 columns, expected 4"));
  EXPECT_THAT(refused("my talk 1 0 1\n", 1), HasSubstr("is there a space in a name?"));
  EXPECT_THAT(refused("a 1 x 1\n", 1), HasSubstr("the start (column 3) is 'x'"));
  EXPECT_THAT(refused("a 1 0 inf\n", 1), HasSubstr("the end (column 4) is 'inf'"));
  EXPECT_THAT(refused("a 1 2 1\n", 1),
              HasSubstr("ends at '1', expected an end after its start '2'"));
  EXPECT_THAT(refused("a 1 2 2\n", 1), HasSubstr("expected an end after"));
  EXPECT_THAT(refused("a 1 -1 2\n", 1), HasSubstr(">= 0"));
}

TEST(ReadUem, FileThatIsNotThere) {
  try {
    read_uem("no/such/file.uem");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_EQ(error.subject(), "no/such/file.uem");
  }
}

}  // namespace
}  // namespace diarist
