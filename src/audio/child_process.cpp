#include "audio/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "diarist/error.hpp"

#include "audio/waiting.hpp"
#include "base/clock.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to us.

namespace diarist::audio {
namespace {

constexpr std::size_t kKeptComplaintBytes = 4096;

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

[[noreturn]] void throw_io(const std::string& name, const std::string& problem, int error) {
  throw Error(ErrorCode::io, name, problem + ": " + std::generic_category().message(error));
}

/// Both ends of a pipe; closes what nobody has taken.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  explicit Pipe(const std::string& name) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_io(name, "cannot be started", errno);
    read_end = ends[0];
    write_end = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_if_open(read_end);
    close_if_open(write_end);
  }
};

/// Descriptors and signals of the program to be.
class SpawnSetup {
 public:
  SpawnSetup(int input, int output, int errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    ::posix_spawnattr_init(&attributes_);
    // A caller may ignore or block signals that the program needs to end by.
    sigset_t none;
    sigset_t defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

ChildProcess::ChildProcess(std::string name, int process_id, int output, int errors)
    : name_(std::move(name)), process_id_(process_id), output_(output), errors_(errors) {}

std::unique_ptr<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments,
                                                  int standard_input) {
  const std::string& name = arguments.front();
  Pipe output(name);
  Pipe errors(name);
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  // posix_spawn takes char* for history's sake and does not write.
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));  // NOLINT
  }
  pointers.push_back(nullptr);

  const SpawnSetup setup(standard_input, output.write_end, errors.write_end);
  pid_t process_id = -1;
  const int error = ::posix_spawnp(&process_id, name.c_str(), setup.actions(), setup.attributes(),
                                   pointers.data(), environ);
  if (error == ENOENT || error == ENOTDIR) return nullptr;
  if (error != 0) throw_io(name, "cannot be started", error);
  // Whoever reads must not wait on our own copies of the ends that are written to.
  close_if_open(output.write_end);
  close_if_open(errors.write_end);
  return std::unique_ptr<ChildProcess>(new ChildProcess(
      name, process_id, std::exchange(output.read_end, -1), std::exchange(errors.read_end, -1)));
}

ChildProcess::~ChildProcess() {
  close_if_open(output_);
  close_if_open(errors_);
  if (reaped_) return;
  ::kill(process_id_, SIGKILL);
  while (::waitpid(process_id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::drain_errors() {
  std::array<char, 1024> block{};
  const ssize_t got = ::read(errors_, block.data(), block.size());
  if (got < 0 && errno == EINTR) return;
  if (got <= 0) {
    close_if_open(errors_);
    return;
  }
  const std::size_t room = kKeptComplaintBytes - complaints_.size();
  complaints_.append(block.data(), std::min(room, static_cast<std::size_t>(got)));
}

void ChildProcess::poll_once() {
  // poll() passes over negative descriptors.
  std::array<pollfd, 2> waited = {pollfd{output_, POLLIN, 0}, pollfd{errors_, POLLIN, 0}};
  output_ready_ = false;
  if (::poll(waited.data(), waited.size(), stop_ ? kLookMilliseconds : -1) < 0) {
    if (errno == EINTR) return;
    throw_io(name_, "cannot be waited for", errno);
  }
  if (waited[1].revents != 0) drain_errors();
  output_ready_ = waited[0].revents != 0;
}

bool ChildProcess::wait_for_output(double seconds) {
  if (!stop_) stop_.emplace();  // so that waiting comes back to the clock
  const Stopwatch waited;
  while (!output_ready_ && !stopped() && waited.seconds() < seconds) poll_once();
  return output_ready_;
}

std::size_t ChildProcess::read(std::span<std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size() && output_ >= 0 && !stopped()) {
    // Both pipes are watched: a program that fills the one while we wait on the other would hang.
    poll_once();
    if (!output_ready_) continue;
    const ssize_t got = ::read(output_, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_io(name_, "cannot be read from", errno);
    if (got == 0) {
      close_if_open(output_);
      break;
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::optional<int> ChildProcess::wait() {
  if (reaped_) return exit_code_;
  close_if_open(output_);
  while (errors_ >= 0 && !stopped()) poll_once();
  constexpr int kSignalled = 128;
  for (;;) {
    const bool ends_now = stopped();
    if (ends_now) ::kill(process_id_, SIGKILL);
    int status = 0;
    // One that has closed its output may go on for long.
    const pid_t waited = ::waitpid(process_id_, &status, stop_ && !ends_now ? WNOHANG : 0);
    if (waited > 0) {
      exit_code_ = WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
      break;
    }
    if (waited == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kLookMilliseconds));
      continue;
    }
    // Where the host ignores SIGCHLD the system has reaped it, and nobody knows how it ended.
    if (errno == ECHILD) break;
    if (errno != EINTR) throw_io(name_, "cannot be waited for", errno);
  }
  reaped_ = true;
  return exit_code_;
}

std::string ChildProcess::complaints() const {
  const std::size_t end = complaints_.find_last_not_of(" \r\n");
  return end == std::string::npos ? std::string() : complaints_.substr(0, end + 1);
}

}  // namespace diarist::audio
