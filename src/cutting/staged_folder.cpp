#include "cutting/staged_folder.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <new>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "audio/sample_writer.hpp"

namespace diarist::cutting {
namespace {

namespace fs = std::filesystem;
using audio::throw_unwritable;

std::string temporary_name() {
  static std::atomic<unsigned> count{0};
  return ".diarist-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".tmp";
}

/// "clips/" is "clips".
fs::path without_slash(const fs::path& folder) {
  return folder.has_filename() ? folder : folder.parent_path();
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags, 0666)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

/// Everything of the disk that it is on, once: a flush for each of thousands of files takes
/// minutes.
void flush(const fs::path& folder, const std::string& subject) {
  const Descriptor open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (open.number() < 0 || ::syncfs(open.number()) != 0) throw_unwritable(subject, errno);
}

}  // namespace

StagedFolder::StagedFolder(const fs::path& target) : target_(without_slash(target)) {
  std::error_code error;
  const bool there = fs::exists(target_, error);
  if (there && !fs::is_directory(target_, error)) throw_unwritable(target_.string(), ENOTDIR);
  fs::path home = there ? target_ : target_.parent_path();
  if (home.empty()) home = ".";
  std::vector<fs::path> missing;
  for (fs::path above = home; !above.empty() && !fs::exists(above, error);
       above = above.parent_path()) {
    missing.insert(missing.begin(), above);
  }
  for (const fs::path& folder : missing) {
    if (::mkdir(folder.c_str(), 0777) != 0) give_up(errno);
    made_.push_back(folder);
  }
  for (;;) {
    const fs::path place = home / temporary_name();
    if (::mkdir(place.c_str(), 0777) == 0) {
      place_ = place;
      return;
    }
    if (errno != EEXIST) give_up(errno);
  }
}

void StagedFolder::give_up(int system_error) {
  remove();
  throw_unwritable(target_.string(), system_error);
}

StagedFolder::~StagedFolder() { remove(); }

void StagedFolder::remove() noexcept {
  try {
    std::error_code ignored;
    if (!place_.empty()) fs::remove_all(place_, ignored);
  } catch (const std::bad_alloc&) {  // To look into a folder takes memory; what is wrong is told
                                     // already.
  }
  // Those that hold nothing, as they did when they were made.
  for (std::size_t i = made_.size(); i > 0; --i) ::rmdir(made_[i - 1].c_str());
}

void StagedFolder::write(const std::string& name, const std::string& text) {
  const std::string subject = target_of(name).string();
  const Descriptor file(place_ / name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  if (file.number() < 0) throw_unwritable(subject, errno);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(file.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_unwritable(subject, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void StagedFolder::commit(const std::vector<std::string>& names) {
  flush(place_, target_.string());
  std::error_code error;
  // A folder that somebody made meanwhile is filled as one that was there before.
  if (!fs::exists(target_, error) && ::rename(place_.c_str(), target_.c_str()) == 0) {
    place_.clear();
    return;
  }
  for (const std::string& name : names) {
    if (::rename((place_ / name).c_str(), target_of(name).c_str()) != 0) {
      throw_unwritable(target_of(name).string(), errno);
    }
  }
}

}  // namespace diarist::cutting
