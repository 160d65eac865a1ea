#include "threads.hpp"

#include "machine.hpp"

extern "C" {
extern std::uint64_t host_stack;
void leave_host();
void switch_stacks(std::uint64_t* from, std::uint64_t to);
}

namespace emulated {
namespace {

constexpr int kMostThreads = 16;
constexpr std::uint64_t kStackSize = 16384;
constexpr std::uint64_t kVectorState = 0xe7;  // what start.S switches on
constexpr std::uint64_t kVectorStateSize = 2688;

enum class State { none, ready, waiting };

struct Thread {
  alignas(64) std::uint8_t vectors[kVectorStateSize];
  alignas(16) std::uint8_t stack[kStackSize];
  std::uint64_t stack_pointer;
  std::uint64_t thread_pointer;
  std::uint32_t* cleared_at_end;
  const std::uint32_t* waits_at;
  bool with_limit;
  bool limit_reached;
  State state;
};

Thread threads[kMostThreads];
int current = 0;

std::uint64_t stack_end(Thread& thread) { return address_of(thread.stack + kStackSize); }

void store_vectors(Thread& thread) {
  asm volatile("xsave64 %0" : "+m"(thread.vectors) : "a"(kVectorState), "d"(0) : "memory");
}

void load_vectors(const Thread& thread) {
  asm volatile("xrstor64 %0" ::"m"(thread.vectors), "a"(kVectorState), "d"(0) : "memory");
}

void switch_to(int next) {
  if (next == current) return;
  Thread& from = threads[current];
  Thread& to = threads[next];
  if (from.state != State::none) store_vectors(from);
  current = next;
  host_stack = stack_end(to);
  load_vectors(to);
  write_register(kThreadPointer, to.thread_pointer);
  switch_stacks(&from.stack_pointer, to.stack_pointer);
}

/// The next one after this that can run, this one last; where there is none, one whose waiting has
/// a limit.
void run_another() {
  for (int i = 1; i <= kMostThreads; ++i) {
    const int next = (current + i) % kMostThreads;
    if (threads[next].state == State::ready) return switch_to(next);
  }
  for (int i = 1; i <= kMostThreads; ++i) {
    const int next = (current + i) % kMostThreads;
    if (threads[next].state == State::waiting && threads[next].with_limit) {
      threads[next].state = State::ready;
      threads[next].limit_reached = true;
      return switch_to(next);
    }
  }
  give_up("every thread waits; the last is number", this_thread());
}

}  // namespace

void open_threads() {
  threads[0].state = State::ready;
  host_stack = stack_end(threads[0]);
}

std::uint64_t this_thread() { return static_cast<std::uint64_t>(current) + 1; }

void set_thread_pointer(std::uint64_t address) {
  threads[current].thread_pointer = address;
  write_register(kThreadPointer, address);
}

std::uint64_t new_thread(const Frame& frame, std::uint64_t stack, std::uint64_t thread_pointer,
                         std::uint32_t* cleared_at_end) {
  int number = 0;
  while (number < kMostThreads && threads[number].state != State::none) ++number;
  if (number == kMostThreads) give_up("more threads than", kMostThreads);
  Thread& thread = threads[number];
  store_vectors(thread);
  thread.thread_pointer = thread_pointer;
  thread.cleared_at_end = cleared_at_end;
  thread.state = State::ready;
  auto* registers = at<Frame>(stack_end(thread) - sizeof(Frame));
  *registers = frame;
  registers->rax = 0;
  registers->rsp = stack;
  // What switch_stacks finds: six registers, and where it returns to.
  auto* returns = reinterpret_cast<std::uint64_t*>(registers) - 7;
  memset(returns, 0, 6 * sizeof *returns);
  returns[6] = reinterpret_cast<std::uint64_t>(&leave_host);
  thread.stack_pointer = address_of(returns);
  return static_cast<std::uint64_t>(number) + 1;
}

void end_thread(std::uint64_t code) {
  Thread& thread = threads[current];
  thread.state = State::none;
  if (thread.cleared_at_end != nullptr) {
    *thread.cleared_at_end = 0;
    wake_at(thread.cleared_at_end, 1);
  }
  bool last = true;
  for (const Thread& each : threads) last = last && each.state == State::none;
  if (last) end(code);
  run_another();
  give_up("a thread goes on after its end:", this_thread());
}

void set_cleared_at_end(std::uint32_t* word) { threads[current].cleared_at_end = word; }

void yield_thread() { run_another(); }

bool wait_at(const std::uint32_t* word, bool with_limit) {
  Thread& thread = threads[current];
  thread.waits_at = word;
  thread.with_limit = with_limit;
  thread.limit_reached = false;
  thread.state = State::waiting;
  run_another();
  return thread.limit_reached;
}

std::uint64_t wake_at(const std::uint32_t* word, std::uint64_t most) {
  std::uint64_t woken = 0;
  for (Thread& each : threads) {
    if (woken == most) break;
    if (each.state != State::waiting || each.waits_at != word) continue;
    each.state = State::ready;
    ++woken;
  }
  return woken;
}

}  // namespace emulated
