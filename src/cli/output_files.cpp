#include "cli/output_files.hpp"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;

const char* advice_for(int system_error) {
  switch (system_error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or name another place with -o";
    case EACCES:
    case EPERM:
    case EROFS:
      return "check its permissions or name another place with -o";
    case ENOENT:
    case ENOTDIR:
      return "check the folder's name";
    default:
      return "";
  }
}

class Descriptor {
 public:
  Descriptor(const fs::path& file, int flags, mode_t mode = 0666)
      : number_(::open(file.c_str(), flags, mode)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }
  /// Some file systems tell of a full disk only here.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

// False with errno set where not all of it could be written.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

constexpr std::string_view kTemporaryStart = ".diarist-";
constexpr std::string_view kTemporaryEnding = ".tmp";

// Short whatever the target's name is, so that it fits wherever the target does.
std::string temporary_name() {
  static std::atomic<unsigned> count{0};
  return std::string(kTemporaryStart) + std::to_string(::getpid()) + "-" + std::to_string(count++) +
         std::string(kTemporaryEnding);
}

/// The process that a temporary name is of; 0 for any other name.
pid_t process_of(std::string_view name) {
  if (!name.starts_with(kTemporaryStart) || !name.ends_with(kTemporaryEnding)) return 0;
  name.remove_prefix(kTemporaryStart.size());
  pid_t process = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
  return error == std::errc() && *end == '-' && process > 0 ? process : 0;
}

}  // namespace

OutputError::OutputError(const std::string& subject, int system_error)
    : Error(ErrorCode::io, subject,
            "cannot be written (" + std::string(std::strerror(system_error)) + ")",
            advice_for(system_error)),
      system_error_(system_error) {}

bool OutputError::reader_gone() const { return system_error_ == EPIPE; }

StagedFile::StagedFile(const fs::path& target, std::string text, Readers readers)
    : target_(target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
    direct_text_ = std::move(text);
    return;
  }
  if (fs::exists(status)) target_ = fs::canonical(target, error);
  if (error && fs::exists(status)) throw OutputError(target.string(), error.value());

  const fs::path folder = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
  fs::create_directories(folder, error);
  if (error) throw OutputError(folder.string(), error.value());

  const fs::path temporary = folder / temporary_name();
  Descriptor file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  readers == Readers::owner ? 0600 : 0666);
  if (!file.valid()) throw OutputError(target.string(), errno);
  guard_ = std::make_unique<GuardedFile>(temporary.c_str());
  if (!write_all(file.number(), text) || ::fsync(file.number()) != 0 || !file.close()) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    throw OutputError(target.string(), reason);
  }
  temporary_ = temporary;
}

StagedFile::~StagedFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void StagedFile::commit() {
  if (temporary_.empty()) {
    Descriptor file(target_, O_WRONLY | O_CLOEXEC);
    if (!file.valid() || !write_all(file.number(), direct_text_) || !file.close()) {
      throw OutputError(target_.string(), errno);
    }
    return;
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    throw OutputError(target_.string(), errno);
  }
  temporary_.clear();
  guard_.reset();
}

void check_writable(const fs::path& target) {
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_directory(target, error)) {
    if (::access(target.c_str(), W_OK) != 0) throw OutputError(target.string(), errno);
    if (!fs::is_regular_file(target, error)) return;
  }
  fs::path folder = fs::absolute(target, error).parent_path();
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  if (!fs::is_directory(folder, error)) throw OutputError(folder.string(), ENOTDIR);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) throw OutputError(folder.string(), errno);
}

void remove_abandoned(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const pid_t process = process_of(entry->path().filename().native());
    if (process == 0 || process == ::getpid()) continue;
    if (::kill(process, 0) != 0 && errno == ESRCH) ::unlink(entry->path().c_str());
  }
}

void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!descriptor.valid()) throw OutputError(folder.string(), errno);
  // Disks that know no such thing say so.
  if (::fsync(descriptor.number()) != 0 && errno != EINVAL && errno != EROFS) {
    throw OutputError(folder.string(), errno);
  }
}

void write_standard_output(std::string_view text) {
  if (!write_all(STDOUT_FILENO, text)) throw OutputError("standard output", errno);
}

}  // namespace diarist::cli
