#include "cli/signals.hpp"

#include <atomic>
#include <csignal>
#include <cstring>
#include <optional>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <climits>

#include "cli/exit_codes.hpp"

namespace diarist::cli {
namespace {

// Signal handlers reach only what is global. All of it is set up before the handlers are.
std::optional<CancellationToken> token_of_handler;
std::atomic<int> signals_seen{0};
struct Guard {
  std::atomic<bool> taken{false};
  std::atomic<bool> set{false};
  char path[PATH_MAX];
};
Guard guards[kMostGuardedFiles];

static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "only lock-free atomics may be used from signal handlers");

[[noreturn]] void end_now() {
  for (const Guard& guard : guards) {
    if (guard.set.load()) ::unlink(guard.path);
  }
  ::_exit(kInterrupted);
}

extern "C" void on_stop(int) {
  if (signals_seen.fetch_add(1) > 0) end_now();
  token_of_handler->cancel();
  const itimerval grace{{0, 0}, {0, kGraceMilliseconds * 1000}};
  ::setitimer(ITIMER_REAL, &grace, nullptr);
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
