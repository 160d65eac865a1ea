// A library to preload: one call of the program's to the system fails, or does less than it was
// asked for. faults.py and server_faults.py say which.
//
//   DIARIST_FAULT=FUNCTION:N:ERROR    the Nth call, counted from 1; `N+`: that one and all after it
//   DIARIST_FAULT_SPARE=LIBRARY       no allocation of C's by this library is counted, or fails
//   DIARIST_FAULT_COUNTS=FILE         how often each function was called, written when the program
//   ends
//   DIARIST_FAULT_HIT=FILE            made once a call has failed
//
// ERROR is the name of an errno, `short` (half of what was asked for is read or written) or `kill`
// (SIGKILL instead of the call). `new` is C++'s operator new, `malloc` is malloc, calloc, realloc
// and the aligned ones called by C libraries.
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <new>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" {
// glibc's own names of what is replaced here: dlsym itself allocates.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

enum Function {
  kRead,
  kReadv,
  kPread,
  kWrite,
  kWritev,
  kPwrite,
  kOpen,
  kOpenat,
  kFopen,
  kFsync,
  kFdatasync,
  kFtruncate,
  kRename,
  kMkdir,
  kMmap,
  kPthreadCreate,
  kSocket,
  kBind,
  kListen,
  kAccept4,
  kPoll,
  kRecv,
  kSend,
  kEventfd,
  kMalloc,
  kNew,
  kFunctions,
};
constexpr std::array<const char*, kFunctions> kNames{
    "read",   "readv",          "pread",   "write",     "writev",    "pwrite",  "open",
    "openat", "fopen",          "fsync",   "fdatasync", "ftruncate", "rename",  "mkdir",
    "mmap",   "pthread_create", "socket",  "bind",      "listen",    "accept4", "poll",
    "recv",   "send",           "eventfd", "malloc",    "new",
};
struct NamedError {
  const char* name;
  int number;
};
constexpr int kShort = -1;
constexpr int kKill = -2;
constexpr std::array<NamedError, 12> kErrors{{{"EINTR", EINTR},
                                              {"ECONNABORTED", ECONNABORTED},
                                              {"EADDRINUSE", EADDRINUSE},
                                              {"ECONNRESET", ECONNRESET},
                                              {"EIO", EIO},
                                              {"ENOSPC", ENOSPC},
                                              {"ENOMEM", ENOMEM},
                                              {"EAGAIN", EAGAIN},
                                              {"EMFILE", EMFILE},
                                              {"EACCES", EACCES},
                                              {"short", kShort},
                                              {"kill", kKill}}};

std::array<std::atomic<long>, kFunctions> g_calls{};
// From main's first line to its last: the loader and the making of libraries' tables are not the
// program's.
std::atomic<bool> g_counting{false};
int (*g_main)(int, char**, char**) = nullptr;
int g_function = -1;
long g_first = 0;
bool g_all_after = false;
std::uintptr_t g_spared_from = 0, g_spared_to = 0;
int g_error = 0;
const char* g_hit = nullptr;

/// 0 where the call is to be made; otherwise an errno or kShort.
int fault_of(Function function) {
  if (!g_counting.load(std::memory_order_relaxed)) return 0;
  const long call = g_calls[function].fetch_add(1, std::memory_order_relaxed) + 1;
  if (function != g_function) return 0;
  if (call != g_first && !(g_all_after && call > g_first)) return 0;
  if (g_hit != nullptr) {
    // Not through open(), which is counted.
    const long file = ::syscall(SYS_openat, AT_FDCWD, g_hit, O_WRONLY | O_CREAT, 0600);
    if (file >= 0) ::syscall(SYS_close, file);
  }
  if (g_error == kKill) ::kill(::getpid(), SIGKILL);
  return g_error;
}

/// An eventfd or a pipe of the program's own, by which threads and signals tell each other
/// something: no disk is behind it.
bool is_within(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return false;
  const mode_t kind = status.st_mode & S_IFMT;
  return kind == 0 || (kind == S_IFIFO && file > STDERR_FILENO);
}

/// True, with errno set, where the call fails.
bool fails(Function function) {
  const int fault = fault_of(function);
  if (fault <= 0) return false;
  errno = fault;
  return true;
}

/// The same for a call that moves `size` bytes, which a short one makes fewer.
bool fails(Function function, std::size_t& size) {
  const int fault = fault_of(function);
  if (fault == kShort && size > 1) size /= 2;
  if (fault <= 0) return false;
  errno = fault;
  return true;
}

/// Only the first of several buffers where the call is to be short.
bool fails(Function function, int& buffers) {
  std::size_t count = static_cast<std::size_t>(buffers);
  const bool failed = fails(function, count);
  buffers = static_cast<int>(count);
  return failed;
}

