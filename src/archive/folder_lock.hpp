// One program at a time at a folder of results.
#pragma once

#include <filesystem>

namespace diarist::archive {

/// Held from its making to its end, or to the end of the process whatever ends it: the lock is the
/// system's (flock), on a small file in the folder that stays there and means nothing by itself.
/// On network disks it holds between machines where the disk has locks at all.
class FolderLock {
 public:
  /// Throws Error{io} where another program has it, or the file cannot be made.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

/// Of the file in the folder.
inline constexpr const char* kLockFile = ".diarist-archive.lock";

}  // namespace diarist::archive
