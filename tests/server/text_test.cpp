#include "server/text.hpp"

#include <gtest/gtest.h>

namespace diarist::server {
namespace {

TEST(Text, Utf8) {
  for (const char* text :
       {"", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82", "\xe2\x28\xa1"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Text, PercentDecoded) {
  EXPECT_EQ(percent_decoded("a%20b+c%C3%A4", true), "a b c\xc3\xa4");
  EXPECT_EQ(percent_decoded("a+b", false), "a+b");
  EXPECT_EQ(percent_decoded("%2e%2E", false), "..");
  for (const char* text : {"%", "%1", "%1g", "%g1", "%00", "%ff", "%c0%ae"}) {
    EXPECT_FALSE(percent_decoded(text, false).has_value()) << text;
  }
}

TEST(Text, WholeNumber) {
  EXPECT_EQ(whole_number("0"), 0U);
  EXPECT_EQ(whole_number("999999999999999999"), 999999999999999999U);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1e3", "9999999999999999999"}) {
    EXPECT_FALSE(whole_number(text).has_value()) << text;
  }
}

TEST(Text, Parameterized) {
  const auto parsed = parse_parameterized("Form-Data ; NAME=\"a;\\\"b\" ;filename = x.wav; ");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->value, "form-data");
  EXPECT_EQ(parsed->parameter("name"), "a;\"b");
  EXPECT_EQ(parsed->parameter("filename"), "x.wav");
  EXPECT_FALSE(parsed->parameter("size").has_value());
  for (const char* text : {"", ";a=b", "a b", "a; b c", "a; b=\"c", "a; b=\"c\"d", "a; =b"}) {
    EXPECT_FALSE(parse_parameterized(text).has_value()) << text;
  }
  EXPECT_EQ(parse_parameterized("a; b=")->parameter("b"), "");
}

TEST(Text, RecordingNames) {
  EXPECT_EQ(recording_name_of("talk.wav"), "talk");
  EXPECT_EQ(recording_name_of("../../etc/passwd"), "passwd");
  EXPECT_EQ(recording_name_of("C:\\talks\\a.b.mp3"), "a.b");
  EXPECT_EQ(recording_name_of(".hidden"), ".hidden");
  for (const char* file : {"", "..", ".", "a/", "a\nb.wav", "\xff.wav"}) {
    EXPECT_EQ(recording_name_of(file), "") << file;
  }
  EXPECT_EQ(recording_name_of(std::string(300, 'x')), "");
}

TEST(Text, Times) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1764378123456), "2025-11-29T01:02:03.456Z");
}

}  // namespace
}  // namespace diarist::server
