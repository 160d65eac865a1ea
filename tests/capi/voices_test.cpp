// Known voices through the C interface: a store that C++ finds as C left it, and the same names.
#include "voices/voices.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/identification.hpp"

#include "capi/calls.hpp"
#include "capi/handles.hpp"
#include "testing/synthetic_model.hpp"

namespace diarist::testing {
namespace {

using ::testing::ElementsAre;
using Error = diarist_error**;

/// A result as a handle: it need not be of a run.
CDiarization handle_of(Diarization diarization) {
  return CDiarization(capi::open<diarist_diarization>(std::move(diarization)));
}

class CVoicesTest : public StoreTest {
 protected:
  CStore open_store() const {
    auto options = fresh(diarist_store_options_init);
    options.create = 1;
    diarist_store* store = nullptr;
    EXPECT_TRUE(
        succeeds([&](Error e) { return diarist_store_open(file().c_str(), &options, &store, e); }));
    return CStore(store);
  }

  static CVoices voices_of(const diarist_store* store) {
    diarist_voices* voices = nullptr;
    EXPECT_TRUE(succeeds([&](Error e) { return diarist_store_voices(store, &voices, e); }));
    return CVoices(voices);
  }

  static std::vector<std::string> names_of(const diarist_store* store) {
    const CVoices voices = voices_of(store);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < diarist_voice_count(voices.get()); ++i) {
      auto voice = blank<diarist_voice>();
      EXPECT_EQ(diarist_voice_at(voices.get(), i, &voice, nullptr), DIARIST_OK);
      names.emplace_back(voice.name);
    }
    return names;
  }

  static std::string exported(const diarist_store* store) {
    std::size_t needed = 0;
    EXPECT_EQ(diarist_store_export(store, nullptr, 0, &needed, nullptr), DIARIST_OK);
    std::string text(needed + 1, '\0');
    EXPECT_EQ(diarist_store_export(store, text.data(), text.size(), nullptr, nullptr), DIARIST_OK);
    text.pop_back();
    return text;
  }

  static void add(diarist_store* store, const char* name, unsigned person) {
    const CDiarization alone = handle_of(meeting_of({person}, 1));
    EXPECT_TRUE(succeeds(
        [&](Error e) { return diarist_store_add(store, name, alone.get(), nullptr, nullptr, e); }));
  }

  /// Names of speakers, and whether a voice gave them.
  static std::vector<std::pair<std::string, double>> named(const diarist_diarization* result) {
    std::vector<std::pair<std::string, double>> names;
    for (std::size_t i = 0; i < diarist_speaker_count(result); ++i) {
      auto speaker = blank<diarist_speaker>();
      double score = 0;
      EXPECT_EQ(diarist_speaker_at(result, i, &speaker, nullptr), DIARIST_OK);
      EXPECT_EQ(diarist_identity_score(result, i, &score, nullptr), DIARIST_OK);
      names.emplace_back(speaker.name, score);
    }
    return names;
  }

  static void expect_named(const diarist_diarization* found, const Diarization& expected) {
    const auto names = named(found);
    ASSERT_EQ(names.size(), expected.speakers.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      EXPECT_EQ(names[i].first, expected.speakers[i].name);
      if (expected.speakers[i].identity_score) {
        EXPECT_EQ(names[i].second, static_cast<double>(*expected.speakers[i].identity_score));
      } else {
        EXPECT_TRUE(std::isnan(names[i].second)) << names[i].second;
      }
    }
    EXPECT_EQ(diarist_turn_count(found), expected.turns.size());
    EXPECT_EQ(diarist_recording_name(found), expected.recording);
  }

