#include "capi/whole_file.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::capi {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, int system_error) {
  throw Error(ErrorCode::io, file.string(),
              "cannot be written (" + std::generic_category().message(system_error) + ")");
}

/// Writes all of it and closes; an errno value, or 0.
int write_and_close(int descriptor, std::string_view bytes, bool sync) {
  int failed = 0;
  while (failed == 0 && !bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      failed = errno;
    }
  }
  if (failed == 0 && sync && ::fsync(descriptor) != 0) failed = errno;
  // Some file systems tell of a full disk only here.
  if (::close(descriptor) != 0 && failed == 0) failed = errno;
  return failed;
}

std::string temporary_name() {
  static std::atomic<unsigned> count{0};
  return ".diarist-c-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".tmp";
}

}  // namespace

void write_whole(const fs::path& file, std::string_view bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::is_directory(status)) refuse(file, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) refuse(file, errno);
    if (const int failed = write_and_close(descriptor, bytes, false)) refuse(file, failed);
    return;
  }
  // A link is followed, rather than replaced.
  fs::path target = file;
  if (fs::exists(status)) {
    target = fs::canonical(file, error);
    if (error) refuse(file, error.value());
  }
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  fs::create_directories(folder, error);
  if (error) refuse(folder, error.value());

  const fs::path temporary = folder / temporary_name();
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) refuse(file, errno);
  int failed = write_and_close(descriptor, bytes, true);
  if (failed == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) failed = errno;
  if (failed == 0) return;
  ::unlink(temporary.c_str());
  refuse(file, failed);
}

void check_writable(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) refuse(file, EISDIR);
  fs::path folder = fs::absolute(file, error).parent_path();
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  if (!fs::is_directory(folder, error)) refuse(folder, ENOTDIR);
  if (!fs::exists(file, error) && ::access(folder.c_str(), W_OK | X_OK) != 0) refuse(folder, errno);
}

}  // namespace diarist::capi
