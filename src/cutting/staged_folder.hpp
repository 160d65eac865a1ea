// A folder of files that is there whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace diarist::cutting {

/// A temporary folder that files are written to: inside of `target` where that is there, beside it
/// otherwise. commit() gives them their place; without that the destructor removes them, and the
/// folders that it made.
class StagedFolder {
 public:
  /// Makes missing folders above `target`. Throws Error{io} that names `target`, also where it is
  /// no folder.
  explicit StagedFolder(const std::filesystem::path& target);
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  /// Where the files are until then.
  const std::filesystem::path& place() const { return place_; }
  /// What a file will be called.
  std::filesystem::path target_of(const std::string& name) const { return target_ / name; }

  /// A file of text.
  void write(const std::string& name, const std::string& text);
  /// Everything that was put into place(), by name, and in this order where `target` was there;
  /// at once where it was not. All of it reaches the disk first. Throws Error{io}.
  void commit(const std::vector<std::string>& names);

 private:
  void remove() noexcept;
  [[noreturn]] void give_up(int system_error);

  std::filesystem::path target_;
  std::filesystem::path place_;
  std::vector<std::filesystem::path> made_;  ///< Above `target`, outermost first.
};

}  // namespace diarist::cutting
