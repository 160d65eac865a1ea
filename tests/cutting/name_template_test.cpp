// Names of files, whatever speakers and recordings are called.
#include "cutting/name_template.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

namespace diarist::cutting {
namespace {

using ::testing::HasSubstr;

NameFields fields() {
  NameFields fields;
  fields.recording = "talk";
  fields.speaker = "Ann";
  fields.index = 7;
  fields.most = 12;
  fields.start_s = 1.5;
  fields.end_s = 62.0625;
  fields.duration_s = 60.5;
  return fields;
}

std::string named(const std::string& text, const NameFields& of = fields()) {
  return NameTemplate(text).name(of);
}

std::string refusal(const std::string& text) {
  try {
    const NameTemplate taken(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "";
}

TEST(NameTemplate, FieldsBracesAndText) {
  EXPECT_EQ(named("{recording}-{index}-{speaker}"), "talk-007-Ann");
  EXPECT_EQ(named("{start}..{end} {duration}"), "1.500..62.063 60.500");
  EXPECT_EQ(named("{{x}}{speaker}"), "{x}Ann");
  EXPECT_EQ(named("{speaker}}}"), "Ann}");
  EXPECT_EQ(named("ch{channel}"), "chall");
  NameFields of = fields();
  of.channel = 2;
  EXPECT_EQ(named("ch{channel}", of), "ch2");
  of.index = 12345;
  of.most = 123456;
  EXPECT_EQ(named("{index}", of), "012345");
}

TEST(NameTemplate, RefusesWhatItCannotMean) {
  EXPECT_THAT(refusal("{speeker}"), HasSubstr("a field {speeker}, which there is none of"));
  EXPECT_THAT(refusal("{speeker}"), HasSubstr("{recording}, {speaker}, {index}, {start}, {end}"));
  EXPECT_THAT(refusal("{}"), HasSubstr("{}"));
  EXPECT_THAT(refusal("{speaker"), HasSubstr("a brace without its partner"));
  EXPECT_THAT(refusal("speaker}"), HasSubstr("a brace without its partner"));
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("a/{speaker}"), HasSubstr("'/'"));
  EXPECT_THAT(refusal("{speaker}.wav"), HasSubstr("an ending"));
}

TEST(NameTemplate, HostileNamesStayInTheFolder) {
  NameFields of = fields();
  const auto speaker = [&of](const std::string& name) {
    of.speaker = name;
    return named("{speaker}", of);
  };
  EXPECT_EQ(speaker("../../etc/passwd"), "_.._.._etc_passwd");
  EXPECT_EQ(speaker(".."), "_._");
  EXPECT_EQ(speaker("."), "__");
  EXPECT_EQ(speaker(""), "_");
  EXPECT_EQ(speaker("-rf"), "_-rf");
  EXPECT_EQ(speaker("<b>\"Ann\"</b>"), "_b__Ann___b_");
  EXPECT_EQ(speaker("C:\\x*?|"), "C__x___");
  EXPECT_EQ(speaker(std::string("a\0b\nc\x7F", 6)), "a_b_c_");
  EXPECT_EQ(speaker("Ann "), "Ann_");
  EXPECT_EQ(speaker("broken \xFF\xC3"), "broken __");
  EXPECT_EQ(speaker("\u202Egnp.exe"), "_gnp.exe");          // turns the direction of writing
  EXPECT_EQ(speaker("Anna\u200B\u2066\uFEFF"), "Anna___");  // of no width
  EXPECT_EQ(speaker("'quoted' & so"), "'quoted' & so");
  EXPECT_EQ(speaker("דנה שרון"), "דנה שרון");
  EXPECT_EQ(speaker("👩‍🚀 Žofie"), "👩‍🚀 Žofie");
}

TEST(NameTemplate, LongNamesAreCutBetweenCharacters) {
  NameFields of = fields();
  of.speaker.clear();
  for (int i = 0; i < 200; ++i) of.speaker += "é";
  of.recording = std::string(300, 'r');
  const std::string name = named("{recording}-{speaker}-{index}", of);
  EXPECT_LE(name.size(), 240U);
  EXPECT_THAT(name, ::testing::EndsWith("é-007"));
  EXPECT_LE(named(std::string(300, 'x')).size(), 240U);
}

TEST(NameTemplate, AnyBytesGiveAName) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 40, ' ');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string name = safe_name(bytes);
    ASSERT_FALSE(name.empty());
    ASSERT_EQ(name.find_first_of(std::string("/\\\0\n:*?\"<>|", 11)), std::string::npos);
    ASSERT_NE(name.front(), '.');
    ASSERT_NE(name.front(), '-');
    ASSERT_EQ(safe_name(name), name);
  }
}

}  // namespace
}  // namespace diarist::cutting
