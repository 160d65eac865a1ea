// Ctrl-C and requests to terminate: first politely through the cancellation token, then firmly.
#pragma once

#include "diarist/run.hpp"

namespace diarist::cli {

/// From now on SIGINT, SIGTERM and SIGHUP set `token`. Whatever has not ended of itself
/// kGraceMilliseconds later, or at a second signal, is ended then and there, with the guarded files
/// removed: a read that blocks must not hold up Ctrl-C. Call once, before work begins.
void cancel_on_signals(const CancellationToken& token);

/// For what goes on until it is stopped: the first signal sets `token`, and the program then takes
/// the time that it needs to finish; a second one ends it then and there, as above. Instead of
/// cancel_on_signals().
void finish_on_signals(const CancellationToken& token);
/// For a program that serves: SIGINT, SIGTERM and SIGHUP are waited for, and the caller ends in its
/// own time. A second one ends the program then and there. One at a time, instead of
/// cancel_on_signals().
class AwaitedSignals {
 public:
  /// From now on they arrive here.
  AwaitedSignals();
  ~AwaitedSignals();
  AwaitedSignals(const AwaitedSignals&) = delete;
  AwaitedSignals& operator=(const AwaitedSignals&) = delete;
  /// Returns once one has come.
  void wait() const;

 private:
  int read_end_ = -1;
};

/// How long a cancelled run may take to end by itself: within the second that users are promised.
inline constexpr int kGraceMilliseconds = 900;

/// While alive, a forced end removes the file at `path` first. The path is copied. Of more than
/// kMostGuardedFiles at once, or of a path longer than the system allows, the rest is not guarded.
class GuardedFile {
 public:
  explicit GuardedFile(const char* path);
  ~GuardedFile();
  GuardedFile(const GuardedFile&) = delete;
  GuardedFile& operator=(const GuardedFile&) = delete;

 private:
  int slot_ = -1;
};

/// The same for a folder and the files in it: one at a time, for as long as the program runs. A
/// path that is longer than the system allows is not guarded.
void guard_folder(const char* path);

/// Removes what the two above guard. For whoever ends the program without destructors.
void remove_guarded() noexcept;

/// One for each output format of a recording, and the statistics; with room to spare.
inline constexpr int kMostGuardedFiles = 8;

}  // namespace diarist::cli
