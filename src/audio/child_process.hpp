// A program that works for us: started without a shell, read from, and never left behind.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diarist/run.hpp"

namespace diarist::audio {

/// One running program, whose standard output is read here. Destroying it kills and reaps it. Not
/// safe to share between threads; any number may run at once.
class ChildProcess {
 public:
  /// Starts `arguments[0]`, looked up as a shell would, with `standard_input` as its input, in a
  /// process group of its own: Ctrl-C reaches us alone, and we then end it. Returns nullptr where
  /// no such program is installed; throws Error{io} where it cannot be started for another reason.
  static std::unique_ptr<ChildProcess> start(const std::vector<std::string>& arguments,
                                             int standard_input);

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// From now on all waiting ends once `stop` is set, a tenth of a second later at most.
  void heed(const CancellationToken& stop) { stop_ = stop; }
  bool stopped() const { return stop_ && stop_->cancelled(); }

  /// Waits for output, or its end, for so many seconds at most; whether there is any.
  bool wait_for_output(double seconds);

  /// Waits for output and fills `bytes` with it; fewer than asked for at its end only, or where it
  /// was stopped.
  std::size_t read(std::span<std::byte> bytes);

  /// Waits for the end of a program whose output was read to the end; one that is stopped is
  /// killed. Returns its exit code, or 128 plus the signal that ended it, as shells do; nothing
  /// where the process ignores SIGCHLD, so that it cannot be known.
  std::optional<int> wait();

  /// What it wrote to standard error so far: the first 4 KiB, newlines at the end removed.
  std::string complaints() const;

  int process_id() const { return process_id_; }

 private:
  ChildProcess(std::string name, int process_id, int output, int errors);
  /// Waits until either pipe has something, or for a moment where there is a `stop_` to look at;
  /// takes in what is on standard error.
  void poll_once();
  void drain_errors();

  std::string name_;
  int process_id_;
  int output_;
  int errors_;
  bool output_ready_ = false;
  std::optional<CancellationToken> stop_;
  bool reaped_ = false;
  std::optional<int> exit_code_;
  std::string complaints_;
};

}  // namespace diarist::audio
