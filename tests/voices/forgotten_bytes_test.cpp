// What was forgotten is in none of the store's files: looked for byte by byte.
#include <sqlite3.h>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/speaker_store.hpp"

#include "voices/voices.hpp"

namespace diarist {
namespace {

using testing::sample_of;
using testing::voice_of;

class ForgottenBytes : public testing::StoreTest {
 protected:
  const Model model_ = Model::builtin();

  /// Any eight numbers in a row of the embedding: a part of it would be enough to be known by.
  bool has_embedding(unsigned person) const {
    const std::string all = all_bytes();
    const std::vector<float> embedding = voice_of(person);
    for (std::size_t i = 0; i + 8 <= embedding.size(); i += 8) {
      const std::string part(reinterpret_cast<const char*>(embedding.data() + i),
                             8 * sizeof(float));
      if (all.find(part) != std::string::npos) return true;
    }
    return false;
  }
  bool has_text(const std::string& text) const {
    return all_bytes().find(text) != std::string::npos;
  }
};

TEST_F(ForgottenBytes, AreGoneWhileTheStoreIsOpen) {
  SpeakerStore store = open();
  // Enough for many pages, some of which become free and are used again.
  for (unsigned person = 0; person < 40; ++person) {
    VoiceSample sample = sample_of(person);
    sample.source = "Recording of " + std::to_string(person) + "x";
    store.add("Person number " + std::to_string(person) + "x", sample, model_);
  }
  ASSERT_TRUE(has_embedding(7));
  ASSERT_TRUE(has_text("Person number 7x"));
  store.rename("Person number 7x", "Somebody else 7x");
  store.merge("Person number 8x", "Person number 9x");
  store.forget(std::vector<std::string>{"Somebody else 7x", "Person number 8x"});
  for (const unsigned person : {7u, 8u, 9u}) {
    EXPECT_FALSE(has_embedding(person)) << person;
    EXPECT_FALSE(has_text("Person number " + std::to_string(person) + "x")) << person;
    EXPECT_FALSE(has_text("Recording of " + std::to_string(person) + "x")) << person;
  }
  EXPECT_FALSE(has_text("Somebody else 7x"));
  EXPECT_TRUE(has_embedding(10));
  EXPECT_TRUE(has_text("Person number 10x"));
  EXPECT_EQ(store.voices().size(), 37u);
}

TEST_F(ForgottenBytes, StayAsLongAsSomebodyReadsThemAndGoThen) {
  SpeakerStore(file(), {.create = true, .patience_ms = 50}).add("Ann", sample_of(1), model_);
  sqlite3* reader = nullptr;
  ASSERT_EQ(::sqlite3_open(file().c_str(), &reader), SQLITE_OK);
  ::sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM voice", nullptr, nullptr, nullptr);
  {
    SpeakerStore store(file(), {.patience_ms = 50});
    store.add("Bob", sample_of(2), model_);
    const Error error = testing::error_of([&] { store.forget(std::vector<std::string>{"Ann"}); });
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("another program is reading"));
    EXPECT_THAT(testing::names_in(store.voices()), ::testing::ElementsAre("Bob"));
    EXPECT_TRUE(has_embedding(1));
  }
  // Others may open it meanwhile, and are not held up.
  SpeakerStore(file(), {.patience_ms = 50}).voices();
  ::sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr);
  ::sqlite3_close(reader);
  const SpeakerStore store(file(), {.patience_ms = 50});
  EXPECT_FALSE(has_embedding(1));
  EXPECT_FALSE(has_text("Ann"));
  EXPECT_TRUE(has_embedding(2));
}

}  // namespace
}  // namespace diarist
