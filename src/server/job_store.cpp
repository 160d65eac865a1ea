#include "server/job_store.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "diarist/error.hpp"

#include "server/text.hpp"

namespace diarist::server {
namespace {

using sqlite::Statement;
using sqlite::Transaction;

/// "djob": how the first bytes of the file tell whose it is.
constexpr sqlite::Layout kLayout{0x646a6f62, 1};
constexpr int kPatienceMilliseconds = 10000;

constexpr sqlite::FileKind kKind{"file of jobs", "name another folder with --data",
                                 "move it away; the server then begins with no jobs"};

// State as JobState has it.
constexpr const char* kTables = R"(
CREATE TABLE job(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state INTEGER NOT NULL,
  name TEXT NOT NULL,
  options TEXT NOT NULL,
  speaker TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  type TEXT NOT NULL,
  audio_kept INTEGER NOT NULL DEFAULT 1,
  created INTEGER NOT NULL,
  started INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0,
  starts INTEGER NOT NULL DEFAULT 0,
  error_code TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  duration REAL NOT NULL DEFAULT 0,
  turns INTEGER NOT NULL DEFAULT 0,
  speakers TEXT NOT NULL DEFAULT '[]');
CREATE INDEX job_of_state ON job(state, number);
CREATE TABLE result(
  job INTEGER PRIMARY KEY REFERENCES job(number) ON DELETE CASCADE,
  document TEXT NOT NULL);
)";

/// Jobs as row() reads them; `rest` says which.
std::string select_jobs(const char* rest) {
  return std::string(
             "SELECT number, id, state, name, options, speaker, bytes, type, audio_kept, created, "
             "started, ended, error_code, error, duration, turns, speakers FROM job ") +
         rest;
}

constexpr const char* kById = "WHERE id = ?";

std::vector<std::string> names_from(const std::string& json) {
  std::vector<std::string> names;
  for (const auto& each : nlohmann::json::parse(json, nullptr, false)) {
    if (each.is_string()) names.push_back(each.get<std::string>());
  }
  return names;
}

std::string to_json(const std::vector<std::string>& names) {
  return nlohmann::json(names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Job row(const Statement& statement) {
  Job job;
  int at = 0;
  job.number = statement.integer(at++);
  job.id = statement.text(at++);
  job.state = static_cast<JobState>(statement.integer(at++));
  job.name = statement.text(at++);
  job.options = statement.text(at++);
  job.speaker = statement.text(at++);
  job.bytes = statement.integer(at++);
  job.type = statement.text(at++);
  job.audio_kept = statement.integer(at++) != 0;
  job.created_ms = statement.integer(at++);
  job.started_ms = statement.integer(at++);
  job.ended_ms = statement.integer(at++);
  job.error_code = statement.text(at++);
  job.error = statement.text(at++);
  job.duration_s = statement.real(at++);
  job.turns = statement.integer(at++);
  job.speakers = names_from(statement.text(at));
  return job;
}

std::optional<Job> first(Statement& statement) {
  if (!statement.next()) return std::nullopt;
  return row(statement);
}

std::int64_t number_of(JobState state) { return static_cast<std::int64_t>(state); }

void make_file(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) {
    throw Error(ErrorCode::io, file.string(),
                "cannot be made (" + std::string(std::strerror(errno)) + ")",
                "check the permissions of its folder, or name another one with --data");
  }
  ::close(made);
}

}  // namespace

JobStore::JobStore(const std::filesystem::path& file) {
  make_file(file);
  database_.emplace(file, kPatienceMilliseconds, kKind);
  (void)database_->version_of(kLayout);  // Before anything is written to what may be somebody's.
  database_->use_log();
  Transaction transaction(*database_, Transaction::Kind::writing);
  if (database_->version_of(kLayout) == 0) {
    database_->execute(kTables);
    database_->set_layout(kLayout);
  }
  Statement crashed(*database_,
                    "UPDATE job SET state = ?, ended = ?, error_code = 'crashed', error = ? "
                    "WHERE state = ? AND starts >= ?");
  const std::string why = "the server ended without notice each of the " +
                          std::to_string(kMostStarts) + " times that it worked on this recording";
  crashed.bind(number_of(JobState::failed)).bind(now_ms()).bind(why);
  crashed.bind(number_of(JobState::running)).bind(std::int64_t{kMostStarts}).run();
  Statement again(*database_, "UPDATE job SET state = ?, started = 0 WHERE state = ?");
  again.bind(number_of(JobState::queued)).bind(number_of(JobState::running)).run();
  transaction.commit();
}

bool JobStore::changed() { return database_->number("SELECT changes()") > 0; }

std::int64_t JobStore::add(const Job& job) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_,
                      "INSERT INTO job(id, state, name, options, speaker, bytes, type, created) "
                      "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(job.id).bind(number_of(JobState::queued)).bind(job.name).bind(job.options);
  statement.bind(job.speaker).bind(job.bytes).bind(job.type).bind(job.created_ms).run();
  return database_->number("SELECT last_insert_rowid()");
}

std::optional<Job> JobStore::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_, select_jobs(kById).c_str());
  statement.bind(id);
  return first(statement);
}

std::vector<Job> JobStore::list(std::int64_t before, int limit, std::optional<JobState> state) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_,
                      select_jobs("WHERE (?1 = 0 OR number < ?1) AND (?2 < 0 OR state = ?2) "
                                  "ORDER BY number DESC LIMIT ?3")
                          .c_str());
  statement.bind(before).bind(state ? number_of(*state) : std::int64_t{-1});
  statement.bind(std::int64_t{limit});
  std::vector<Job> jobs;
  while (statement.next()) jobs.push_back(row(statement));
  return jobs;
}

