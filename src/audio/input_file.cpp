#include "audio/input_file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

namespace diarist::audio {
namespace {

/// Where copies of pipes go, the first that works. /var/tmp first: it is on a disk by convention,
/// where /tmp is kept in memory on some systems.
constexpr std::array<const char*, 2> kSpoolFolders = {"/var/tmp", "/tmp"};

/// How much of a pipe is copied at once: the capacity of a Linux pipe, 64 KiB.
constexpr std::size_t kSpoolBlockBytes = 65536;

std::string reason(int error) { return std::generic_category().message(error); }

[[noreturn]] void throw_io(const std::string& subject, const std::string& problem, int error,
                           const std::string& advice = {}) {
  throw Error(ErrorCode::io, subject, problem + ": " + reason(error), advice);
}

/// A read-write file without a name, or -1 with errno set.
int open_unnamed(const char* folder) {
#ifdef O_TMPFILE
  const int unnamed = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (unnamed >= 0) return unnamed;
#endif
  // Some file systems (NFS, overlays of old kernels) cannot make nameless files: make one and
  // remove its name at once.
  std::string name = std::string(folder) + "/diarist-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

void write_all(int descriptor, const char* data, std::size_t size, const std::string& subject) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw_io(subject, "cannot be copied to a temporary file", errno,
               "free space in /var/tmp, or save the recording to a file and name that");
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

/// Copies what is left to read from `from` to an unnamed file, whose descriptor is returned.
int spool(int from, const std::string& subject) {
  int to = -1;
  for (const char* folder : kSpoolFolders) {
    to = open_unnamed(folder);
    if (to >= 0) break;
  }
  if (to < 0) {
    throw_io(subject, "cannot be copied to a temporary file", errno,
             "make /var/tmp writable, or save the recording to a file and name that");
  }
  try {
    std::vector<char> block(kSpoolBlockBytes);
    for (;;) {
      const ssize_t got = ::read(from, block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_io(subject, "cannot be read", errno);
      if (got == 0) break;
      write_all(to, block.data(), static_cast<std::size_t>(got), subject);
    }
    if (::lseek(to, 0, SEEK_SET) < 0) throw_io(subject, "cannot be read back", errno);
  } catch (...) {
    ::close(to);
    throw;
  }
  return to;
}

[[noreturn]] void throw_cannot_open(const std::string& subject, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    throw Error(ErrorCode::not_found, subject, "does not exist",
                "check the spelling and the folder");
  }
  if (error == EACCES || error == EPERM) {
    throw_io(subject, "cannot be opened", error, "check its permissions");
  }
  throw_io(subject, "cannot be opened", error);
}

}  // namespace

InputFile::InputFile(int descriptor, std::string subject)
    : descriptor_(descriptor), subject_(std::move(subject)) {}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      subject_(std::move(other.subject_)) {}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

InputFile InputFile::open(const std::filesystem::path& path, int standard_input) {
  const bool is_standard_input = path == "-";
  const std::string subject = is_standard_input ? "standard input" : path.string();
  if (subject.empty()) {
    throw Error(ErrorCode::invalid_argument, "recording", "has an empty name", "name a file");
  }
  const int opened = is_standard_input ? ::fcntl(standard_input, F_DUPFD_CLOEXEC, 3)
                                       : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (opened < 0) throw_cannot_open(subject, errno);
  InputFile file(opened, subject);

  struct stat status {};
  if (::fstat(file.descriptor_, &status) != 0) throw_io(subject, "cannot be examined", errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorCode::invalid_argument, subject, "is a folder, not a recording",
                "name the files in it");
  }
  // A shell may hand over a file that somebody has read a part of: what is left is the recording.
  const bool from_start = S_ISREG(status.st_mode) && ::lseek(file.descriptor_, 0, SEEK_CUR) == 0;
  if (!from_start) {
    const int spooled = spool(file.descriptor_, subject);
    ::close(std::exchange(file.descriptor_, spooled));
    if (::fstat(file.descriptor_, &status) != 0) throw_io(subject, "cannot be examined", errno);
  }
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  if (file.size_ == 0) {
    throw Error(ErrorCode::corrupt_audio, subject, "is empty (0 bytes)",
                "check that the recording was saved or sent");
  }
  return file;
}

std::size_t InputFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  std::size_t done = 0;
  while (done < bytes.size() && offset + done < size_) {
    const ssize_t got = ::pread(descriptor_, bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_io(subject_, "cannot be read", errno);
    if (got == 0) break;  // The file shrank under us; decoders then see it end.
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace diarist::audio
