// What is done in a folder of results, and what failed: a row for each name of a result.
//
// An SQLite file with a rollback journal, not the write-ahead log: that one needs memory which
// programs share, and network disks have none. Whatever ends the program, a row is there whole or
// not at all. Not safe to share between threads; another program may read meanwhile.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "archive/file_state.hpp"
#include "sqlite/database.hpp"

namespace diarist::archive {

/// Why a recording has no result.
struct Failure {
  std::string code;     ///< diarist::to_string of the error's.
  std::string message;  ///< Error::what().
  int exit_code = 0;    ///< That the program would end with, were there no other recording.
};

/// The latest that is known of one name.
struct Entry {
  std::string name;       ///< Of its results, without folder and ending.
  std::string recording;  ///< The path under which it was given last.
  FileState state;        ///< Before it was diarized.
  std::string settings;   ///< Digest of all that the result follows from besides the recording.
  std::optional<Failure> failure;  ///< Empty where it is done.
};

class Manifest {
 public:
  enum class Missing { make, refuse };
  /// The one of a folder that is there. Throws Error{not_found} where there is none and none is to
  /// be made, Error{io}, Error{malformed} for a file that is no manifest or of a newer diarist.
  Manifest(const std::filesystem::path& folder, Missing missing);

  std::optional<Entry> find(const std::string& name);
  /// Those that failed, by name.
  std::vector<Entry> failures();

  /// On the disk when it returns, in the place of what was known of that name. Throws Error{io}.
  void put(const Entry& entry);
  /// All of them or none.
  void put(const std::vector<Entry>& entries);

 private:
  std::optional<sqlite::Database> database_;
};

/// Its name in the folder.
inline constexpr const char* kManifestFile = ".diarist-archive.db";

}  // namespace diarist::archive
