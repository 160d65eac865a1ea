#include "archive/file_state.hpp"

#include <cerrno>
#include <cstddef>
#include <ctime>
#include <fcntl.h>
#include <span>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/digest.hpp"

namespace diarist::archive {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
// The coarsest clock that files have: FAT counts two seconds. What was written since then may be
// written again under the same time.
constexpr std::int64_t kCoarsestClockNanoseconds = 2 * kNanoseconds;
constexpr std::size_t kReadBytes = 1 << 20;

std::int64_t in_nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * kNanoseconds + time.tv_nsec;
}

class ReadEnd {
 public:
  explicit ReadEnd(const std::filesystem::path& file)
      : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~ReadEnd() {
    if (number_ >= 0) ::close(number_);
  }
  ReadEnd(const ReadEnd&) = delete;
  ReadEnd& operator=(const ReadEnd&) = delete;

  /// Below 0 where it cannot be read.
  ssize_t read(std::span<std::byte> into) const {
    ssize_t got = 0;
    do got = ::read(number_, into.data(), into.size());
    while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int number_;
};

}  // namespace

bool Glance::tells_same(const Glance& other) const {
  return bytes >= 0 && modified_ns != 0 && bytes == other.bytes && modified_ns == other.modified_ns;
}

Glance glance_at(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  Glance glance;
  glance.bytes = found.st_size;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t modified_ns = in_nanoseconds(found.st_mtim);
  // Also where the disk's clock is ahead of ours.
  if (modified_ns < in_nanoseconds(now) - kCoarsestClockNanoseconds)
    glance.modified_ns = modified_ns;
  return glance;
}

bool is_readable(const std::filesystem::path& file) {
  return glance_at(file).bytes >= 0 && ::access(file.c_str(), R_OK) == 0;
}

std::optional<std::string> content_of(const std::filesystem::path& file,
                                      const CancellationToken& cancellation) {
  if (glance_at(file).bytes < 0) return std::nullopt;  // A pipe's bytes can be had but once.
  const ReadEnd in(file);
  Digest digest;
  std::vector<std::byte> block(kReadBytes);
  for (;;) {
    if (cancellation.cancelled()) return std::nullopt;
    const ssize_t got = in.read(block);
    if (got < 0) return std::nullopt;
    if (got == 0) return digest.hex();
    digest.add(std::span<const std::byte>(block).first(static_cast<std::size_t>(got)));
  }
}

FileState state_of(const std::filesystem::path& file, const CancellationToken& cancellation) {
  FileState state;
  state.glance = glance_at(file);  // First: what changes meanwhile then looks changed.
  state.content = content_of(file, cancellation).value_or("");
  return state;
}

}  // namespace diarist::archive