std::int64_t JobStore::ahead_of(const Job& job) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_, "SELECT count(*) FROM job WHERE state = ? AND number < ?");
  statement.bind(number_of(JobState::queued)).bind(job.number);
  return statement.next() ? statement.integer(0) : 0;
}

std::map<JobState, std::int64_t> JobStore::counts() {
  const std::lock_guard lock(mutex_);
  std::map<JobState, std::int64_t> found;
  for (const JobState state : {JobState::queued, JobState::running, JobState::succeeded,
                               JobState::failed, JobState::cancelled}) {
    found[state] = 0;
  }
  Statement statement(*database_, "SELECT state, count(*) FROM job GROUP BY state");
  while (statement.next()) {
    found[static_cast<JobState>(statement.integer(0))] = statement.integer(1);
  }
  return found;
}

std::optional<Job> JobStore::begin_next() {
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_, Transaction::Kind::writing);
  std::string id;
  {
    Statement next(*database_,
                   "SELECT id FROM job WHERE state = ? ORDER BY starts >= ?, number LIMIT 1");
    next.bind(number_of(JobState::queued)).bind(std::int64_t{kSuspiciousStarts});
    if (!next.next()) return std::nullopt;
    id = next.text(0);
  }
  Statement begin(*database_,
                  "UPDATE job SET state = ?, started = ?, starts = starts + 1 WHERE id = ?");
  begin.bind(number_of(JobState::running)).bind(now_ms()).bind(id).run();
  std::optional<Job> job;
  {
    Statement found(*database_, select_jobs(kById).c_str());
    found.bind(id);
    job = first(found);
  }
  transaction.commit();
  return job;
}

void JobStore::put_back(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_,
                      "UPDATE job SET state = ?, started = 0, starts = starts - 1 "
                      "WHERE id = ? AND state = ?");
  statement.bind(number_of(JobState::queued)).bind(id).bind(number_of(JobState::running)).run();
}

bool JobStore::succeed(const Job& job, const std::string& document) {
  const std::string speakers = to_json(job.speakers);
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_, Transaction::Kind::writing);
  Statement statement(*database_,
                      "UPDATE job SET state = ?, ended = ?, duration = ?, turns = ?, speakers = ? "
                      "WHERE id = ? AND state = ?");
  statement.bind(number_of(JobState::succeeded)).bind(now_ms()).bind(job.duration_s);
  statement.bind(job.turns).bind(speakers).bind(job.id).bind(number_of(JobState::running)).run();
  if (!changed()) return false;
  Statement result(*database_, "INSERT OR REPLACE INTO result(job, document) VALUES(?, ?)");
  result.bind(job.number).bind(document).run();
  transaction.commit();
  return true;
}

bool JobStore::fail(const std::string& id, const std::string& code, const std::string& error,
                    bool keep_audio) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_,
                      "UPDATE job SET state = ?, ended = ?, error_code = ?, error = ?, "
                      "audio_kept = ? WHERE id = ? AND state = ?");
  statement.bind(number_of(JobState::failed)).bind(now_ms()).bind(code).bind(error);
  statement.bind(std::int64_t{keep_audio}).bind(id);
  statement.bind(number_of(JobState::running)).run();
  return changed();
}

bool JobStore::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_,
                      "UPDATE job SET state = ?, ended = ?, audio_kept = 0 "
                      "WHERE id = ? AND state IN (?, ?)");
  statement.bind(number_of(JobState::cancelled)).bind(now_ms()).bind(id);
  statement.bind(number_of(JobState::queued)).bind(number_of(JobState::running)).run();
  return changed();
}

std::optional<std::string> JobStore::document(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_,
                      "SELECT document FROM result JOIN job ON job.number = result.job "
                      "WHERE job.id = ?");
  statement.bind(id);
  if (!statement.next()) return std::nullopt;
  return statement.text(0);
}

bool JobStore::replace_document(const std::string& id, const std::string& document,
                                const std::vector<std::string>& speakers) {
  const std::string names = to_json(speakers);
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_, Transaction::Kind::writing);
  Statement result(
      *database_,
      "UPDATE result SET document = ? WHERE job = (SELECT number FROM job WHERE id = ?)");
  result.bind(document).bind(id).run();
  if (!changed()) return false;
  Statement statement(*database_, "UPDATE job SET speakers = ? WHERE id = ?");
  statement.bind(names).bind(id).run();
  transaction.commit();
  return true;
}

bool JobStore::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_, "DELETE FROM job WHERE id = ?");
  statement.bind(id).run();
  return changed();
}

std::vector<std::string> JobStore::remove_ended_before(std::int64_t time_ms) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_, Transaction::Kind::writing);
  std::vector<std::string> ids;
  {
    Statement old(*database_, "SELECT id FROM job WHERE ended > 0 AND ended < ?");
    old.bind(time_ms);
    while (old.next()) ids.push_back(old.text(0));
  }
  Statement statement(*database_, "DELETE FROM job WHERE ended > 0 AND ended < ?");
  statement.bind(time_ms).run();
  transaction.commit();
  return ids;
}

std::vector<std::string> JobStore::ids_with_audio() {
  const std::lock_guard lock(mutex_);
  Statement statement(*database_, "SELECT id FROM job WHERE audio_kept");
  std::vector<std::string> ids;
  while (statement.next()) ids.push_back(statement.text(0));
  return ids;
}

}  // namespace diarist::server
