// What a store keeps, changes and refuses.
#include "diarist/speaker_store.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <sys/stat.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/places.hpp"
#include "testing/synthetic_model.hpp"
#include "voices/voices.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::names_in;
using ::testing::Not;
using testing::sample_of;
using testing::voice_of;

class SpeakerStoreTest : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();
};

TEST_F(SpeakerStoreTest, KeepsWhatWasAdded) {
  {
    SpeakerStore store = open();
    EXPECT_FALSE(store.space());
    EXPECT_TRUE(store.add("Ann", sample_of(1), model_));
    EXPECT_TRUE(store.add("Ann", sample_of(1, 1, 7.5), model_));
    EXPECT_TRUE(store.add("Björn", sample_of(2), model_));
  }
  const SpeakerStore store = open();
  const std::vector<KnownVoice> voices = store.voices();
  EXPECT_THAT(names_in(voices), ElementsAre("Ann", "Björn"));
  ASSERT_EQ(voices[0].sessions.size(), 2u);
  EXPECT_EQ(voices[0].sessions[0].sample.embedding, voice_of(1));
  EXPECT_EQ(voices[0].sessions[1].sample.embedding, voice_of(1, 1));
  EXPECT_EQ(voices[0].sessions[1].sample.speech_s, 7.5);
  EXPECT_EQ(voices[0].sessions[1].sample.source, "day1");
  EXPECT_FALSE(voices[0].sessions[1].remembered);
  EXPECT_GT(voices[0].sessions[1].added, 1700000000);
  ASSERT_TRUE(store.space());
  EXPECT_EQ(store.space()->digest, voice_space(model_).digest);
  EXPECT_EQ(store.space()->dimensions, 256);
}

TEST_F(SpeakerStoreTest, TakesTheSameRecordingOnce) {
  SpeakerStore store = open();
  EXPECT_TRUE(store.add("Ann", sample_of(1), model_));
  EXPECT_FALSE(store.add("Ann", sample_of(1), model_));
  EXPECT_EQ(store.voice("Ann").sessions.size(), 1u);
  const Error error = error_of([&] { store.add("Bob", sample_of(1), model_); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.what(), HasSubstr("kept as 'Ann'"));
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann"));
}

TEST_F(SpeakerStoreTest, KeepsTheSessionsWithTheMostSpeech) {
  SpeakerStore store = open();
  for (unsigned day = 0; day < 25; ++day) {
    // The shortest ones in the middle.
    store.add("Ann", sample_of(1, day, day < 10 ? 100 - day : 50 + day), model_);
  }
  const KnownVoice voice = store.voice("Ann");
  ASSERT_EQ(voice.sessions.size(), kMostVoiceSessions);
  for (const VoiceSession& session : voice.sessions) {
    EXPECT_THAT(session.sample.source,
                Not(::testing::AnyOf("day10", "day11", "day12", "day13", "day14")));
  }
}

TEST_F(SpeakerStoreTest, Renames) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  store.add("Bob", sample_of(2), model_);
  store.rename("Ann", "Ann Lee");
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann Lee", "Bob"));
  EXPECT_EQ(store.voice("Ann Lee").sessions[0].sample.embedding, voice_of(1));
  EXPECT_THAT(error_of([&] { store.rename("Ann Lee", "Bob"); }).what(),
              HasSubstr("name of another voice"));
  EXPECT_THAT(error_of([&] { store.rename("Ann", "Cid"); }).what(), HasSubstr("no voice 'Ann'"));
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann Lee", "Bob"));
}

TEST_F(SpeakerStoreTest, MergesWithinTheBound) {
  SpeakerStore store = open();
  for (unsigned day = 0; day < 15; ++day) {
    store.add("Ann", sample_of(1, day, 10 + day), model_);
    store.add("Ann again", sample_of(2, day, 40 + day), model_);
  }
  store.merge("Ann", "Ann again");
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann"));
  const KnownVoice voice = store.voice("Ann");
  ASSERT_EQ(voice.sessions.size(), kMostVoiceSessions);
  double least_s = 1e9;
  for (const VoiceSession& each : voice.sessions) least_s = std::min(least_s, each.sample.speech_s);
  EXPECT_EQ(least_s, 20);
  EXPECT_THROW(store.merge("Ann", "Ann"), Error);
  EXPECT_THROW(store.merge("Ann", "Bob"), Error);
}

