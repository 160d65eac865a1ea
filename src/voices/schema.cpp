#include "voices/schema.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::voices {
namespace {

namespace fs = std::filesystem;

constexpr sqlite::FileKind kStoreOfVoices{
    "store of voices", "name a file that `diarist speakers` made, or a new one",
    "take a copy of it, or import an export into a new store"};

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

/// Each makes layout n + 1 of layout n; 0 is an empty file.
constexpr std::array<const char*, kLayout.version> kMigrations = {
    R"(
CREATE TABLE voice(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  named INTEGER NOT NULL);
CREATE TABLE session(
  id INTEGER PRIMARY KEY,
  voice INTEGER NOT NULL REFERENCES voice(id) ON DELETE CASCADE,
  digest TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  speech_s REAL NOT NULL,
  added INTEGER NOT NULL,
  remembered INTEGER NOT NULL,
  embedding BLOB NOT NULL);
CREATE INDEX session_of_voice ON session(voice);
CREATE TABLE space(
  only INTEGER PRIMARY KEY CHECK(only = 1),
  digest TEXT NOT NULL,
  pack TEXT NOT NULL,
  dimensions INTEGER NOT NULL);
CREATE TABLE setting(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO setting VALUES('next_unnamed', 1), ('purge', 0);
)",
};

[[noreturn]] void refuse_file(const fs::path& file, int system_error) {
  throw Error(ErrorCode::io, file.string(),
              "cannot be made (" + std::string(std::strerror(system_error)) + ")",
              "check the permissions of its folder, or name another place");
}

/// SQLite gives -wal and -shm the mode of the file itself.
void make_file(const fs::path& file) {
  std::error_code error;
  const fs::path folder = file.parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) refuse_file(folder, error.value());
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (made >= 0) {
    ::close(made);
  } else if (errno != EEXIST) {
    refuse_file(file, errno);
  }
}

/// A file that came here by way of a copy may be open to others. Of one that is not ours, its owner
/// decides.
void close_to_others(const fs::path& file) {
  for (const char* ending : {"", "-wal", "-shm"}) {
    const std::string name = file.string() + ending;
    struct stat status {};
    if (::stat(name.c_str(), &status) != 0) continue;
    const mode_t mode = status.st_mode & 07777;
    if (mode & (S_IRWXG | S_IRWXO)) (void)::chmod(name.c_str(), mode & ~(S_IRWXG | S_IRWXO));
  }
}

/// SQLite takes a file of a few bytes for an empty one, and sees a lost end only when it needs it.
void check_sound(Database& database, const fs::path& file) {
  constexpr std::string_view kMagic = "SQLite format 3";
  std::ifstream in(file, std::ios::binary);
  std::string head(kMagic.size(), '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (in.gcount() > 0 && head != kMagic) database.fail_as_no_database();
  Statement statement(database, "PRAGMA quick_check(1)");
  std::string problem = statement.next() ? statement.text(0) : "no answer";
  std::error_code ignored;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(file, ignored));
  if (bytes % database.number("PRAGMA page_size") != 0) problem = "its end is missing";
  if (problem == "ok") return;
  throw Error(ErrorCode::malformed, database.name(), "is damaged (" + problem + ")",
              kStoreOfVoices.repair);
}

void bring_up_to_date(Database& database, const fs::path& file) {
  check_sound(database, file);
  const int found = database.version_of(kLayout);  // Before anything is written to somebody's file.
  database.use_log();
  if (found == kLayout.version) return;
  Transaction transaction(database, Transaction::Kind::writing);
  // Another program may have been first.
  const int version = database.version_of(kLayout);
  for (auto i = static_cast<std::size_t>(version); i < kMigrations.size(); ++i) {
    database.execute(kMigrations[i]);
  }
  database.set_layout(kLayout);
  transaction.commit();
}

}  // namespace

std::unique_ptr<Database> open_store(const fs::path& file, const SpeakerStoreOptions& options) {
  if (file.empty()) {
    throw Error(ErrorCode::invalid_argument, "store", "has an empty name", "name a file");
  }
  if (options.patience_ms < 0) {
    throw Error(ErrorCode::invalid_argument, "patience_ms = " + std::to_string(options.patience_ms),
                "is no time to wait", "give 0 or more");
  }
  std::error_code ignored;
  const fs::file_status status = fs::status(file, ignored);
  if (!fs::exists(status)) {
    if (!options.create) {
      throw Error(ErrorCode::not_found, file.string(), "is not there",
                  "`diarist speakers add NAME AUDIO` makes a store of voices");
    }
    make_file(file);
  } else if (!fs::is_regular_file(status)) {
    throw Error(ErrorCode::io, file.string(), "is no file", "name a file");
  }
  close_to_others(file);
  auto database = std::make_unique<Database>(file, options.patience_ms, kStoreOfVoices);
  bring_up_to_date(*database, file);
  // A program that was killed while it forgot left this to us. If others read, to somebody else.
  if (database->number("SELECT value FROM setting WHERE key = 'purge'") != 0) {
    database->wait_up_to(0);
    try {
      purge(*database);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io) throw;
    }
    database->wait_up_to(options.patience_ms);
  }
  return database;
}

void request_purge(Database& database) {
  database.execute("UPDATE setting SET value = 1 WHERE key = 'purge'");
}

bool purge(Database& database) {
  // First the log, which has pages as they were; then the file, in which pages may have been free
  // for longer than this program overwrites them.
  if (!database.empty_log()) return false;
  database.execute("VACUUM");
  if (!database.empty_log()) return false;
  database.execute("UPDATE setting SET value = 0 WHERE key = 'purge'");
  return true;
}

}  // namespace diarist::voices
