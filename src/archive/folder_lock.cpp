#include "archive/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "diarist/error.hpp"

namespace diarist::archive {

FolderLock::FolderLock(const std::filesystem::path& folder)
    // For writing: where the disk is another machine's, flock needs that.
    : descriptor_(::open((folder / kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw Error(ErrorCode::io, (folder / kLockFile).string(),
                "cannot be made (" + std::string(std::strerror(errno)) + ")",
                "check the permissions of its folder, or name another one with -o");
  }
  int failed = 0;
  do failed = ::flock(descriptor_, LOCK_EX | LOCK_NB);
  while (failed != 0 && errno == EINTR);
  if (failed == 0) return;
  const int reason = errno;
  ::close(descriptor_);
  if (reason == EWOULDBLOCK) {
    throw Error(ErrorCode::io, folder.string(), "another diarist is at work on this archive",
                "wait until that one is done, or name another folder with -o");
  }
  throw Error(ErrorCode::io, folder.string(),
              "cannot be locked (" + std::string(std::strerror(reason)) + ")",
              "name a folder with -o on a disk that has locks");
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace diarist::archive
