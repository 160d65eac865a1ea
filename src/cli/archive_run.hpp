// `diarize --resume`: which recordings are left to do, and what became of each, for the next run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diarist/run.hpp"

#include "archive/file_state.hpp"
#include "archive/folder_lock.hpp"
#include "archive/manifest.hpp"
#include "cli/output_plan.hpp"
#include "cli/stats_json.hpp"

namespace diarist::cli {

/// One run over an archive, which is locked as long as this lives. Not safe to share, but for
/// state_of().
class ArchiveRun {
 public:
  /// Makes the folder of `request.output` where it is missing, locks it, removes what a program
  /// that was killed there left half-written, and opens the manifest. `settings` is the text of
  /// archive_settings(). Throws OutputError, Error{malformed}.
  ArchiveRun(const OutputRequest& request, const std::string& settings,
             const CancellationToken& cancellation);

  /// Which recordings of the request are left, in order: those that are not done with these
  /// settings, have changed, or whose results are gone. Reads recordings that may be the same under
  /// another time or place. Once. Throws Error{cancelled}, OutputError.
  std::vector<std::size_t> left_to_do(const std::vector<std::vector<PlannedOutput>>& plan,
                                      bool retry_failed, bool quiet);

  /// What a recording is before it is diarized; from any thread.
  archive::FileState state_of(std::size_t i) const;

  /// Its results are there: makes sure that they stay, then that this is known.
  void done(std::size_t i, const archive::FileState& state);
  /// `record` says why there are none.
  void failed(std::size_t i, archive::FileState state, const RunRecord& record, int exit_code);

  /// The exit code that failures of earlier runs make; 0 where there are none.
  int exit_code_before() const { return exit_code_before_; }
  /// "3 done before, 1 done now, 2 failed (1 before)" and what one might do about it.
  std::string summary() const;

 private:
  enum class Verdict { left, done, failed };
  Verdict verdict(std::size_t i, const std::vector<PlannedOutput>& outputs, bool retry_failed);
  bool unchanged(std::size_t i, archive::Entry& entry);

  const OutputRequest& request_;
  std::string settings_;
  CancellationToken cancellation_;
  std::optional<archive::FolderLock> lock_;
  std::optional<archive::Manifest> manifest_;
  std::vector<archive::Entry> moved_;  ///< The same under another time or place.
  std::size_t done_before_ = 0;
  std::size_t done_now_ = 0;
  std::size_t failed_before_ = 0;
  std::size_t failed_now_ = 0;
  std::size_t other_settings_ = 0;
  int exit_code_before_ = 0;
};

/// Which of the request's recordings failed when they were last tried: a table, or JSON. Only
/// reads. Throws as archive::Manifest does.
std::string failures_listed(const OutputRequest& request, bool json);

}  // namespace diarist::cli
