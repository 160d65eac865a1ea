// Names for the speakers of recordings, and what a store learns of them.
#include "diarist/identification.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/synthetic_model.hpp"
#include "voices/naming.hpp"
#include "voices/voices.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::meeting_of;
using testing::names_in;
using testing::sample_of;

class Identification : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();
};

TEST_F(Identification, NamesWhoIsKnown) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  store.add("Bob", sample_of(2), model_);
  Diarization meeting = meeting_of({3, 2, 1}, 5);
  identify(meeting, store, model_);
  EXPECT_THAT(names_in(meeting), ElementsAre("SPEAKER_00", "Bob", "Ann"));
  EXPECT_FALSE(meeting.speakers[0].identity_score);
  ASSERT_TRUE(meeting.speakers[1].identity_score);
  EXPECT_GT(*meeting.speakers[1].identity_score, IdentificationOptions{}.min_score);

  const std::vector<VoiceScore> scores = voice_scores(meeting, store, model_);
  ASSERT_EQ(scores.size(), 6u);
  EXPECT_EQ(scores[3].speaker, 1);
  EXPECT_EQ(scores[3].voice, "Bob");
  EXPECT_FLOAT_EQ(static_cast<float>(scores[3].score), *meeting.speakers[1].identity_score);
  EXPECT_LT(scores[2].score, 0);
}

TEST_F(Identification, AsksForTheScoreThatIsWanted) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization meeting = meeting_of({1}, 5);
  const double score = voice_scores(meeting, store, model_)[0].score;
  identify(meeting, store, model_, {.min_score = score + 0.01});
  EXPECT_THAT(names_in(meeting), ElementsAre("SPEAKER_00"));
  identify(meeting, store, model_, {.min_score = score});
  EXPECT_THAT(names_in(meeting), ElementsAre("Ann"));
  EXPECT_THROW(
      identify(meeting, store, model_, {.min_score = std::numeric_limits<double>::quiet_NaN()}),
      Error);
}

TEST_F(Identification, GivesANameOnce) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization meeting = meeting_of({1, 1}, 5);
  meeting.speakers[1].centroid = testing::voice_of(1, 6);
  identify(meeting, store, model_);
  const auto names = names_in(meeting);
  EXPECT_EQ(std::count(names.begin(), names.end(), "Ann"), 1);
}

TEST(NameSpeakers, TakesTheBestTogether) {
  const voices::ScoreTable table{
      {std::vector<double>{10.0, 9.0}, std::vector<double>{9.5, 1.0}, std::nullopt}};
  EXPECT_THAT(voices::name_speakers(table, 2, 0), ElementsAre(1, 0, -1));
  EXPECT_THAT(voices::name_speakers(table, 2, 9.2), ElementsAre(0, -1, -1));
  EXPECT_THAT(voices::name_speakers(table, 2, 20), ElementsAre(-1, -1, -1));
  EXPECT_THAT(voices::name_speakers({}, 2, 0), IsEmpty());
}

TEST_F(Identification, LeavesSpeakersWithoutACentroid) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization meeting = meeting_of({1, 2}, 5);
  meeting.speakers[0].centroid.clear();
  identify(meeting, store, model_);
  EXPECT_THAT(names_in(meeting), ElementsAre("SPEAKER_00", "SPEAKER_01"));
}

TEST_F(Identification, RefusesAnotherPackAndChangesNothing) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization meeting = meeting_of({1}, 5);
  const Model other = testing::synthetic_model(testing::other_sizes(false));
  EXPECT_EQ(error_of([&] { identify(meeting, store, other); }).code(), ErrorCode::wrong_model);
  EXPECT_EQ(error_of([&] { remember(meeting, store, other); }).code(), ErrorCode::wrong_model);
  EXPECT_THAT(names_in(meeting), ElementsAre("SPEAKER_00"));
  // Nor embeddings that the model cannot have made.
  meeting.speakers[0].centroid.resize(96);
  EXPECT_EQ(error_of([&] { identify(meeting, store, model_); }).code(),
            ErrorCode::invalid_argument);
}

