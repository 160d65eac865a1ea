#include "sqlite/database.hpp"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <new>
#include <sqlite3.h>
#include <thread>

namespace diarist::sqlite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kRetryInterval = std::chrono::milliseconds(5);

}  // namespace

Database::Database(const std::filesystem::path& file, int patience_ms, const FileKind& kind)
    : name_(file.string()), patience_ms_(patience_ms), kind_(kind) {
  // Absolute, so that no name (":memory:") means something else to SQLite.
  const std::string path = std::filesystem::absolute(file).string();
  const int code = ::sqlite3_open_v2(path.c_str(), &connection_,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    if (connection_ == nullptr) throw std::bad_alloc();
    if (code != SQLITE_OK) fail(code);
    ::sqlite3_extended_result_codes(connection_, 1);
    wait_up_to(patience_ms);
    // A file that somebody else made must not be able to make us run anything.
    ::sqlite3_db_config(connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    ::sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    ::sqlite3_db_config(connection_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    if (::sqlite3_db_readonly(connection_, "main") == 1) {
      throw Error(ErrorCode::io, name_,
                  "may only be read, and readers too put their locks beside it",
                  "check the permissions of the file, or copy it to where you may write");
    }
    execute("PRAGMA cell_size_check=ON");
    execute("PRAGMA secure_delete=ON");   // What is deleted is overwritten.
    execute("PRAGMA temp_store=MEMORY");  // Nothing of it elsewhere on the disk.
    execute("PRAGMA synchronous=FULL");
  } catch (...) {
    ::sqlite3_close(connection_);
    throw;
  }
}

Database::~Database() { ::sqlite3_close(connection_); }

int Database::version_of(const Layout& layout) {
  // In this order: another program may lay it out between any two of these, and a file that has no
  // tables yet but is ours is as good as empty, while one with tables that is nobody's is not.
  const std::int64_t tables = number("SELECT count(*) FROM sqlite_schema");
  const std::int64_t version = number("PRAGMA user_version");
  const std::int64_t application = number("PRAGMA application_id");
  if (application == 0 && version == 0 && tables == 0) return 0;
  if (application != layout.application_id) {
    throw Error(ErrorCode::malformed, name_, "is an SQLite file of another program", kind_.other);
  }
  if (version > layout.version) {
    throw Error(ErrorCode::malformed, name_,
                "was written by a newer diarist (layout " + std::to_string(version) +
                    "; this one knows " + std::to_string(layout.version) + ")",
                "take that diarist");
  }
  return static_cast<int>(version);
}

void Database::set_layout(const Layout& layout) {
  execute(("PRAGMA application_id=" + std::to_string(layout.application_id)).c_str());
  execute(("PRAGMA user_version=" + std::to_string(layout.version)).c_str());
}

void Database::wait_up_to(int milliseconds) {
  patience_ms_ = milliseconds;
  ::sqlite3_busy_timeout(connection_, milliseconds);
}

void Database::fail(int code) const {
  const std::string reason = connection_ ? ::sqlite3_errmsg(connection_) : "no connection";
  switch (code & 0xff) {
    case SQLITE_NOMEM:
      throw std::bad_alloc();
    case SQLITE_NOTADB:
      fail_as_no_database();
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:  // A table that is not as we make it.
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      throw Error(ErrorCode::malformed, name_, "is damaged (" + reason + ")", kind_.repair);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(
          ErrorCode::io, name_,
          "is held by another program for more than " + std::to_string(patience_ms_ / 1000) + " s",
          "try again when that is done");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw Error(ErrorCode::io, name_, "cannot be written (" + reason + ")",
                  "check the permissions of the file and of its folder");
    case SQLITE_FULL:
      throw NoSpace(name_);
    default:
      // A quota, or a limit on files, is no full disk to SQLite.
      if ((code & 0xff) == SQLITE_IOERR && connection_ != nullptr) {
        const int number = ::sqlite3_system_errno(connection_);
        if (number == ENOSPC || number == EDQUOT || number == EFBIG) throw NoSpace(name_);
      }
      throw Error(ErrorCode::io, name_, "cannot be read or written (" + reason + ")",
                  "check the permissions of the file and of its folder");
  }
}

void Database::fail_as_no_database() const {
  throw Error(ErrorCode::malformed, name_, "is no " + std::string(kind_.name) + " (no SQLite file)",
              kind_.other);
}

void Database::execute(const char* sql) {
  const int code = ::sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.next() ? statement.integer(0) : 0;
}

bool Database::empty_log() {
  // For another checkpoint SQLite does not wait by itself, nor does it below.
  const auto until = Clock::now() + std::chrono::milliseconds(patience_ms_);
  for (;;) {
    {
      Statement statement(*this, "PRAGMA wal_checkpoint(TRUNCATE)");
      if (statement.next() && statement.integer(0) == 0) return true;
    }
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(kRetryInterval);
  }
}

void Database::use_log() {
  const auto until = Clock::now() + std::chrono::milliseconds(patience_ms_);
  for (;;) {
    const int code =
        ::sqlite3_exec(connection_, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || Clock::now() > until) fail(code);
    std::this_thread::sleep_for(kRetryInterval);
  }
}

Statement::Statement(Database& database, const char* sql) : database_(database) {
  const int code = ::sqlite3_prepare_v2(database.connection_, sql, -1, &statement_, nullptr);
  if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() { ::sqlite3_finalize(statement_); }

Statement& Statement::bind(std::string_view text) {
  const int code = ::sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  const int code = ::sqlite3_bind_int64(statement_, ++bound_, number);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(double number) {
  const int code = ::sqlite3_bind_double(statement_, ++bound_, number);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(std::span<const std::byte> blob) {
  const int code =
      ::sqlite3_bind_blob64(statement_, ++bound_, blob.data(), blob.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

bool Statement::next() {
  const int code = ::sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::run() {
  while (next()) {
  }
}

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column));
  const int bytes = ::sqlite3_column_bytes(statement_, column);
  return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(bytes));
}

std::int64_t Statement::integer(int column) const {
  return ::sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const { return ::sqlite3_column_double(statement_, column); }

std::vector<std::byte> Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(::sqlite3_column_blob(statement_, column));
  const int count = ::sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::vector<std::byte>() : std::vector<std::byte>(bytes, bytes + count);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.execute(kind == Kind::writing ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (...) {  // SQLite has rolled back already, and what went wrong is being told.
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace diarist::sqlite