template <typename Signature>
Signature* next(const char* name) {
  return reinterpret_cast<Signature*>(::dlsym(RTLD_NEXT, name));
}

/// The whole of a library as it lies in memory.
int find_spared(dl_phdr_info* library, std::size_t, void* name) {
  if (std::strstr(library->dlpi_name, static_cast<const char*>(name)) == nullptr) return 0;
  g_spared_from = library->dlpi_addr;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const auto& part = library->dlpi_phdr[i];
    if (part.p_type == PT_LOAD) g_spared_to = library->dlpi_addr + part.p_vaddr + part.p_memsz;
  }
  return 1;
}

bool spared(const void* caller) {
  const auto at = reinterpret_cast<std::uintptr_t>(caller);
  return at >= g_spared_from && at < g_spared_to;
}

void begin() {
  g_hit = std::getenv("DIARIST_FAULT_HIT");
  if (char* const name = std::getenv("DIARIST_FAULT_SPARE")) ::dl_iterate_phdr(find_spared, name);
  if (const char* fault = std::getenv("DIARIST_FAULT")) {
    char function[32] = "", error[16] = "", plus[2] = "";
    if (std::sscanf(fault, "%31[^:]:%ld%1[+]:%15s", function, &g_first, plus, error) != 4 &&
        std::sscanf(fault, "%31[^:]:%ld:%15s", function, &g_first, error) != 3) {
      ::dprintf(2, "fault_shim: cannot read %s\n", fault);
      ::_exit(125);
    }
    g_all_after = plus[0] == '+';
    for (int i = 0; i < kFunctions; ++i) {
      if (std::strcmp(function, kNames[static_cast<std::size_t>(i)]) == 0) g_function = i;
    }
    for (const NamedError& named : kErrors) {
      if (std::strcmp(error, named.name) == 0) g_error = named.number;
    }
    if (g_function < 0 || g_error == 0) {
      ::dprintf(2, "fault_shim: there is no %s or %s\n", function, error);
      ::_exit(125);
    }
  }
  g_counting = true;
}

void end() {
  g_counting = false;
  const char* const file = std::getenv("DIARIST_FAULT_COUNTS");
  if (file == nullptr) return;
  const int descriptor = ::open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (std::size_t i = 0; i < kFunctions; ++i)
    ::dprintf(descriptor, "%s %ld\n", kNames[i], g_calls[i].load());
  ::close(descriptor);
}

void* allocate(std::size_t size) { return fails(kNew) ? nullptr : __libc_malloc(size); }