TEST_F(Identification, RemembersWhoIsNotKnown) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization monday = meeting_of({2, 1, 3}, 5);
  const Remembered first = remember(monday, store, model_);
  EXPECT_THAT(names_in(monday), ElementsAre("VOICE_0001", "Ann", "VOICE_0002"));
  EXPECT_FALSE(monday.speakers[0].identity_score);
  EXPECT_THAT(first.added, ElementsAre("VOICE_0001", "VOICE_0002"));
  EXPECT_THAT(first.updated, ElementsAre("Ann"));
  EXPECT_FALSE(store.voice("VOICE_0001").named);
  EXPECT_TRUE(store.voice("VOICE_0001").sessions[0].remembered);
  EXPECT_EQ(store.voice("VOICE_0001").sessions[0].sample.source, "meeting5");

  store.rename("VOICE_0002", "Cid");
  EXPECT_TRUE(store.voice("Cid").named);
  Diarization tuesday = meeting_of({3, 2, 4}, 6);
  const Remembered second = remember(tuesday, store, model_);
  EXPECT_THAT(names_in(tuesday), ElementsAre("Cid", "VOICE_0001", "VOICE_0003"));
  EXPECT_TRUE(tuesday.speakers[1].identity_score);
  EXPECT_THAT(second.updated, ElementsAre("Cid", "VOICE_0001"));
  EXPECT_EQ(store.voice("Cid").sessions.size(), 2u);

  // A number is never given twice: VOICE_0003 in an old result must not become somebody else.
  store.forget(std::vector<std::string>{"VOICE_0003"});
  Diarization wednesday = meeting_of({5}, 7);
  remember(wednesday, store, model_);
  EXPECT_THAT(names_in(wednesday), ElementsAre("VOICE_0004"));
}

TEST_F(Identification, RemembersTheSameRecordingOnce) {
  SpeakerStore store = open();
  Diarization meeting = meeting_of({1, 2}, 5);
  remember(meeting, store, model_);
  const std::string before = store.export_voices();
  Diarization again = meeting_of({1, 2}, 5);
  const Remembered done = remember(again, store, model_);
  EXPECT_THAT(names_in(again), ElementsAre("VOICE_0001", "VOICE_0002"));
  EXPECT_THAT(done.added, IsEmpty());
  EXPECT_THAT(done.updated, IsEmpty());
  EXPECT_EQ(store.export_voices(), before);
}

TEST_F(Identification, DoesNotRememberAFewWordsOrHalfAPerson) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization meeting = meeting_of({1, 1, 2}, 5);
  meeting.speakers[1].centroid = testing::voice_of(1, 6);  // Ann, whom clustering took for two.
  meeting.speakers[2].total_s = 4.9;
  const Remembered done = remember(meeting, store, model_);
  EXPECT_THAT(done.added, IsEmpty());
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann"));
}

TEST_F(Identification, LearnsOnlyWhatIsSure) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  Diarization meeting = meeting_of({1}, 5);
  const double score = voice_scores(meeting, store, model_)[0].score;
  EXPECT_THAT(
      remember(meeting, store, model_, {.min_score = score - kLearningMargin + 0.1}).updated,
      IsEmpty());
  EXPECT_THAT(names_in(meeting), ElementsAre("Ann"));
  EXPECT_THAT(
      remember(meeting, store, model_, {.min_score = score - kLearningMargin - 0.1}).updated,
      ElementsAre("Ann"));
}

TEST(MainVoice, IsOfWhoSpeaksMost) {
  Diarization recording = meeting_of({1, 2}, 5);
  recording.speakers[1].total_s = 3.9;
  const VoiceSample sample = main_voice(recording);
  EXPECT_EQ(sample.embedding, testing::voice_of(1, 5));
  EXPECT_EQ(sample.speech_s, 20);
  EXPECT_EQ(sample.source, "meeting5");
}

TEST(MainVoice, RefusesWhatIsNotClear) {
  Diarization two = meeting_of({1, 2}, 5);
  two.speakers[1].total_s = 4.1;
  EXPECT_THAT(error_of([&] { main_voice(two); }).what(),
              HasSubstr("more than one voice (20.0 s of one, 4.1 s of others)"));
  EXPECT_THAT(error_of([&] { main_voice(two); }).advice(), HasSubstr("diarist split"));
  EXPECT_THAT(error_of([] { main_voice({}); }).what(), HasSubstr("holds no speech"));
  Diarization brief = meeting_of({1}, 5, 0.9);
  EXPECT_THAT(error_of([&] { main_voice(brief); }).what(), HasSubstr("too little speech"));
  Diarization unclear = meeting_of({1}, 5);
  unclear.speakers[0].centroid.clear();
  EXPECT_THROW(main_voice(unclear), Error);
}

}  // namespace
}  // namespace diarist
