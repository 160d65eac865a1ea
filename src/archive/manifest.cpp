#include "archive/manifest.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::archive {
namespace {

using sqlite::Statement;
using sqlite::Transaction;

/// "darc": how the first bytes of the file tell whose it is.
constexpr sqlite::Layout kLayout{0x64617263, 1};
constexpr int kPatienceMilliseconds = 10000;

constexpr sqlite::FileKind kKind{"manifest of an archive", "name another folder with -o",
                                 "move it away; all recordings are then diarized anew"};

// An empty error_code is a recording that is done.
constexpr const char* kTables = R"(
CREATE TABLE entry(
  name TEXT PRIMARY KEY,
  recording TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  content TEXT NOT NULL,
  settings TEXT NOT NULL,
  error_code TEXT NOT NULL,
  error TEXT NOT NULL,
  exit_code INTEGER NOT NULL) WITHOUT ROWID;
)";

/// Entries as row() reads them; `rest` says which.
std::string select_entries(const char* rest) {
  return std::string(
             "SELECT name, recording, bytes, modified_ns, content, settings, error_code, error, "
             "exit_code FROM entry ") +
         rest;
}

Entry row(const Statement& statement) {
  Entry entry;
  int at = 0;
  entry.name = statement.text(at++);
  entry.recording = statement.text(at++);
  entry.state.glance.bytes = statement.integer(at++);
  entry.state.glance.modified_ns = statement.integer(at++);
  entry.state.content = statement.text(at++);
  entry.settings = statement.text(at++);
  Failure failure;
  failure.code = statement.text(at++);
  failure.message = statement.text(at++);
  failure.exit_code = static_cast<int>(statement.integer(at));
  if (!failure.code.empty()) entry.failure = std::move(failure);
  return entry;
}

void make_file(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (made < 0) {
    throw Error(ErrorCode::io, file.string(),
                "cannot be made (" + std::string(std::strerror(errno)) + ")",
                "check the permissions of its folder, or name another one with -o");
  }
  ::close(made);
}

}  // namespace

Manifest::Manifest(const std::filesystem::path& folder, Missing missing) {
  const std::filesystem::path file = folder / kManifestFile;
  const Error none(ErrorCode::not_found, folder.string(), "holds no archive",
                   "diarize into it with --resume first");
  if (missing == Missing::make) {
    make_file(file);
  } else if (std::error_code ignored; !std::filesystem::exists(file, ignored)) {
    throw none;
  }
  database_.emplace(file, kPatienceMilliseconds, kKind);
  if (database_->version_of(kLayout) != 0) return;
  if (missing == Missing::refuse) throw none;
  Transaction transaction(*database_, Transaction::Kind::writing);
  database_->execute(kTables);
  database_->set_layout(kLayout);
  transaction.commit();
}

std::optional<Entry> Manifest::find(const std::string& name) {
  Statement statement(*database_, select_entries("WHERE name = ?").c_str());
  statement.bind(name);
  if (!statement.next()) return std::nullopt;
  return row(statement);
}

std::vector<Entry> Manifest::failures() {
  Statement statement(*database_, select_entries("WHERE error_code <> '' ORDER BY name").c_str());
  std::vector<Entry> entries;
  while (statement.next()) entries.push_back(row(statement));
  return entries;
}

void Manifest::put(const Entry& entry) {
  const Failure failure = entry.failure.value_or(Failure{});
  Statement statement(*database_, "INSERT OR REPLACE INTO entry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(entry.name).bind(entry.recording);
  statement.bind(entry.state.glance.bytes).bind(entry.state.glance.modified_ns);
  statement.bind(entry.state.content).bind(entry.settings);
  statement.bind(failure.code).bind(failure.message);
  statement.bind(std::int64_t{failure.exit_code}).run();
}

void Manifest::put(const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  Transaction transaction(*database_, Transaction::Kind::writing);
  for (const Entry& entry : entries) put(entry);
  transaction.commit();
}

}  // namespace diarist::archive
