#include "diarist/link.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"

#include "linking/archive.hpp"
#include "linking/parties.hpp"

namespace diarist {
namespace {

using linking::kFounder_s;
using testing::archive_of;
using testing::error_of;
using testing::far_sample_of;
using testing::far_voice_of;
using ::testing::HasSubstr;
using testing::names_in;
using testing::recording_of;

/// The bytes of all that a linking says.
std::string all_of(const Linking& linking) { return link_document(linking) + link_table(linking); }

class Link : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();
};

TEST_F(Link, GivesOnePersonOneNameInAllRecordings) {
  std::vector<LinkedSpeaker> speakers = recording_of(1, {10, 11, 12});
  for (const LinkedSpeaker& each : recording_of(2, {12, 10})) speakers.push_back(each);
  const Linking linking = link(speakers, model_);
  const std::map<std::string, std::string> expected = {{"day0001/SPEAKER_00", "PERSON_0001"},
                                                       {"day0001/SPEAKER_01", "PERSON_0002"},
                                                       {"day0001/SPEAKER_02", "PERSON_0003"},
                                                       {"day0002/SPEAKER_00", "PERSON_0003"},
                                                       {"day0002/SPEAKER_01", "PERSON_0001"}};
  EXPECT_EQ(names_in(linking), expected);
  EXPECT_EQ(linking.next_person, 4);
  EXPECT_DOUBLE_EQ(linking.persons[0].speech_s(), 5 + 8);
  EXPECT_GT(linking.persons[0].score().value(), LinkOptions{}.min_score);
  EXPECT_FALSE(linking.persons[1].score());
}

TEST_F(Link, IsTheSameInAnyOrderAndWithAnyThreads) {
  std::vector<LinkedSpeaker> speakers = archive_of(60, 9);
  const std::string expected = all_of(link(speakers, model_, {.threads = 1}));
  std::mt19937 random(1);
  for (int i = 0; i < 5; ++i) {
    std::shuffle(speakers.begin(), speakers.end(), random);
    EXPECT_EQ(all_of(link(speakers, model_, {.threads = 1 + i})), expected);
  }
}

/// Two short looks are one and the same, and the first of them stands beside the person himself.
TEST_F(Link, WhoSpeaksForAMomentGoesToWhoSpeaksForLong) {
  const Linking linking =
      link(std::vector<LinkedSpeaker>{{"monday", "SPEAKER_00", far_voice_of(0, 1), kFounder_s},
                                      {"monday", "SPEAKER_01", far_voice_of(0, 77), 2},
                                      {"tuesday", "SPEAKER_00", far_voice_of(0, 2), kFounder_s},
                                      {"wednesday", "SPEAKER_00", far_voice_of(0, 77), 2}},
           model_);
  const std::map<std::string, std::string> expected = {{"monday/SPEAKER_00", "PERSON_0001"},
                                                       {"monday/SPEAKER_01", "PERSON_0002"},
                                                       {"tuesday/SPEAKER_00", "PERSON_0001"},
                                                       {"wednesday/SPEAKER_00", "PERSON_0001"}};
  EXPECT_EQ(names_in(linking), expected);
}

/// So it is of whom no more than a moment is known from before.
TEST_F(Link, WhoIsKnownForAMomentDrawsNobodyAway) {
  const Linking known =
      link(std::vector<LinkedSpeaker>{{"monday", "SPEAKER_01", far_voice_of(0, 77), 2}}, model_);
  const Linking linking =
      link(std::vector<LinkedSpeaker>{{"monday", "SPEAKER_00", far_voice_of(0, 1), kFounder_s},
                                      {"tuesday", "SPEAKER_00", far_voice_of(0, 2), kFounder_s},
                                      {"wednesday", "SPEAKER_00", far_voice_of(0, 77), 2}},
           model_, {}, nullptr, &known);
  const auto names = names_in(linking);
  EXPECT_EQ(names.at("monday/SPEAKER_01"), "PERSON_0001");
  EXPECT_EQ(names.at("wednesday/SPEAKER_00"), "PERSON_0002");
  EXPECT_EQ(names.at("tuesday/SPEAKER_00"), "PERSON_0002");
}

/// A voice is known however short its session, and so is its person later, without the store.
TEST_F(Link, AVoiceDrawsMomentsAsWhoSpeaksForLongDoes) {
  SpeakerStore store = open();
  store.add("Ann", {far_voice_of(0, 1), 2, "day1"}, model_);
  const LinkedSpeaker ann = {"monday", "SPEAKER_00", far_voice_of(0, 1), 2};
  const LinkedSpeaker once_more = {"monday", "SPEAKER_01", far_voice_of(0, 77), 2};
  const LinkedSpeaker later = {"tuesday", "SPEAKER_00", far_voice_of(0, 77), 2};
  const auto name_of_later = [&](const Linking& linking) {
    return names_in(linking).at("tuesday/SPEAKER_00");
  };
  const std::vector<LinkedSpeaker> all = {ann, once_more, later};
  EXPECT_EQ(name_of_later(link(all, model_, {}, &store)), "Ann");
  EXPECT_NE(name_of_later(link(all, model_)), names_in(link(all, model_)).at("monday/SPEAKER_00"));
  const Linking known = link(std::vector<LinkedSpeaker>{ann}, model_, {}, &store);
  const std::vector<LinkedSpeaker> more = {once_more, later};
  EXPECT_EQ(name_of_later(link(more, model_, {}, nullptr, &known)), "Ann");
}

TEST_F(Link, NeverJoinsTwoSpeakersOfOneRecording) {
  // One voice, twice in each recording: two people, as somebody who speaks with himself.
  std::vector<LinkedSpeaker> speakers;
  for (unsigned day = 0; day < 20; ++day) {
    for (LinkedSpeaker& each : recording_of(day, {3, 3})) speakers.push_back(std::move(each));
  }
  const Linking linking = link(speakers, model_, {.min_score = -100});
  for (const LinkedPerson& person : linking.persons) {
    std::set<std::string> recordings;
    for (const Appearance& each : person.appearances) {
      EXPECT_TRUE(recordings.insert(each.recording).second) << person.name << each.recording;
    }
  }
}

TEST_F(Link, AddsRecordingsToWhatIsKnown) {
  const std::vector<LinkedSpeaker> all = archive_of(60, 9);
  const std::vector<LinkedSpeaker> first(all.begin(), all.begin() + 60);
  const std::vector<LinkedSpeaker> more(all.begin() + 60, all.end());
  const Linking before = link(first, model_);
  // Through the document, as the program does it.
  const Linking known = parse_link_document(link_document(before), "known");
  const Linking after = link(more, model_, {}, nullptr, &known);
  const auto names = names_in(after);
  for (const auto& [speaker, person] : names_in(before)) EXPECT_EQ(names.at(speaker), person);
  EXPECT_EQ(names.size(), all.size());
  EXPECT_EQ(after.persons.size(), 9U);
  // What was there is passed over, with more or without.
  EXPECT_EQ(all_of(link(all, model_, {}, nullptr, &known)), all_of(after));
  EXPECT_EQ(all_of(link({}, model_, {}, nullptr, &after)), all_of(after));
  EXPECT_EQ(all_of(link(all, model_, {}, nullptr, &after)), all_of(after));
}

TEST_F(Link, NewPeopleGetNewNumbers) {
  const Linking known = link(recording_of(1, {10, 11}), model_);
  const Linking after = link(recording_of(2, {12, 11}), model_, {}, nullptr, &known);
  EXPECT_EQ(names_in(after).at("day0002/SPEAKER_00"), "PERSON_0003");
  EXPECT_EQ(names_in(after).at("day0002/SPEAKER_01"), "PERSON_0002");
}

TEST_F(Link, KnownPersonsStayApart) {
  Linking known = link(recording_of(1, {10}), model_);
  const Linking other = link(recording_of(2, {10}), model_);
  known.persons.push_back(other.persons.front());
  known.persons.back().name = "PERSON_0002";
  EXPECT_EQ(link({}, model_, {}, nullptr, &known).persons.size(), 2U);
}

TEST_F(Link, VoicesOfTheStoreGiveTheirNames) {
  SpeakerStore store = open();
  // Made-up voices may sound alike to the model; somebody of the archive does so to Nobody.
  const LinkOptions strict{.min_score = 15};
  store.add("Ann", far_sample_of(5, 900), model_);
  store.add("Nobody", far_sample_of(50, 900), model_);
  const Linking linking = link(archive_of(40, 9), model_, strict, &store);
  ASSERT_EQ(linking.persons.size(), 9U) << link_table(linking);
  EXPECT_EQ(linking.persons[0].name, "Ann");
  EXPECT_TRUE(linking.persons[0].known_voice);
  EXPECT_EQ(linking.persons[1].name, "PERSON_0001");
  // What is kept of Ann is of the recordings alone: the same as without the store.
  const Linking without = link(archive_of(40, 9), model_, strict);
  const auto same =
      std::find_if(without.persons.begin(), without.persons.end(), [&](const LinkedPerson& person) {
        return person.appearances.front().recording ==
                   linking.persons[0].appearances[0].recording &&
               person.appearances.front().speaker == linking.persons[0].appearances[0].speaker;
      });
  ASSERT_NE(same, without.persons.end());
  EXPECT_EQ(same->voice.sum, linking.persons[0].voice.sum);
  // Again, with the store and without: Ann stays Ann.
  EXPECT_EQ(all_of(link({}, model_, strict, &store, &linking)), all_of(linking));
  EXPECT_EQ(all_of(link({}, model_, strict, nullptr, &linking)), all_of(linking));
}

TEST_F(Link, APersonWhoTurnsOutToBeAVoiceTakesItsName) {
  const Linking known = link(recording_of(1, {10, 11}), model_);
  SpeakerStore store = open();
  store.add("Bob", far_sample_of(11, 900), model_);
  const Linking after = link(recording_of(2, {11, 12}), model_, {}, &store, &known);
  const std::map<std::string, std::string> expected = {{"day0001/SPEAKER_00", "PERSON_0001"},
                                                       {"day0001/SPEAKER_01", "Bob"},
                                                       {"day0002/SPEAKER_00", "Bob"},
                                                       {"day0002/SPEAKER_01", "PERSON_0003"}};
  EXPECT_EQ(names_in(after), expected);
}

TEST_F(Link, OfNobodyIsEmpty) {
  const Linking linking = link({}, model_);
  EXPECT_TRUE(linking.persons.empty());
  EXPECT_EQ(link_table(linking), "person,recording,speaker,speech_s,score\n");
  EXPECT_EQ(all_of(parse_link_document(link_document(linking), "x")), all_of(linking));
}

TEST_F(Link, ASpeakerWithoutAnEmbeddingStaysAsHeIs) {
  std::vector<LinkedSpeaker> speakers = recording_of(1, {10, 11});
  speakers[1].embedding.clear();
  const Linking linking = link(speakers, model_);
  ASSERT_EQ(linking.unlinked.size(), 1U);
  EXPECT_EQ(linking.unlinked[0].speaker, "SPEAKER_01");
  EXPECT_EQ(linking.persons.size(), 1U);
  // Known as such from then on.
  EXPECT_EQ(all_of(link(speakers, model_, {}, nullptr, &linking)), all_of(linking));
  Diarization result = testing::meeting_of({10, 11}, 1);
  result.recording = "day0001";
  PersonNames(linking).give(result);
  EXPECT_EQ(result.speakers[0].name, "PERSON_0001");
  EXPECT_EQ(result.speakers[1].name, "SPEAKER_01");
}

TEST_F(Link, RefusesWhatIsNoSpeaker) {
  const auto refused = [&](auto change) {
    std::vector<LinkedSpeaker> speakers = recording_of(1, {10, 11});
    change(speakers[1]);
    const Error error = error_of([&] { link(speakers, model_); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return std::string(error.what());
  };
  EXPECT_THAT(
      refused([](LinkedSpeaker& s) { s.embedding[3] = std::numeric_limits<float>::quiet_NaN(); }),
      HasSubstr("recording 'day0001', speaker 'SPEAKER_01': has an embedding that is not"));
  EXPECT_THAT(refused([](LinkedSpeaker& s) { s.embedding.assign(256, 0); }), HasSubstr("zeros"));
  EXPECT_THAT(refused([](LinkedSpeaker& s) { s.embedding.resize(192); }),
              HasSubstr("192 numbers, where the model's have 256"));
  EXPECT_THAT(refused([](LinkedSpeaker& s) { s.speech_s = -1; }), HasSubstr("length of speech"));
  EXPECT_THAT(refused([](LinkedSpeaker& s) { s.speaker = "SPEAKER_00"; }), HasSubstr("twice"));
}

TEST_F(Link, RefusesOptionsOutOfRange) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(error_of([&] { link({}, model_, {.min_score = infinite}); }).code(),
            ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { link({}, model_, {.threads = -1}); }).code(),
            ErrorCode::invalid_argument);
}

TEST_F(Link, RefusesAnotherModelsPersonsAndWhatWasDiarizedAnew) {
  Linking known = link(recording_of(1, {10}), model_);
  std::vector<LinkedSpeaker> anew = recording_of(1, {10});
  anew[0].speech_s += 0.5;
  EXPECT_THAT(error_of([&] { link(anew, model_, {}, nullptr, &known); }).what(),
              HasSubstr("diarized anew"));
  Linking damaged = known;
  damaged.persons[0].voice.sum.resize(64);
  EXPECT_EQ(error_of([&] { link({}, model_, {}, nullptr, &damaged); }).code(),
            ErrorCode::invalid_argument);
  known.space.digest = std::string(32, '0');
  EXPECT_EQ(error_of([&] { link({}, model_, {}, nullptr, &known); }).code(),
            ErrorCode::wrong_model);
}

TEST_F(Link, RefusesAVoiceOfAPersonsName) {
  Linking known = link(recording_of(1, {10}), model_);
  SpeakerStore store = open();
  store.add("PERSON_0001", far_sample_of(50, 900), model_);
  EXPECT_THAT(error_of([&] { link({}, model_, {}, &store, &known); }).what(),
              HasSubstr("has the name of a person"));
  // Where nobody has the name yet, nobody else gets it.
  const Linking linking = link(recording_of(1, {50, 10}), model_, {}, &store);
  EXPECT_EQ(names_in(linking).at("day0001/SPEAKER_00"), "PERSON_0001");
  EXPECT_EQ(names_in(linking).at("day0001/SPEAKER_01"), "PERSON_0002");
}

TEST_F(Link, NamesAreGivenOnlyOnce) {
  const Linking linking = link(recording_of(1, {10}), model_);
  Diarization result = testing::meeting_of({10, 11}, 1);
  result.recording = "day0001";
  result.speakers[1].name = "PERSON_0001";
  const Diarization before = result;
  EXPECT_THAT(error_of([&] { PersonNames(linking).give(result); }).what(), HasSubstr("day0001"));
  EXPECT_EQ(testing::names_in(result), testing::names_in(before));
}

}  // namespace
}  // namespace diarist
