// Exported voices: what comes back, and what is refused.
#include "voices/voice_document.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/identification.hpp"
#include "diarist/speaker_store.hpp"

#include "testing/places.hpp"
#include "voices/rows.hpp"
#include "voices/voices.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::names_in;
using testing::sample_of;

class VoiceDocumentTest : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();

  SpeakerStore other(const char* name = "other.db") const {
    return SpeakerStore(folder() / name, {.create = true});
  }
  /// Ann with two sessions, and somebody whom nobody has named.
  SpeakerStore filled() const {
    SpeakerStore store = open();
    store.add("Ann", sample_of(1), model_);
    store.add("Ann", sample_of(1, 1), model_);
    Diarization meeting = testing::meeting_of({2}, 3);
    remember(meeting, store, model_);
    return store;
  }
};

TEST_F(VoiceDocumentTest, ComesBackAsItWas) {
  const std::string document = filled().export_voices();
  SpeakerStore store = other();
  const VoiceImport done = store.import_voices(document, "voices.json");
  EXPECT_EQ(done.voices, 2);
  EXPECT_EQ(done.sessions, 3);
  EXPECT_EQ(store.export_voices(), document);
  EXPECT_EQ(store.space()->digest, voice_space(model_).digest);
}

TEST_F(VoiceDocumentTest, ImportedTwiceChangesNothing) {
  SpeakerStore store = filled();
  const std::string document = store.export_voices();
  const VoiceImport done = store.import_voices(document, "voices.json");
  EXPECT_EQ(done.voices + done.sessions, 0);
  EXPECT_EQ(done.known, 3);
  EXPECT_EQ(store.export_voices(), document);
  // Nor after they got other names.
  store.rename("VOICE_0001", "Bob");
  store.merge("Bob", "Ann");
  store.import_voices(document, "voices.json");
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Bob"));
}

TEST_F(VoiceDocumentTest, JoinsVoicesOfANameAndRenumbersThoseWithout) {
  const std::string document = filled().export_voices();
  SpeakerStore store = other();
  store.add("Ann", sample_of(1, 9), model_);
  Diarization meeting = testing::meeting_of({7}, 3);
  remember(meeting, store, model_);  // This store's VOICE_0001 is somebody else.
  store.import_voices(document, "voices.json");
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann", "VOICE_0001", "VOICE_0002"));
  EXPECT_EQ(store.voice("Ann").sessions.size(), 3u);
  EXPECT_EQ(store.voice("VOICE_0001").sessions[0].sample.embedding, testing::voice_of(7, 3));
}

TEST_F(VoiceDocumentTest, APersonWithAnotherNameHereStaysOne) {
  SpeakerStore store = filled();
  SpeakerStore elsewhere = other();
  elsewhere.import_voices(store.export_voices(), "voices.json");
  elsewhere.add("Ann", sample_of(1, 9), model_);
  store.rename("Ann", "Ann Smith");
  const VoiceImport done = store.import_voices(elsewhere.export_voices(), "voices.json");
  EXPECT_EQ(done.voices, 0);
  EXPECT_EQ(done.sessions, 1);
  EXPECT_THAT(names_in(store.voices()), ElementsAre("Ann Smith", "VOICE_0001"));
  EXPECT_EQ(store.voice("Ann Smith").sessions.size(), elsewhere.voice("Ann").sessions.size());
}

TEST_F(VoiceDocumentTest, OfAnEmptyStoreIsEmpty) {
  const std::string document = open().export_voices();
  SpeakerStore store = other();
  EXPECT_EQ(store.import_voices(document, "voices.json").voices, 0);
  EXPECT_THAT(store.voices(), IsEmpty());
}

