// The folder of recordings that were handed in: written as they come, never held in memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::server {

class Uploads;

/// One that is coming. Under a temporary name until keep(), and gone without it.
class Upload {
 public:
  /// `uploads` must outlive it.
  Upload(Uploads& uploads, const std::string& id);
  ~Upload();
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  /// Throws Problem{507} where the disk is full, or as much of it as may be.
  void write(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  /// On the disk, under its own name.
  void keep();

 private:
  Uploads& uploads_;
  std::string id_;
  std::filesystem::path part_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

/// Files are named by ids alone, and are for their owner (mode 0600 in folders of 0700). All
/// functions are safe from any thread.
class Uploads {
 public:
  /// Makes the folder, in which there may be `most_bytes` in all. Throws Error{io}.
  Uploads(std::filesystem::path folder, std::uint64_t most_bytes);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path file(const std::string& id) const { return folder_ / id; }
  void remove(const std::string& id);
  /// Removes what no job has: the rest of uploads that a crash cut short.
  void keep_only(std::vector<std::string> ids);

  /// Of all recordings, those that are coming among them.
  std::uint64_t held_bytes() const { return held_bytes_; }
  /// Throws Problem{507} where so much more would be too much.
  void check_room(std::uint64_t more_bytes) const;

 private:
  friend class Upload;
  std::filesystem::path folder_;
  std::uint64_t most_bytes_;
  std::atomic<std::uint64_t> held_bytes_{0};
};

/// Makes a folder that is missing, and those above it, for its owner alone. Throws Error{io}.
void make_private_folder(const std::filesystem::path& folder);

}  // namespace diarist::server
