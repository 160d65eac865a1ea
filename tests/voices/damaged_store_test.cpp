// Files that are no store, or none any more: refused with what, where and what to do.
#include <filesystem>
#include <fstream>
#include <sqlite3.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/speaker_store.hpp"

#include "voices/voices.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;

using testing::error_of;
using ::testing::HasSubstr;
using testing::sample_of;

class DamagedStore : public testing::StoreTest {
 protected:
  void write(const std::string& text) const {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << text;
  }
  void sql(const char* statements) const {
    sqlite3* connection = nullptr;
    ASSERT_EQ(::sqlite3_open(file().c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(::sqlite3_exec(connection, statements, nullptr, nullptr, nullptr), SQLITE_OK)
        << ::sqlite3_errmsg(connection);
    ::sqlite3_close(connection);
  }
  void fill(unsigned people) const {
    SpeakerStore store = open();
    for (unsigned i = 0; i < people; ++i) {
      store.add("Person " + std::to_string(i), sample_of(i), Model::builtin());
    }
  }
  Error opening() const {
    return error_of([&] { SpeakerStore(file(), {.patience_ms = 50}).voices(); });
  }
};

TEST_F(DamagedStore, Missing) {
  const Error error = opening();
  EXPECT_EQ(error.code(), ErrorCode::not_found);
  EXPECT_THAT(error.what(), HasSubstr("speakers add"));
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(DamagedStore, NamelessOrAFolder) {
  EXPECT_EQ(error_of([] { SpeakerStore("", {.create = true}); }).code(),
            ErrorCode::invalid_argument);
  EXPECT_THAT(error_of([&] { SpeakerStore(folder(), {.create = true}); }).what(),
              HasSubstr("is no file"));
}

TEST_F(DamagedStore, NoSqliteFile) {
  write(std::string(5000, 'x'));
  const Error error = opening();
  EXPECT_EQ(error.code(), ErrorCode::malformed);
  EXPECT_THAT(error.what(), HasSubstr("no SQLite file"));
  EXPECT_EQ(bytes(file()), std::string(5000, 'x'));
}

TEST_F(DamagedStore, OfAnotherProgram) {
  sql("CREATE TABLE bookmarks(url)");
  const Error error = opening();
  EXPECT_EQ(error.code(), ErrorCode::malformed);
  EXPECT_THAT(error.what(), HasSubstr("another program"));
}

TEST_F(DamagedStore, OfANewerDiarist) {
  fill(1);
  sql("PRAGMA user_version=99");
  const Error error = opening();
  EXPECT_EQ(error.code(), ErrorCode::malformed);
  EXPECT_THAT(error.what(), HasSubstr("newer diarist (layout 99"));
}

TEST_F(DamagedStore, TruncatedAnywhere) {
  fill(30);
  const std::string whole = bytes(file());
  ASSERT_GT(whole.size(), 30000u);
  int refused = 0;
  int cuts = 0;
  for (std::size_t size = 1; size < whole.size(); size += 1777) {
    write(whole.substr(0, size));
    ++cuts;
    try {
      // What a cut leaves readable must be a voice in full.
      for (const KnownVoice& voice : SpeakerStore(file()).voices()) {
        EXPECT_EQ(voice.sessions.at(0).sample.embedding.size(), 256u);
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::malformed) << error.what();
      ++refused;
    }
  }
  EXPECT_EQ(refused, cuts);
}

TEST_F(DamagedStore, FlippedAnywhere) {
  fill(5);
  const std::string whole = bytes(file());
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); at += 41) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    write(changed);
    try {
      SpeakerStore(file(), {.patience_ms = 50}).voices();
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::internal) << at << ": " << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
}

TEST_F(DamagedStore, ASessionThatIsNoEmbedding) {
  fill(2);
  sql("UPDATE session SET embedding = x'0102' WHERE id = 2");
  EXPECT_EQ(opening().code(), ErrorCode::malformed);
}

TEST_F(DamagedStore, HeldByAnotherProgram) {
  fill(1);
  sqlite3* other = nullptr;
  ASSERT_EQ(::sqlite3_open(file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(::sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  SpeakerStore store(file(), {.patience_ms = 50});
  EXPECT_EQ(store.voices().size(), 1u);  // Reading goes on.
  const Error error = error_of([&] { store.rename("Person 0", "Ann"); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.what(), HasSubstr("held by another program"));
  ::sqlite3_close(other);
  store.rename("Person 0", "Ann");
  EXPECT_EQ(store.voice("Ann").name, "Ann");
}

TEST_F(DamagedStore, ReadOnly) {
  fill(1);
  ASSERT_EQ(::chmod(folder().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(file().c_str(), 0444), 0);
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  // Permissions do not bind root.
  ASSERT_EQ(::seteuid(root ? kNobody : ::geteuid()), 0);
  const Error error = opening();
  ASSERT_EQ(::seteuid(root ? 0 : ::geteuid()), 0);
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.what(), HasSubstr("may only be read"));
  EXPECT_THAT(error.advice(), HasSubstr("permissions"));
}

TEST_F(DamagedStore, AnEmptyFileIsAnEmptyStore) {
  write("");
  EXPECT_TRUE(SpeakerStore(file()).voices().empty());
}

}  // namespace
}  // namespace diarist
