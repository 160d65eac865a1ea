// Jobs in a file (SQLite): what was taken in is there after a crash, whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/job.hpp"
#include "sqlite/database.hpp"

namespace diarist::server {

/// All functions are safe from any thread. Each throws Error{io, malformed} where the file cannot
/// be read or written; a change is then not made at all.
class JobStore {
 public:
  /// Makes the file, for its owner alone, where it is missing. Jobs that were running when the last
  /// program ended are queued again, in their old places; those that were begun kMostStarts times
  /// and never ended have failed, with the code "crashed". Throws Error{malformed} for a file that
  /// is none of ours, or of a newer diarist.
  explicit JobStore(const std::filesystem::path& file);

  /// Adds a queued job, and gives its number.
  std::int64_t add(const Job& job);
  std::optional<Job> find(const std::string& id);
  /// Newest first, before number `before` where that is not 0; at most `limit`.
  std::vector<Job> list(std::int64_t before, int limit, std::optional<JobState> state);
  /// Queued ones that came before this one.
  std::int64_t ahead_of(const Job& job);
  std::map<JobState, std::int64_t> counts();

  /// The queued job whose turn it is, running from now on. Jobs that were begun kSuspiciousStarts
  /// times and never ended come last: one that brings the program down must not keep all others
  /// from their turn.
  std::optional<Job> begin_next();
  /// Puts a running job back, as if it had not begun.
  void put_back(const std::string& id);
  /// False where it is not running any more.
  bool succeed(const Job& job, const std::string& document);
  bool fail(const std::string& id, const std::string& code, const std::string& error,
            bool keep_audio);
  /// Its audio is kept no longer. False where it has ended already, or is not there.
  bool cancel(const std::string& id);

  /// The result's JSON; empty where there is none.
  std::optional<std::string> document(const std::string& id);
  /// Puts another one in its place. False where there is none.
  bool replace_document(const std::string& id, const std::string& document,
                        const std::vector<std::string>& speakers);

  /// False where it is not there.
  bool remove(const std::string& id);
  /// Removes jobs that ended before that time, and gives their ids.
  std::vector<std::string> remove_ended_before(std::int64_t time_ms);
  /// Of all jobs whose audio is kept.
  std::vector<std::string> ids_with_audio();

 private:
  bool changed();
  std::mutex mutex_;
  std::optional<sqlite::Database> database_;  // Guarded by it.
};

inline constexpr int kSuspiciousStarts = 3;
inline constexpr int kMostStarts = 5;

}  // namespace diarist::server