  const Model model_ = Model::builtin();
};

TEST_F(CVoicesTest, EnrolWhoSpeaksAlone) {
  const CStore store = open_store();
  const CDiarization alone = handle_of(meeting_of({1}, 3, 25));
  std::int32_t added = -1;
  const auto enrol = [&](Error e) {
    return diarist_store_add(store.get(), "Ann", alone.get(), nullptr, &added, e);
  };
  EXPECT_TRUE(succeeds(enrol));
  EXPECT_EQ(added, 1);
  EXPECT_TRUE(succeeds(enrol));
  EXPECT_EQ(added, 0) << "the very same again";

  const std::vector<KnownVoice> expected = open().voices();
  ASSERT_EQ(expected.size(), 1u);
  const VoiceSession& kept = expected[0].sessions.at(0);
  const CVoices voices = voices_of(store.get());
  ASSERT_EQ(diarist_voice_count(voices.get()), 1u);
  auto voice = blank<diarist_voice>();
  auto session = blank<diarist_voice_session>();
  ASSERT_EQ(diarist_voice_at(voices.get(), 0, &voice, nullptr), DIARIST_OK);
  ASSERT_EQ(diarist_voice_session_at(voices.get(), 0, 0, &session, nullptr), DIARIST_OK);
  EXPECT_STREQ(voice.name, "Ann");
  EXPECT_EQ(voice.named, 1);
  EXPECT_EQ(voice.session_count, 1u);
  EXPECT_STREQ(session.recording, "meeting3");
  EXPECT_EQ(session.speech_s, 25);
  EXPECT_GT(session.added, 1'600'000'000);
  EXPECT_EQ(session.added, kept.added);
  EXPECT_EQ(session.remembered, 0);
  EXPECT_EQ(session.digest, kept.digest);
  EXPECT_EQ(std::vector(session.embedding, session.embedding + session.embedding_count),
            kept.sample.embedding);
  EXPECT_EQ(kept.sample.embedding, voice_of(1, 3));

  const CDiarization two = handle_of(meeting_of({1, 2}, 3));
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "more than one voice", [&](Error e) {
    return diarist_store_add(store.get(), "Bob", two.get(), nullptr, &added, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_INVALID_ARGUMENT, [&](Error e) {
    return diarist_store_add(store.get(), "SPEAKER_00", alone.get(), nullptr, &added, e);
  }));
}

TEST_F(CVoicesTest, NameWhoIsKnown) {
  const CStore store = open_store();
  add(store.get(), "Ann", 1);
  add(store.get(), "Bob", 2);
  const CDiarization meeting = handle_of(meeting_of({3, 2, 1}, 5));
  const auto identified = [&](const diarist_identification* identification) {
    diarist_diarization* named = nullptr;
    EXPECT_TRUE(succeeds([&](Error e) {
      return diarist_identify(store.get(), meeting.get(), nullptr, identification, &named, e);
    }));
    return CDiarization(named);
  };
  Diarization expected = meeting_of({3, 2, 1}, 5);
  identify(expected, open(), model_);
  EXPECT_THAT(names_in(expected), ElementsAre("SPEAKER_00", "Bob", "Ann"));
  expect_named(identified(nullptr).get(), expected);
  expect_named(meeting.get(), meeting_of({3, 2, 1}, 5));  // is as it was

  auto identification = fresh(diarist_identification_init);
  EXPECT_EQ(identification.min_score, IdentificationOptions().min_score);
  identification.min_score = 1e6;
  expect_named(identified(&identification).get(), meeting_of({3, 2, 1}, 5));
}

TEST_F(CVoicesTest, RememberWhoIsNotKnown) {
  const CStore store = open_store();
  add(store.get(), "Ann", 1);
  // What C++ makes of a store that is like it.
  SpeakerStore twin(folder() / "twin.db", {.create = true});
  twin.import_voices(exported(store.get()), "exported");
  Diarization expected = meeting_of({2, 1, 3}, 5);
  const Remembered learned = remember(expected, twin, model_);
  ASSERT_EQ(learned.added.size(), 2u);
  ASSERT_EQ(learned.updated.size(), 1u);

  const CDiarization meeting = handle_of(meeting_of({2, 1, 3}, 5));
  diarist_diarization* named = nullptr;
  diarist_remembered* told = nullptr;
  const auto remember_it = [&](Error e) {
    return diarist_remember(store.get(), meeting.get(), nullptr, nullptr, &named, &told, e);
  };
  ASSERT_TRUE(succeeds(remember_it));
  const CDiarization result(named);
  const CRemembered remembered(told);
  expect_named(result.get(), expected);
  ASSERT_EQ(diarist_remembered_count(told, DIARIST_VOICE_ADDED), 2u);
  ASSERT_EQ(diarist_remembered_count(told, DIARIST_VOICE_UPDATED), 1u);
  EXPECT_EQ(diarist_remembered_at(told, DIARIST_VOICE_ADDED, 0), learned.added[0]);
  EXPECT_EQ(diarist_remembered_at(told, DIARIST_VOICE_ADDED, 1), learned.added[1]);
  EXPECT_EQ(diarist_remembered_at(told, DIARIST_VOICE_UPDATED, 0), learned.updated[0]);
  EXPECT_EQ(names_of(store.get()), names_in(twin.voices()));

  ASSERT_TRUE(succeeds([&](Error e) {
    return diarist_remember(store.get(), meeting.get(), nullptr, nullptr, &named, nullptr, e);
  })) << "the list is not wanted";
  expect_named(CDiarization(named).get(), [&] {
    Diarization again = meeting_of({2, 1, 3}, 5);
    remember(again, twin, model_);
    return again;
  }());
  EXPECT_EQ(names_of(store.get()), names_in(twin.voices())) << "again changes nothing";
}

TEST_F(CVoicesTest, AreRenamedMergedAndForgotten) {
  const CStore store = open_store();
  add(store.get(), "Ann", 1);
  add(store.get(), "Bob", 2);
  add(store.get(), "Cid", 3);
  EXPECT_TRUE(
      succeeds([&](Error e) { return diarist_store_rename(store.get(), "Ann", "Eve", e); }));
  EXPECT_THAT(names_of(store.get()), ElementsAre("Bob", "Cid", "Eve"));
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "Cid",
                   [&](Error e) { return diarist_store_rename(store.get(), "Bob", "Cid", e); }));
  EXPECT_TRUE(succeeds([&](Error e) { return diarist_store_merge(store.get(), "Bob", "Cid", e); }));
  EXPECT_THAT(names_of(store.get()), ElementsAre("Bob", "Eve"));
  EXPECT_EQ(open().voice("Bob").sessions.size(), 2u);
  const char* const with_a_stranger[] = {"Eve", "Zoe"};
  EXPECT_TRUE(says(DIARIST_INVALID_ARGUMENT, "Zoe", [&](Error e) {
    return diarist_store_forget(store.get(), with_a_stranger, 2, e);
  }));
  EXPECT_THAT(names_of(store.get()), ElementsAre("Bob", "Eve"));
  EXPECT_TRUE(
      succeeds([&](Error e) { return diarist_store_forget(store.get(), with_a_stranger, 1, e); }));
  EXPECT_THAT(names_of(store.get()), ElementsAre("Bob"));
}

