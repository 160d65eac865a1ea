#include "cli/signals.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <climits>

#include "diarist/error.hpp"

#include "cli/exit_codes.hpp"

namespace diarist::cli {
namespace {

// Signal handlers reach only what is global. All of it is set up before the handlers are.
std::optional<CancellationToken> token_of_handler;
std::atomic<int> signals_seen{0};
std::atomic<bool> grace_ends{true};
struct Guard {
  std::atomic<bool> taken{false};
  std::atomic<bool> set{false};
  char path[PATH_MAX];
};
Guard guards[kMostGuardedFiles];

std::atomic<int> awaited_end{-1};

std::atomic<bool> folder_set{false};
char guarded_folder[PATH_MAX];

static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "only lock-free atomics may be used from signal handlers");

/// With nothing but what a signal handler may call. What is written to the folder meanwhile may
/// need another look.
void remove_folder(const char* path) {
  alignas(dirent64) static char entries[32768];
  constexpr int kLooks = 3;
  for (int look = 0; look < kLooks && ::rmdir(path) != 0; ++look) {
    const int folder = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    for (long got = 0; (got = ::syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0;) {
      for (long at = 0; at < got;) {
        const auto* entry = reinterpret_cast<const dirent64*>(entries + at);
        ::unlinkat(folder, entry->d_name, 0);
        at += entry->d_reclen;
      }
    }
    ::close(folder);
  }
}

[[noreturn]] void end_now() {
  remove_guarded();
  ::_exit(kInterrupted);
}

extern "C" void on_stop(int) {
  if (signals_seen.fetch_add(1) > 0) end_now();
  token_of_handler->cancel();
  if (!grace_ends.load()) return;
  const itimerval grace{{0, 0}, {0, kGraceMilliseconds * 1000}};
  ::setitimer(ITIMER_REAL, &grace, nullptr);
}

extern "C" void on_awaited(int) {
  if (signals_seen.fetch_add(1) > 0) end_now();
  const char one = 1;
  [[maybe_unused]] const ssize_t written = ::write(awaited_end.load(), &one, 1);
}

extern "C" void on_grace_over(int) { end_now(); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void cancel_on_signals(const CancellationToken& token) {
  token_of_handler = token;
  handle(SIGALRM, on_grace_over);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) handle(signal, on_stop);
}

void finish_on_signals(const CancellationToken& token) {
  grace_ends.store(false);
  cancel_on_signals(token);
}

AwaitedSignals::AwaitedSignals() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(ErrorCode::io, "pipe", std::strerror(errno));
  }
  read_end_ = ends[0];
  awaited_end.store(ends[1]);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) handle(signal, on_awaited);
}

AwaitedSignals::~AwaitedSignals() { ::close(read_end_); }

void AwaitedSignals::wait() const {
  char one = 0;
  while (::read(read_end_, &one, 1) < 0 && errno == EINTR) {
  }
}

void guard_folder(const char* path) {
  folder_set.store(false);
  if (std::strlen(path) >= sizeof guarded_folder) return;
  std::strcpy(guarded_folder, path);
  folder_set.store(true);
}

void remove_guarded() noexcept {
  for (const Guard& guard : guards) {
    if (guard.set.load()) ::unlink(guard.path);
  }
  if (folder_set.load()) remove_folder(guarded_folder);
}

GuardedFile::GuardedFile(const char* path) {
  if (std::strlen(path) >= sizeof Guard::path) return;
  for (int slot = 0; slot < kMostGuardedFiles; ++slot) {
    if (guards[slot].taken.exchange(true)) continue;
    std::strcpy(guards[slot].path, path);
    guards[slot].set.store(true);
    slot_ = slot;
    return;
  }
}

GuardedFile::~GuardedFile() {
  if (slot_ < 0) return;
  guards[slot_].set.store(false);
  guards[slot_].taken.store(false);
}

}  // namespace diarist::cli