void* allocate_or_throw(std::size_t size) {
  if (void* const memory = allocate(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

void* allocate_aligned_or_throw(std::size_t size, std::align_val_t alignment) {
  if (!fails(kNew)) {
    if (void* const memory = __libc_memalign(static_cast<std::size_t>(alignment), size))
      return memory;
  }
  throw std::bad_alloc();
}

int mode_of(int flags, va_list more) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, int) : 0;
}

int counted_main(int count, char** values, char** environment) {
  begin();
  const int code = g_main(count, values, environment);
  end();
  return code;
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_aligned_or_throw(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_aligned_or_throw(size, alignment);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }

extern "C" {

// What the program's first instructions call.
int __libc_start_main(int (*main)(int, char**, char**), int count, char** values, void (*init)(),
                      void (*fini)(), void (*loader_fini)(), void* stack_end) {
  using Start =
      int(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  g_main = main;
  return next<Start>("__libc_start_main")(counted_main, count, values, init, fini, loader_fini,
                                          stack_end);
}

// Of a function that is called from outside.
#define FAILS_HERE (!spared(__builtin_return_address(0)) && fails(kMalloc))

void* malloc(std::size_t size) { return FAILS_HERE ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return FAILS_HERE ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  return FAILS_HERE ? nullptr : __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  return FAILS_HERE ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

ssize_t read(int file, void* data, std::size_t size) {
  static auto* const real = next<ssize_t(int, void*, std::size_t)>("read");
  return !is_within(file) && fails(kRead, size) ? -1 : real(file, data, size);
}
ssize_t readv(int file, const iovec* buffers, int count) {
  static auto* const real = next<ssize_t(int, const iovec*, int)>("readv");
  return fails(kReadv, count) ? -1 : real(file, buffers, count);
}
ssize_t pread(int file, void* data, std::size_t size, off_t offset) {
  static auto* const real = next<ssize_t(int, void*, std::size_t, off_t)>("pread");
  return fails(kPread, size) ? -1 : real(file, data, size, offset);
}
ssize_t pread64(int file, void* data, std::size_t size, off64_t offset) {
  return pread(file, data, size, offset);
}

ssize_t write(int file, const void* data, std::size_t size) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t)>("write");
  return !is_within(file) && fails(kWrite, size) ? -1 : real(file, data, size);
}
ssize_t writev(int file, const iovec* buffers, int count) {
  static auto* const real = next<ssize_t(int, const iovec*, int)>("writev");
  return fails(kWritev, count) ? -1 : real(file, buffers, count);
}
ssize_t pwrite(int file, const void* data, std::size_t size, off_t offset) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return fails(kPwrite, size) ? -1 : real(file, data, size, offset);
}
ssize_t pwrite64(int file, const void* data, std::size_t size, off64_t offset) {
  return pwrite(file, data, size, offset);
}

int open(const char* name, int flags, ...) {
  static auto* const real = next<int(const char*, int, ...)>("open");
  va_list more;
  va_start(more, flags);
  const int mode = mode_of(flags, more);
  va_end(more);
  return fails(kOpen) ? -1 : real(name, flags, mode);
}
int open64(const char* name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const int mode = mode_of(flags, more);
  va_end(more);
  return open(name, flags, mode);
}
int openat(int folder, const char* name, int flags, ...) {
  static auto* const real = next<int(int, const char*, int, ...)>("openat");
  va_list more;
  va_start(more, flags);
  const int mode = mode_of(flags, more);
  va_end(more);
  return fails(kOpenat) ? -1 : real(folder, name, flags, mode);
}
FILE* fopen(const char* name, const char* mode) {
  static auto* const real = next<FILE*(const char*, const char*)>("fopen");
  return fails(kFopen) ? nullptr : real(name, mode);
}
FILE* fopen64(const char* name, const char* mode) { return fopen(name, mode); }

int fsync(int file) {
  static auto* const real = next<int(int)>("fsync");
  return fails(kFsync) ? -1 : real(file);
}
int fdatasync(int file) {
  static auto* const real = next<int(int)>("fdatasync");
  return fails(kFdatasync) ? -1 : real(file);
}
int ftruncate(int file, off_t size) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return fails(kFtruncate) ? -1 : real(file, size);
}
int ftruncate64(int file, off64_t size) noexcept { return ftruncate(file, size); }

int rename(const char* from, const char* to) noexcept {
  static auto* const real = next<int(const char*, const char*)>("rename");
  return fails(kRename) ? -1 : real(from, to);
}
int mkdir(const char* name, mode_t mode) noexcept {
  static auto* const real = next<int(const char*, mode_t)>("mkdir");
  return fails(kMkdir) ? -1 : real(name, mode);
}

void* mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  static auto* const real = next<void*(void*, std::size_t, int, int, int, off_t)>("mmap");
  return fails(kMmap) ? MAP_FAILED : real(at, size, protection, flags, file, offset);
}
void* mmap64(void* at, std::size_t size, int protection, int flags, int file,
             off64_t offset) noexcept {
  return mmap(at, size, protection, flags, file, offset);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                   void* argument) noexcept {
  static auto* const real =
      next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  return fails(kPthreadCreate) ? errno : real(thread, attributes, run, argument);
}

int socket(int domain, int type, int protocol) noexcept {
  static auto* const real = next<int(int, int, int)>("socket");
  return fails(kSocket) ? -1 : real(domain, type, protocol);
}
int bind(int socket, const sockaddr* address, socklen_t size) noexcept {
  static auto* const real = next<int(int, const sockaddr*, socklen_t)>("bind");
  return fails(kBind) ? -1 : real(socket, address, size);
}
int listen(int socket, int waiting) noexcept {
  static auto* const real = next<int(int, int)>("listen");
  return fails(kListen) ? -1 : real(socket, waiting);
}
int accept4(int socket, sockaddr* address, socklen_t* size, int flags) {
  static auto* const real = next<int(int, sockaddr*, socklen_t*, int)>("accept4");
  return fails(kAccept4) ? -1 : real(socket, address, size, flags);
}
int poll(pollfd* files, nfds_t count, int timeout_ms) {
  static auto* const real = next<int(pollfd*, nfds_t, int)>("poll");
  return fails(kPoll) ? -1 : real(files, count, timeout_ms);
}
ssize_t recv(int socket, void* data, std::size_t size, int flags) {
  static auto* const real = next<ssize_t(int, void*, std::size_t, int)>("recv");
  return fails(kRecv, size) ? -1 : real(socket, data, size, flags);
}
ssize_t send(int socket, const void* data, std::size_t size, int flags) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t, int)>("send");
  return fails(kSend, size) ? -1 : real(socket, data, size, flags);
}
int eventfd(unsigned start, int flags) noexcept {
  static auto* const real = next<int(unsigned, int)>("eventfd");
  return fails(kEventfd) ? -1 : real(start, flags);
}

}  // extern "C"