TEST_F(CVoicesTest, GoElsewhereAsADocument) {
  const CStore store = open_store();
  add(store.get(), "Ann", 1);
  add(store.get(), "Bob", 2);
  const std::string document = exported(store.get());
  EXPECT_EQ(document, open().export_voices());
  const char* const bob = "Bob";
  ASSERT_EQ(diarist_store_forget(store.get(), &bob, 1, nullptr), DIARIST_OK);
  auto imported = blank<diarist_imported_voices>();
  const auto take_in = [&](const std::string& text) {
    return [&, text](Error e) {
      return diarist_store_import(store.get(), text.data(), text.size(), "voices.json", &imported,
                                  e);
    };
  };
  EXPECT_TRUE(succeeds(take_in(document)));
  EXPECT_EQ(imported.voices, 1);
  EXPECT_EQ(imported.sessions, 1);
  EXPECT_EQ(imported.known, 1);
  EXPECT_EQ(exported(store.get()), document);
  EXPECT_TRUE(says(DIARIST_MALFORMED, "voices.json", take_in("{}")));
  // A result that cannot be told is seen before anything changes.
  ASSERT_EQ(diarist_store_forget(store.get(), &bob, 1, nullptr), DIARIST_OK);
  imported.size = 1;
  EXPECT_TRUE(ends_with(DIARIST_WRONG_SIZE, take_in(document)));
  EXPECT_THAT(names_of(store.get()), ElementsAre("Ann"));
  char small[8] = "before!";
  std::size_t needed = 0;
  EXPECT_TRUE(ends_with(DIARIST_BUFFER_TOO_SMALL, [&](Error e) {
    return diarist_store_export(store.get(), small, sizeof(small), &needed, e);
  }));
  EXPECT_STREQ(small, "before!");
  EXPECT_EQ(needed, exported(store.get()).size());
}

TEST_F(CVoicesTest, AreOfOneModel) {
  const CStore store = open_store();
  add(store.get(), "Ann", 1);
  const CModel other(capi::open_model(synthetic_model(other_sizes(false))));
  const CDiarization meeting = handle_of(meeting_of({1, 2}, 5));
  diarist_diarization* named = nullptr;
  diarist_remembered* remembered = nullptr;
  EXPECT_TRUE(ends_with(DIARIST_WRONG_MODEL, [&](Error e) {
    return diarist_identify(store.get(), meeting.get(), other.get(), nullptr, &named, e);
  }));
  EXPECT_TRUE(ends_with(DIARIST_WRONG_MODEL, [&](Error e) {
    return diarist_remember(store.get(), meeting.get(), other.get(), nullptr, &named, &remembered,
                            e);
  }));
  EXPECT_EQ(named, nullptr);
  EXPECT_EQ(remembered, nullptr);
  EXPECT_THAT(names_of(store.get()), ElementsAre("Ann"));
}

TEST_F(CVoicesTest, NeedAStore) {
  diarist_store* store = nullptr;
  EXPECT_TRUE(ends_with(DIARIST_NOT_FOUND, [&](Error e) {
    return diarist_store_open(file().c_str(), nullptr, &store, e);
  }));
  std::ofstream(file()) << std::string(1000, 'x');
  EXPECT_TRUE(says(DIARIST_MALFORMED, "no SQLite file", [&](Error e) {
    return diarist_store_open(file().c_str(), nullptr, &store, e);
  }));
  EXPECT_EQ(store, nullptr);
}

}  // namespace
}  // namespace diarist::testing
