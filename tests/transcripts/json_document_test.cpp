// JSON that comes back as it was.
#include "transcripts/json_document.hpp"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/malformed.hpp"
#include "transcripts/making.hpp"

namespace diarist::transcripts {
namespace {

using ::testing::HasSubstr;

std::string there_and_back(const std::string& text) { return json_text(parse_json(text, "f")); }

TEST(JsonDocument, EveryFixtureComesBackByteForByte) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testing::fixture(""))) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const std::string text = testing::bytes_of(entry.path());
    EXPECT_TRUE(there_and_back(text) == text) << entry.path();
  }
  EXPECT_GE(files, 8);
}

TEST(JsonDocument, LayoutsComeBack) {
  for (const std::string text :
       {R"({"a":[1,2],"b":{}})", R"({"a": [1, 2], "b": {}})", "{\n  \"a\": [\n    1\n  ]\n}\n",
        "[\n\t{\n\t\t\"a\":1\n\t}\n]", "{\r\n \"a\": 1\r\n}\r\n", "[]", "{}\n",
        R"({"a": "\u00e9\ud83d\ude00", "b": "\u001f\n\"\\"})", R"({"a": "é😀"})"}) {
    EXPECT_EQ(there_and_back(text), text);
  }
}

TEST(JsonDocument, NumbersStayAsTheyAreSpelled) {
  const std::string text =
      R"([1.0, 1, -0.50, 2.3e-05, 1E+2, 12345678901234567890123, 18446744073709551615, true, null])";
  EXPECT_EQ(there_and_back(text), text);
}

TEST(JsonDocument, KeysStayInOrderAndTwice) {
  const std::string text = R"({"z": 1, "a": 2, "z": 3})";
  JsonDocument document = parse_json(text, "f");
  EXPECT_EQ(json_text(document), text);
  EXPECT_EQ(document.root.find("z")->text, "3") << "the last one counts, as it does for Python";
  document.root.remove("z");
  document.root.set("b", json_string("new"));
  EXPECT_EQ(json_text(document), R"({"a": 2, "b": "new"})");
}

TEST(JsonDocument, BytesThatAreNoUtf8ComeThrough) {
  const std::string text = "{\"a\": \"\xE4\xBD\", \"b\": \"\xA0 \xFF\x80\"}";
  const JsonDocument document = parse_json(text, "f");
  EXPECT_EQ(json_text(document), text);
  EXPECT_EQ(unshielded(document, document.root.find("a")->text), "\xE4\xBD");
  // What stands for such bytes in memory is an ordinary character in a file without any.
  const std::string sound = "[\"\xF4\x8F\xBE\x80\"]";
  EXPECT_EQ(there_and_back(sound), sound);
}

TEST(JsonDocument, LinesAreKnown) {
  const JsonDocument document = parse_json("{\n\"a\": 1,\n\n\"b\": [\n{}]}", "f");
  EXPECT_EQ(document.root.line, 1u);
  EXPECT_EQ(document.root.find("a")->line, 2u);
  EXPECT_EQ(document.root.find("b")->items[0].line, 5u);
}

TEST(JsonDocument, WhatIsNoJsonIsRefusedWithItsLine) {
  const auto refused = [](const std::string& text, int line) {
    return testing::refusal([&] { parse_json(text, "f"); }, line);
  };
  EXPECT_THAT(refused("{\n\"a\": NaN}", 2), HasSubstr("NaN and Infinity are no numbers"));
  EXPECT_THAT(refused("{\n\"a\": 1,\n}", 3), HasSubstr("is no JSON"));
  EXPECT_THAT(refused("", 1), HasSubstr("is no JSON"));
  EXPECT_THAT(refused("[1]\n[2]", 2), HasSubstr("is no JSON"));
  EXPECT_THAT(refused("[1e999]", 1), HasSubstr("is no JSON"));
  EXPECT_THAT(refused(std::string(65, '['), 1), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(refused(std::string(1000000, '['), 1), HasSubstr("nested deeper than 64"));
}

}  // namespace
}  // namespace diarist::transcripts
