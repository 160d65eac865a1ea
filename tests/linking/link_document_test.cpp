#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/link.hpp"

#include "linking/archive.hpp"

namespace diarist {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

Linking small() {
  Linking linking;
  linking.space = {"11e7b55be2d86c2b46d8625bc9daa8b0", "built-in", 256};
  linking.next_person = 2;
  LinkedPerson person{"PERSON_0001", false, {{"mon, \"a\"", "SPEAKER_00", 1.5, 4.25F}}, {}};
  person.voice = {0.5, 1.25, {0.1F, -3}};
  linking.persons.push_back(person);
  linking.unlinked.push_back({"mon", "SPEAKER_01", 0.25});
  return linking;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(LinkDocument, HoldsAllOfIt) {
  const std::string text = link_document(small());
  const Linking read = parse_link_document(text, "x");
  EXPECT_EQ(link_document(read), text);
  EXPECT_EQ(read.persons[0].voice.sum, small().persons[0].voice.sum);
  EXPECT_EQ(read.next_person, 2);
  EXPECT_EQ(link_table(read),
            "person,recording,speaker,speech_s,score\n"
            "PERSON_0001,\"mon, \"\"a\"\"\",SPEAKER_00,1.500000,4.2500\n"
            ",mon,SPEAKER_01,0.250000,\n");
}

TEST(LinkDocument, IgnoresFieldsThatItDoesNotKnow) {
  const std::string text = link_document(small());
  EXPECT_EQ(link_document(parse_link_document(
                replaced(text, "\"persons\"", "\"more\": [1], \"persons\""), "x")),
            text);
}

TEST(LinkDocument, RefusesEverythingElse) {
  const std::string text = link_document(small());
  const auto refused = [&](const std::string& document) {
    const Error error = error_of([&] { parse_link_document(document, "known.json"); });
    EXPECT_EQ(error.code(), ErrorCode::malformed) << document;
    EXPECT_EQ(error.subject(), "known.json");
    return std::string(error.what());
  };
  EXPECT_THAT(refused(""), HasSubstr("no JSON"));
  EXPECT_THAT(refused("[1]"), HasSubstr("diarist.link"));
  EXPECT_THAT(refused(replaced(text, "diarist.link", "diarist.voices")), HasSubstr("schema"));
  EXPECT_THAT(refused(replaced(text, "\"version\": 1", "\"version\": 2")), HasSubstr("version"));
  EXPECT_THAT(refused(replaced(text, "\"persons\"", "\"people\"")), HasSubstr("no 'persons'"));
  EXPECT_THAT(refused(replaced(text, "-3.0", "\"x\"")), HasSubstr("finite"));
  EXPECT_THAT(refused(replaced(text, "-3.0", "1e300")), HasSubstr("finite"));
  EXPECT_THAT(refused(replaced(text, "\"weight\":0.5", "\"weight\":0")),
              HasSubstr("'weight' of 0"));
  EXPECT_THAT(refused(replaced(text, "\"spread\":1.25", "\"spread\":-1")), HasSubstr("below 0"));
  EXPECT_THAT(refused(replaced(text, "\"next_person\": 2", "\"next_person\": 0.5")),
              HasSubstr("whole number"));
  EXPECT_THAT(refused(replaced(text, "PERSON_0001", "")), HasSubstr("no name of its own"));
  EXPECT_THAT(refused(replaced(text, "\"speaker\":\"SPEAKER_00\"", "\"speaker\":7")),
              HasSubstr("no string"));
  EXPECT_THAT(
      refused(replaced(replaced(text, "mon, \\\"a\\\"", "mon"), "SPEAKER_01", "SPEAKER_00")),
      HasSubstr("twice"));
  for (std::size_t size = 0; size < text.size() - 2; size += 7) refused(text.substr(0, size));
}

}  // namespace
}  // namespace diarist