TEST_F(VoiceDocumentTest, OfAnotherPackIsRefused) {
  voices::VoiceDocument document{VoiceSpace{std::string(32, 'a'), "tiny", 2}, {}};
  const std::vector<float> embedding = {1, 2};
  document.voices.push_back({"Cid",
                             true,
                             {{{embedding, 5, "talk"},
                               1,
                               false,
                               voices::session_digest(embedding, document.space->digest)}}});
  const std::string text = voices::voice_document(document);
  SpeakerStore store = filled();
  const std::string before = store.export_voices();
  const Error error = error_of([&] { store.import_voices(text, "voices.json"); });
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_EQ(store.export_voices(), before);
  EXPECT_EQ(other().import_voices(text, "voices.json").voices, 1);
}

TEST_F(VoiceDocumentTest, RefusesWhatItHasNotWritten) {
  const std::string whole = filled().export_voices();
  ASSERT_NO_THROW(voices::parse_voice_document(whole, "v.json"));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  struct Case {
    std::string text;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"", "is no JSON"},
      {"[]", "no document of schema diarist.voices"},
      {"{}", "no document of schema diarist.voices"},
      {with("\"version\": 1", "\"version\": 2"), "another version than 1"},
      {with("\"voices\": [", "\"more\": 1, \"voices\": ["), "a field that is not known"},
      {with("\"named\": true", "\"named\": 1"), "'named' that is not true or false"},
      {with("\"Ann\"", "\"SPEAKER_01\""), "voice 1 has a name that is what results call"},
      {with("\"Ann\"", "\"\\u0007\""), "voice 1 has a name that holds a control character"},
      {with("\"VOICE_0001\"", "\"Bob\""), "voice 2 is not named"},
      {with("\"VOICE_0001\", \"named\": false", "\"Ann\", \"named\": true"), "another's name"},
      {with("\"speech\":20.0", "\"speech\":-1"), "session 1 has a 'speech'"},
      {with("\"added\":", "\"added\":1.5,\"x\":"), "not known"},
      {with("\"remembered\":false,", ""), "has no 'remembered'"},
      {with("\"dimensions\":256", "\"dimensions\":255"), "256 numbers, expected 255"},
      {with("\"embedding\":[", "\"embedding\":[0.5,"), "257 numbers, expected 256"},
      {with("\"embedding\":[-", "\"embedding\":[1"), "its digest does not fit"},
      {with("\"digest\":\"", "\"digest\":\"x"), "32 hexadecimal digits"},
      {with("\"space\": {", "\"space\": null, \"spare\": {"), "field that is not known"},
  };
  for (const Case& each : cases) {
    const Error error = error_of([&] { voices::parse_voice_document(each.text, "v.json"); });
    EXPECT_EQ(error.code(), ErrorCode::malformed);
    EXPECT_THAT(error.what(), HasSubstr(each.message));
    EXPECT_EQ(error.subject(), "v.json");
  }
}

TEST(VoiceDocumentCorpus, HoldsDocumentsThatAreRead) {
  const std::filesystem::path corpus =
      testing::source_dir() / "tests" / "voices" / "corpus" / "voices_fuzzer";
  const auto parsed = [&](const char* name) {
    return voices::parse_voice_document(testing::StoreTest::bytes(corpus / name), name);
  };
  EXPECT_THAT(names_in(parsed("two.json").voices), ElementsAre("Ann", "VOICE_0001"));
  EXPECT_THAT(names_in(parsed("utf8.json").voices), ElementsAre("Björn 李"));
  EXPECT_THAT(parsed("empty.json").voices, IsEmpty());
  for (const char* name :
       {"newer.json", "changed.json", "huge-number.json", "cut.json", "deep.json"}) {
    EXPECT_EQ(error_of([&] { parsed(name); }).code(), ErrorCode::malformed) << name;
  }
}

TEST_F(VoiceDocumentTest, CutAnywhereIsRefusedAndChangesNothing) {
  const std::string whole = filled().export_voices();
  SpeakerStore store = other();
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97) {
    EXPECT_EQ(error_of([&] { store.import_voices(whole.substr(0, size), "v.json"); }).code(),
              ErrorCode::malformed);
  }
  EXPECT_THAT(store.voices(), IsEmpty());
}

}  // namespace
}  // namespace diarist
