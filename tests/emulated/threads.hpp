// The program's threads. One processor, and no clock that would take it away from them: a thread
// runs until it waits.
#pragma once

#include <cstdint>

namespace emulated {

/// A program's registers at a system call, as start.S stores them.
struct Frame {
  std::uint64_t rax, rdi, rsi, rdx, r10, r8, r9, r15, r14, r13, r12, rbp, rbx, rip, flags, rsp;
};

/// Makes what runs now the first thread.
void open_threads();

/// The number of the thread that runs, from 1.
std::uint64_t this_thread();

void set_thread_pointer(std::uint64_t address);

/// A thread that goes on where `frame` is, with 0 as its call's result and a stack of its own. At
/// its end the word at `cleared_at_end` (unless null) becomes 0 and a thread that waits for it is
/// woken. Returns its number.
std::uint64_t new_thread(const Frame& frame, std::uint64_t stack, std::uint64_t thread_pointer,
                         std::uint32_t* cleared_at_end);

/// Ends this thread; the program, with `code`, where it is the last.
[[noreturn]] void end_thread(std::uint64_t code);

void set_cleared_at_end(std::uint32_t* word);

/// Lets the others run.
void yield_thread();

/// Until somebody wakes those who wait at `word`. With a limit, also when nothing else is left to
/// do, which counts as its end: returns whether it was that.
bool wait_at(const std::uint32_t* word, bool with_limit);

/// Returns how many were woken.
std::uint64_t wake_at(const std::uint32_t* word, std::uint64_t most);

}  // namespace emulated
