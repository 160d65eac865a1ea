#include "cli/standard_input.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::cli {
namespace {

// audio/input_file.cpp copies pipes in the same way, for itself: a program that is linked with a
// shared diarist has no more than include/ shows.

/// How much is copied at once: the capacity of a Linux pipe.
constexpr std::size_t kBlockBytes = 65536;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

[[noreturn]] void refuse(const char* problem, const char* advice = "") {
  throw Error(ErrorCode::io, "standard input",
              problem + (": " + std::generic_category().message(errno)), advice);
}

/// A file without a name, on a disk where there is one: /tmp is kept in memory on some systems.
File unnamed_file() {
#ifdef O_TMPFILE
  const int descriptor = ::open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) return File(::fdopen(descriptor, "w+b"));
#endif
  return File(std::tmpfile());
}

bool is_whole_file(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
         ::lseek(descriptor, 0, SEEK_CUR) == 0;
}

}  // namespace

void keep_standard_input() {
  if (is_whole_file(STDIN_FILENO)) return;
  const char* const no_room = "free space in /var/tmp, or save the recording to a file and name it";
  const File copy = unnamed_file();
  if (!copy) refuse("cannot be copied to a temporary file", no_room);
  std::array<char, kBlockBytes> block{};
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse("cannot be read");
    if (got == 0) break;
    const auto size = static_cast<std::size_t>(got);
    if (std::fwrite(block.data(), 1, size, copy.get()) != size) {
      refuse("cannot be copied to a temporary file", no_room);
    }
  }
  if (std::fflush(copy.get()) != 0) refuse("cannot be copied to a temporary file", no_room);
  const int descriptor = ::fileno(copy.get());
  if (::lseek(descriptor, 0, SEEK_SET) != 0 || ::dup2(descriptor, STDIN_FILENO) < 0) {
    refuse("cannot be kept");
  }
}

}  // namespace diarist::cli
