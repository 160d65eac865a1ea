// The folder of recordings that were handed in: written as they come, never held in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::server {

/// One that is coming. Under a temporary name until keep(), and gone without it.
class Upload {
 public:
  Upload(const std::filesystem::path& folder, const std::string& id);
  ~Upload();
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  /// Throws Problem{507} where the disk is full.
  void write(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  /// On the disk, under its own name.
  void keep();

 private:
  std::filesystem::path folder_;
  std::string id_;
  std::filesystem::path part_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

/// Files are named by ids alone, and are for their owner (mode 0600 in folders of 0700).
class Uploads {
 public:
  /// Makes the folder. Throws Error{io}.
  explicit Uploads(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path file(const std::string& id) const { return folder_ / id; }
  void remove(const std::string& id) const;
  /// Removes what no job has: the rest of uploads that a crash cut short.
  void keep_only(std::vector<std::string> ids) const;

 private:
  std::filesystem::path folder_;
};

/// Makes a folder that is missing, and those above it, for its owner alone. Throws Error{io}.
void make_private_folder(const std::filesystem::path& folder);

}  // namespace diarist::server