TEST_F(SpeakerStoreTest, ForgetsAllThatAreNamedOrNone) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  store.add("Bob", sample_of(2), model_);
  EXPECT_THROW(store.forget(std::vector<std::string>{"Ann", "Cid"}), Error);
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann", "Bob"));
  store.forget(std::vector<std::string>{"Ann", "Bob"});
  EXPECT_THAT(store.voices(), IsEmpty());
  // And with the last of them the bond to a pack.
  EXPECT_FALSE(store.space());
}

TEST_F(SpeakerStoreTest, RefusesNamesThatAreNone) {
  SpeakerStore store = open();
  for (const char* name : {"", " Ann", "Ann ", "A\nnn", "A\x7fnn", "\xc3\x28", "\xed\xa0\x80",
                           "\xc2\x85", "SPEAKER_00", "VOICE_0001"}) {
    const Error error = error_of([&] { store.add(name, sample_of(1), model_); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << name;
  }
  EXPECT_THROW(store.add(std::string(201, 'a'), sample_of(1), model_), Error);
  EXPECT_THROW(store.add(std::string("a\0b", 3), sample_of(1), model_), Error);
  EXPECT_THAT(store.voices(), IsEmpty());
  EXPECT_FALSE(store.space());
  unsigned person = 1;
  for (const char* name : {"SPEAKER", "SPEAKER_x", "voice_1", "李雷", "O'Neil; DROP TABLE voice"}) {
    store.add(name, sample_of(++person), model_);
    EXPECT_EQ(store.voice(name).name, name);
  }
}

TEST_F(SpeakerStoreTest, RefusesWhatIsNoEmbedding) {
  SpeakerStore store = open();
  VoiceSample sample = sample_of(1);
  sample.embedding.pop_back();
  EXPECT_THAT(error_of([&] { store.add("Ann", sample, model_); }).what(), HasSubstr("255 numbers"));
  sample.embedding.push_back(std::nanf(""));
  EXPECT_THAT(error_of([&] { store.add("Ann", sample, model_); }).what(), HasSubstr("not finite"));
  sample = sample_of(1, 0, -1);
  EXPECT_THROW(store.add("Ann", sample, model_), Error);
  EXPECT_THAT(store.voices(), IsEmpty());
}

TEST_F(SpeakerStoreTest, RefusesAnotherPackAndSaysWhatToDo) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  const Model other = testing::synthetic_model(testing::other_sizes(false));
  VoiceSample sample = sample_of(2);
  sample.embedding.resize(96);
  const Error error = error_of([&] { store.add("Bob", sample, other); });
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(), HasSubstr("voices of another model pack than synthetic"));
  EXPECT_THAT(error.advice(), HasSubstr("--model"));
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann"));
  // An empty store takes any.
  store.forget(std::vector<std::string>{"Ann"});
  EXPECT_TRUE(store.add("Bob", sample, other));
}

TEST(VoiceSpace, IsOfTheTensorsWhateverTheFile) {
  const VoiceSpace builtin = voice_space(Model::builtin());
  const VoiceSpace loaded =
      voice_space(Model::load(testing::source_dir() / "models/community.safetensors"));
  EXPECT_EQ(builtin.digest, loaded.digest);
  EXPECT_EQ(loaded.pack, "community.safetensors");
  const auto sizes = testing::other_sizes(false);
  EXPECT_NE(voice_space(testing::synthetic_model(sizes, 1)).digest,
            voice_space(testing::synthetic_model(sizes, 2)).digest);
}

TEST_F(SpeakerStoreTest, IsForItsOwnerAlone) {
  const mode_t old = ::umask(0);
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  ::umask(old);
  for (const char* ending : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((file().string() + ending).c_str(), &status), 0) << ending;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << ending;
  }
  // A copy that somebody made may have become open to others.
  ASSERT_EQ(::chmod(file().c_str(), 0644), 0);
  open();
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

}  // namespace
}  // namespace diarist
