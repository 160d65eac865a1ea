// Names of known voices in a stream's events and at its end.
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"
#include "diarist/identification.hpp"
#include "diarist/stream.hpp"

#include "audio/reader.hpp"
#include "testing/shared.hpp"
#include "voices/voices.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::sample_of;
using testing::voice_of;

class StreamNames : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();
};

/// "0 Ann", or "0" where the name was taken back.
std::vector<std::string> told(const std::vector<SpeakerNamer::Name>& names) {
  std::vector<std::string> texts;
  for (const SpeakerNamer::Name& name : names) {
    texts.push_back(std::to_string(name.speaker) + (name.name.empty() ? "" : " " + name.name));
  }
  return texts;
}

TEST_F(StreamNames, AreGivenOnceAndStay) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  store.add("Bob", sample_of(2), model_);
  const auto namer = stream_namer(store, model_);
  const auto name = [&](const std::vector<HeardSpeaker>& heard) {
    return told(namer->name(heard));
  };
  EXPECT_THAT(name({}), IsEmpty());
  EXPECT_THAT(name({{0, 1, voice_of(1, 5)}}), IsEmpty()) << "a second says too little";
  EXPECT_THAT(name({{0, 4, voice_of(1, 5)}, {1, 9, voice_of(3, 5)}}), ElementsAre("0 Ann"));
  EXPECT_THAT(name({{0, 9, voice_of(1, 6)}, {1, 20, voice_of(3, 6)}}), IsEmpty()) << "told before";
  EXPECT_THAT(name({{0, 9, voice_of(3, 6)}}), IsEmpty()) << "like nobody now: stays";
  EXPECT_THAT(name({{0, 9, voice_of(1, 6)}, {1, 20, voice_of(3, 6)}, {2, 5, voice_of(2, 6)}}),
              ElementsAre("2 Bob"));
}

TEST_F(StreamNames, GoToWhomeverTheySuitClearlyBetter) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  store.add("Bob", sample_of(2), model_);
  const auto namer = stream_namer(store, model_);
  ASSERT_THAT(told(namer->name(std::vector<HeardSpeaker>{{0, 9, voice_of(1, 5)}})),
              ElementsAre("0 Ann"));
  const auto changes = namer->name(std::vector<HeardSpeaker>{{0, 9, voice_of(2, 5)}});
  EXPECT_THAT(told(changes), ElementsAre("0", "0 Bob")) << "it was Bob who spoke";
  EXPECT_GT(changes[1].score, IdentificationOptions{}.min_score + kSteadyMargin);
  EXPECT_THAT(
      told(namer->name(std::vector<HeardSpeaker>{{0, 9, voice_of(3, 5)}, {1, 9, voice_of(2, 6)}})),
      ElementsAre("0", "1 Bob"))
      << "another speaker is";
  EXPECT_THAT(told(namer->name(std::vector<HeardSpeaker>{{2, 9, voice_of(2, 7)}})),
              ElementsAre("1", "2 Bob"))
      << "speaker 1 is no longer there";
}

TEST_F(StreamNames, AreNotGivenByWhatIsNoVoice) {
  SpeakerStore store = open();
  store.add("Ann", sample_of(1), model_);
  const auto namer = stream_namer(store, model_);
  std::vector<float> nothing = voice_of(1, 5);
  nothing[7] = std::nanf("");
  EXPECT_THAT(namer->name(std::vector<HeardSpeaker>{{0, 9, nothing}}), IsEmpty());
  std::vector<float> shorter = voice_of(1, 5);
  shorter.pop_back();
  try {
    namer->name(std::vector<HeardSpeaker>{{0, 9, voice_of(1, 5)}, {1, 1, shorter}});
    ADD_FAILURE() << "compares what is of another model";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::wrong_model);
    EXPECT_EQ(error.subject(), "speaker 1");
  }
  EXPECT_THAT(told(namer->name(std::vector<HeardSpeaker>{{0, 9, voice_of(1, 5)}})),
              ElementsAre("0 Ann"));
}

TEST_F(StreamNames, StandInEventsAndAtTheEnd) {
  std::vector<float> samples(480000);
  float* pointer = samples.data();
  const auto reader = audio::Reader::open(testing::source_dir() / "samples" / "sample.wav",
                                          ChannelMode::downmix, 1);
  samples.resize(reader->read({&pointer, 1}, samples.size()));
  const Diarizer diarizer(model_, {.threads = 2});
  const auto half = std::span<const float>(samples).subspan(samples.size() / 2);
  const Diarization enrolled = diarizer.diarize(half, 16000, {.speakers = 2});
  ASSERT_EQ(enrolled.speakers.size(), 2U);
  SpeakerStore store = open();
  store.add("Ann", {enrolled.speakers[0].centroid, enrolled.speakers[0].total_s, "half"}, model_);
  store.add("Bob", {enrolled.speakers[1].centroid, enrolled.speakers[1].total_s, "half"}, model_);

  StreamOptions options;
  options.names = stream_namer(store, model_);
  Stream stream(diarizer, options);
  std::vector<StreamEvent> events;
  for (std::size_t at = 0; at < samples.size(); at += 1600) {
    const auto fresh = stream.push(std::span<const float>(samples).subspan(
        at, std::min<std::size_t>(1600, samples.size() - at)));
    events.insert(events.end(), fresh.begin(), fresh.end());
  }
  const std::vector<HeardSpeaker> heard = stream.speakers();
  const Stream::End end = stream.finish();
  events.insert(events.end(), end.events.begin(), end.events.end());

  std::map<int, std::string> names;
  std::set<int> speakers;
  for (const StreamEvent& event : events) {
    speakers.insert(event.speaker);
    if (event.kind == StreamEvent::Kind::speaker_identified) {
      EXPECT_EQ(to_string(event.kind), "identified");
      EXPECT_EQ(event.turn, 0);
      EXPECT_GE(event.score, IdentificationOptions{}.min_score);
      names[event.speaker] = event.name;
      continue;
    }
    EXPECT_EQ(event.score, 0);
    const auto known = names.find(event.speaker);
    EXPECT_EQ(event.name,
              known == names.end() ? "SPEAKER_0" + std::to_string(event.speaker) : known->second);
  }
  std::set<std::string> given;
  for (const auto& [speaker, name] : names) EXPECT_TRUE(given.insert(name).second) << name;
  EXPECT_THAT(given, ElementsAre("Ann", "Bob"));
  EXPECT_EQ(heard.size(), 2U);

  Diarization expected = diarizer.diarize(samples, 16000);
  identify(expected, store, model_);
  ASSERT_EQ(end.diarization.speakers.size(), expected.speakers.size());
  for (std::size_t i = 0; i < expected.speakers.size(); ++i) {
    EXPECT_EQ(end.diarization.speakers[i].name, expected.speakers[i].name);
    EXPECT_EQ(end.diarization.speakers[i].identity_score, expected.speakers[i].identity_score);
  }
}

}  // namespace
}  // namespace diarist
