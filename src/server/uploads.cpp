#include "server/uploads.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diarist/error.hpp"

#include "server/job.hpp"
#include "server/problem.hpp"

namespace diarist::server {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, int number) {
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) {
    throw no_space("the server has no space left for this recording");
  }
  throw Error(ErrorCode::io, path.string(),
              "cannot be written (" + std::string(std::strerror(number)) + ")",
              "check its permissions");
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) refuse(folder, errno);
  const int failed = ::fsync(descriptor) != 0 ? errno : 0;
  ::close(descriptor);
  if (failed != 0 && failed != EINVAL) refuse(folder, failed);
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

Upload::Upload(Uploads& uploads, const std::string& id)
    : uploads_(uploads), id_(id), part_(uploads.folder() / (id + ".part")) {
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       S_IRUSR | S_IWUSR);
  if (descriptor_ < 0) refuse(part_, errno);
}

Upload::~Upload() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (kept_) return;
  ::unlink(part_.c_str());
  uploads_.held_bytes_ -= size_;
}

void Upload::write(std::string_view bytes) {
  // Connections that come to this at once may each be a block beyond it.
  uploads_.check_room(bytes.size());
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse(part_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
    uploads_.held_bytes_ += static_cast<std::uint64_t>(written);
  }
}

void Upload::keep() {
  if (::fsync(descriptor_) != 0) refuse(part_, errno);
  if (::rename(part_.c_str(), uploads_.file(id_).c_str()) != 0) refuse(part_, errno);
  kept_ = true;
  sync_folder(uploads_.folder());
}

void make_private_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  if (folder.has_parent_path() && folder.parent_path() != folder) {
    make_private_folder(folder.parent_path());
  }
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    throw Error(ErrorCode::io, folder.string(),
                "cannot be made (" + std::string(std::strerror(errno)) + ")",
                "check the permissions of the folder above it, or name another one with --data");
  }
}

Uploads::Uploads(fs::path folder, std::uint64_t most_bytes)
    : folder_(std::move(folder)), most_bytes_(most_bytes) {
  make_private_folder(folder_);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    held_bytes_ += size_of(entry.path());
  }
}

void Uploads::check_room(std::uint64_t more_bytes) const {
  const std::uint64_t held = held_bytes_;
  if (held <= most_bytes_ && more_bytes <= most_bytes_ - held) return;
  throw no_space("the recordings that the server has take as much room as they may (" +
                 std::to_string(most_bytes_) +
                 " bytes); delete what is not needed any more, or come again later");
}

void Uploads::remove(const std::string& id) {
  const std::uint64_t size = size_of(file(id));
  // Of two who remove it, one has removed it.
  if (::unlink(file(id).c_str()) == 0) held_bytes_ -= size;
}

void Uploads::keep_only(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    const std::string stem = entry.path().stem().string();
    const bool ours = is_id(name) || (is_id(stem) && name == stem + ".part");
    if (ours && !std::binary_search(ids.begin(), ids.end(), name)) remove(name);
  }
}

}  // namespace diarist::server
