// SQLite as we use it: a connection, statements, transactions, and its errors as ours.
//
// Names of members stand for SQL that is constant; values are always bound. Not safe to share
// between threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace diarist::sqlite {

/// What a file is for those who read of its errors.
struct FileKind {
  const char* name;    ///< "store of voices".
  const char* other;   ///< What to do where the file is something else.
  const char* repair;  ///< What to do where it is damaged.
};

/// Whose file it is, and how its tables are laid out: SQLite's application_id and user_version.
struct Layout {
  int application_id;
  int version;  ///< Counted from 1.
};

/// The Error{io} of a disk that is full: for those to whom it is another case than one that cannot
/// be written.
class NoSpace : public Error {
 public:
  explicit NoSpace(const std::string& file)
      : Error(ErrorCode::io, file, "cannot be written (no space left)", "free some space") {}
};

class Database {
 public:
  /// Opens a file that is there. Throws Error{io, malformed}.
  Database(const std::filesystem::path& file, int patience_ms, const FileKind& kind);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& name() const { return name_; }

  /// Statements without values and results.
  void execute(const char* sql);
  /// The first column of the first row; 0 where there is none.
  std::int64_t number(const char* sql);

  /// The version that the file has; 0 where nothing is in it yet. Throws Error{malformed} for a
  /// file of another application, or of a version beyond the layout's.
  int version_of(const Layout& layout);
  /// The file has this layout from now on: within the transaction that made it so.
  void set_layout(const Layout& layout);

  /// How long the next statements wait for others.
  void wait_up_to(int milliseconds);

  /// Puts what the log (-wal) holds into the file and empties it. False where others read.
  bool empty_log();
  /// Switches to the write-ahead log, which the file stays with. Waits for others.
  void use_log();

  /// An error of SQLite's last call; `code` is what that returned. Throws NoSpace, Error{io,
  /// malformed}.
  [[noreturn]] void fail(int code) const;
  /// The one of a file that is none of SQLite's.
  [[noreturn]] void fail_as_no_database() const;

 private:
  friend class Statement;
  std::string name_;
  int patience_ms_;
  FileKind kind_;
  sqlite3* connection_ = nullptr;
};

class Statement {
 public:
  Statement(Database& database, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// The next value, in the order of the statement's question marks. What it views must live until
  /// the statement ends.
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind(double number);
  Statement& bind(std::span<const std::byte> blob);

  /// True where there is a row.
  bool next();
  /// For a statement without rows.
  void run();

  /// Of the row; columns count from 0.
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::vector<std::byte> blob(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// Everything from its making to commit(), or nothing of it.
class Transaction {
 public:
  enum class Kind {
    reading,  ///< Sees one state of the store, whatever others write meanwhile.
    writing,  ///< Alone in writing; waits for others.
  };
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace diarist::sqlite
