// Those of Linux's system calls that a program needs to compute and to print: memory, threads,
// files to read.
#include <asm/prctl.h>
#include <cerrno>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>

#include "archive.hpp"
#include "machine.hpp"
#include "pages.hpp"
#include "threads.hpp"

extern "C" std::uint64_t system_call(emulated::Frame* frame);

namespace emulated {
namespace {

constexpr int kFirstFile = 3;
constexpr int kMostOpen = 32;
struct OpenFile {
  const File* file;
  std::uint64_t place;
};
OpenFile open_files[kMostOpen];

constexpr std::uint64_t kHeapSize = 256U << 20;
std::uint64_t heap_start = 0;
std::uint64_t heap_end = 0;

// Bochs is told to pass for a processor of so many instructions a second.
constexpr std::uint64_t kInstructionsPerSecond = 50'000'000;

std::uint64_t failed(int error) { return static_cast<std::uint64_t>(-error); }

OpenFile* find_open(std::uint64_t number) {
  if (number < kFirstFile || number >= kMostOpen) return nullptr;
  return open_files[number].file != nullptr ? &open_files[number] : nullptr;
}

std::uint64_t open(const char* path, std::uint64_t flags) {
  if ((flags & O_ACCMODE) != O_RDONLY) return failed(EROFS);
  const File* file = find_file(path);
  if (file == nullptr) return failed(ENOENT);
  for (std::uint64_t i = kFirstFile; i < kMostOpen; ++i) {
    if (open_files[i].file != nullptr) continue;
    open_files[i] = {file, 0};
    return i;
  }
  return failed(EMFILE);
}

std::uint64_t read(const File& file, std::uint64_t place, std::uint64_t to, std::uint64_t count) {
  if (place >= file.size) return 0;
  if (count > file.size - place) count = file.size - place;
  memcpy(at<void>(to), file.data + place, count);
  return count;
}

std::uint64_t read(std::uint64_t number, std::uint64_t to, std::uint64_t count) {
  OpenFile* open = find_open(number);
  if (open == nullptr) return number == 0 ? 0 : failed(EBADF);
  const std::uint64_t got = read(*open->file, open->place, to, count);
  open->place += got;
  return got;
}

std::uint64_t read_at(std::uint64_t number, std::uint64_t to, std::uint64_t count,
                      std::uint64_t place) {
  const OpenFile* open = find_open(number);
  return open != nullptr ? read(*open->file, place, to, count) : failed(EBADF);
}

std::uint64_t seek(std::uint64_t number, std::uint64_t offset, std::uint64_t from) {
  OpenFile* open = find_open(number);
  if (open == nullptr) return failed(number < kFirstFile ? ESPIPE : EBADF);
  if (from == SEEK_CUR) offset += open->place;
  if (from == SEEK_END) offset += open->file->size;
  return open->place = offset;
}

std::uint64_t write(std::uint64_t number, const char* text, std::uint64_t count) {
  if (number != 1 && number != 2) return failed(EBADF);
  say(text, count);
  return count;
}

std::uint64_t write_all(std::uint64_t number, const iovec* pieces, std::uint64_t count) {
  std::uint64_t written = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t result =
        write(number, static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    if (result != pieces[i].iov_len) return result;
    written += result;
  }
  return written;
}

std::uint64_t describe(const File* file, std::uint64_t to) {
  struct stat about {};
  about.st_mode = file != nullptr ? file->mode : S_IFCHR | 0620;
  about.st_ino = file != nullptr ? file->number : 0;
  about.st_size = static_cast<off_t>(file != nullptr ? file->size : 0);
  about.st_nlink = 1;
  about.st_dev = 1;
  about.st_blksize = kPage;
  memcpy(at<void>(to), &about, sizeof about);
  return 0;
}

std::uint64_t describe_open(std::uint64_t number, std::uint64_t to) {
  if (number < kFirstFile) return describe(nullptr, to);
  const OpenFile* open = find_open(number);
  return open != nullptr ? describe(open->file, to) : failed(EBADF);
}

std::uint64_t describe_path(std::uint64_t folder, const char* path, std::uint64_t to,
                            std::uint64_t flags) {
  if (*path == 0 && (flags & AT_EMPTY_PATH) != 0) return describe_open(folder, to);
  const File* file = find_file(path);
  return file != nullptr ? describe(file, to) : failed(ENOENT);
}

/// The heap's end after the program asked for it at `wanted`, 0 to be told where it is.
std::uint64_t move_heap_end(std::uint64_t wanted) {
  if (heap_start == 0) heap_start = heap_end = take_pages(kHeapSize);
  if (wanted < heap_start || wanted > heap_start + kHeapSize) return heap_end;
  if (wanted < heap_end) memset(at<void>(wanted), 0, heap_end - wanted);
  return heap_end = wanted;
}

std::uint64_t map(const Frame& call) {
  std::uint64_t address = call.rdi;
  const std::uint64_t size = call.rsi;
  if ((call.r10 & MAP_FIXED) != 0) {
    memset(at<void>(address), 0, round_up(size, kPage));
  } else {
    address = take_pages(size);
  }
  if ((call.r10 & MAP_ANONYMOUS) == 0) {
    const std::uint64_t got = read_at(call.r8, address, size, call.r9);
    if (static_cast<std::int64_t>(got) < 0) return got;
  }
  return address;
}

std::uint64_t clone(const Frame& call) {
  // What glibc's pthread_create asks for. CLONE_VM | CLONE_THREAD, and CLONE_SETTLS.
  constexpr std::uint64_t kThread = 0x100 | 0x10000 | 0x80000;
  constexpr std::uint64_t kSetParentsWord = 0x100000;
  constexpr std::uint64_t kClearChildsWord = 0x200000;
  if ((call.rdi & kThread) != kThread) return failed(ENOSYS);
  auto* cleared = (call.rdi & kClearChildsWord) != 0 ? at<std::uint32_t>(call.r10) : nullptr;
  const std::uint64_t number = new_thread(call, call.rsi, call.r8, cleared);
  if ((call.rdi & kSetParentsWord) != 0) {
    *at<std::uint32_t>(call.rdx) = static_cast<std::uint32_t>(number);
  }
  return number;
}

std::uint64_t futex(const Frame& call) {
  const auto* word = at<const std::uint32_t>(call.rdi);
  switch (call.rsi & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
      if (*word != static_cast<std::uint32_t>(call.rdx)) return failed(EAGAIN);
      return wait_at(word, call.r10 != 0) ? failed(ETIMEDOUT) : 0;
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      return wake_at(word, static_cast<std::uint32_t>(call.rdx));
    default:
      give_up("futex operation", call.rsi);
  }
}

/// Seconds, and of the last one so many parts of `units_per_second`.
std::uint64_t tell_time(std::uint64_t to, std::uint64_t units_per_second) {
  const std::uint64_t now = instructions();
  auto* time = at<std::uint64_t>(to);
  time[0] = now / kInstructionsPerSecond;
  time[1] = now % kInstructionsPerSecond * units_per_second / kInstructionsPerSecond;
  return 0;
}

std::uint64_t tell_limit(std::uint64_t which, std::uint64_t to) {
  if (to == 0) return 0;
  auto* limits = at<std::uint64_t>(to);
  limits[0] = limits[1] = which == RLIMIT_STACK ? 8U << 20 : RLIM_INFINITY;
  return 0;
}

std::uint64_t fill_by_chance(std::uint64_t to, std::uint64_t count) {
  static std::uint64_t state = 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    at<std::uint8_t>(to)[i] = static_cast<std::uint8_t>(state >> 56);
  }
  return count;
}

std::uint64_t answer(const Frame& call) {
  switch (call.rax) {
    case SYS_read:
      return read(call.rdi, call.rsi, call.rdx);
    case SYS_pread64:
      return read_at(call.rdi, call.rsi, call.rdx, call.r10);
    case SYS_lseek:
      return seek(call.rdi, call.rsi, call.rdx);
    case SYS_write:
      return write(call.rdi, at<const char>(call.rsi), call.rdx);
    case SYS_writev:
      return write_all(call.rdi, at<const iovec>(call.rsi), call.rdx);
    case SYS_open:
      return open(at<const char>(call.rdi), call.rsi);
    case SYS_openat:
      return open(at<const char>(call.rsi), call.rdx);
    case SYS_close:
      if (OpenFile* file = find_open(call.rdi)) file->file = nullptr;
      return 0;
    case SYS_fstat:
      return describe_open(call.rdi, call.rsi);
    case SYS_stat:
      return describe_path(0, at<const char>(call.rdi), call.rsi, 0);
    case SYS_newfstatat:
      return describe_path(call.rdi, at<const char>(call.rsi), call.rdx, call.r10);
    case SYS_access:
      return find_file(at<const char>(call.rdi)) != nullptr ? 0 : failed(ENOENT);
    case SYS_readlink:
    case SYS_readlinkat:
      return failed(EINVAL);  // nothing is a link
    case SYS_ioctl:
      return failed(ENOTTY);
    case SYS_getcwd:
      memcpy(at<void>(call.rdi), "/", 2);
      return 2;

    case SYS_brk:
      return move_heap_end(call.rdi);
    case SYS_mmap:
      return map(call);
    case SYS_munmap:
      return_pages(call.rdi, call.rsi);
      return 0;
    case SYS_mremap:
      return failed(ENOMEM);  // upon which glibc copies
    case SYS_mprotect:
    case SYS_madvise:
      return 0;

    case SYS_clone:
      return clone(call);
    case SYS_futex:
      return futex(call);
    case SYS_sched_yield:
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
      yield_thread();
      return 0;
    case SYS_exit:
      end_thread(call.rdi);
    case SYS_exit_group:
      end(call.rdi & 0xff);
    case SYS_tgkill:
    case SYS_kill:
      give_up("the program sent itself a signal; of tgkill, its thread and number:",
              call.rsi << 8 | call.rdx);
    case SYS_arch_prctl:
      if (call.rdi != ARCH_SET_FS) return failed(EINVAL);
      set_thread_pointer(call.rsi);
      return 0;
    case SYS_set_tid_address:
      set_cleared_at_end(at<std::uint32_t>(call.rdi));
      return this_thread();
    case SYS_gettid:
      return this_thread();
    case SYS_sched_getaffinity:
      memset(at<void>(call.rdx), 0, call.rsi);
      *at<std::uint64_t>(call.rdx) = 1;
      return sizeof(std::uint64_t);
    case SYS_set_robust_list:
    case SYS_rt_sigaction:
    case SYS_rt_sigprocmask:
    case SYS_sigaltstack:
      return 0;

    case SYS_getpid:
      return 1;
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
      return 0;
    case SYS_uname:
      memset(at<void>(call.rdi), 0, sizeof(utsname));
      memcpy(at<utsname>(call.rdi)->sysname, "Linux", 6);
      memcpy(at<utsname>(call.rdi)->release, "6.1.0", 6);
      return 0;
    case SYS_prlimit64:
      return tell_limit(call.rsi, call.r10);
    case SYS_getrlimit:
      return tell_limit(call.rdi, call.rsi);
    case SYS_getrusage:
      memset(at<void>(call.rsi), 0, sizeof(rusage));
      return 0;
    case SYS_clock_gettime:
      return tell_time(call.rsi, 1'000'000'000);
    case SYS_gettimeofday:
      return tell_time(call.rdi, 1'000'000);
    case SYS_getrandom:
      return fill_by_chance(call.rdi, call.rsi);

    // glibc goes other ways where these are missing.
    case SYS_rseq:
    case SYS_clone3:
    case SYS_statx:
    case SYS_faccessat2:
    case SYS_sysinfo:
      return failed(ENOSYS);
    default:
      say("\nhost: no system call ");
      say_decimal(call.rax);
      say("\n");
      return failed(ENOSYS);
  }
}

}  // namespace
}  // namespace emulated

std::uint64_t system_call(emulated::Frame* frame) { return emulated::answer(*frame); }
