// A zip file in memory, its members unpacked one by one: the container of NumPy's and PyTorch's
// files.
//
// Reading is by minizip; what it claims of sizes is not trusted. An archive that would unpack to
// far more than it holds (a zip bomb) is refused before anything is unpacked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::modeltools {

/// Not for several threads at once.
class ZipArchive {
 public:
  struct Member {
    std::string name;  ///< As it is in the archive: any bytes.
    std::uint64_t bytes = 0;
  };

  /// Reads a whole file. Throws Error{not_found, io}, Error{corrupt_model} as the other does.
  explicit ZipArchive(const std::filesystem::path& file);

  /// `name` stands for the file in messages. Throws Error{corrupt_model} where the archive is not
  /// sound, has more than 10,000 members or one without a name or size, or where the members claim
  /// 32 times the size of the archive and 16 MiB together.
  ZipArchive(std::string name, std::vector<std::byte> bytes);

  const std::string& name() const { return name_; }
  const std::vector<Member>& members() const { return members_; }
  /// Index of the first member of that name.
  std::optional<std::size_t> find(std::string_view member) const;

  /// A member's bytes, their checksum verified. `subject` stands for it in messages. Throws
  /// Error{corrupt_model}.
  std::vector<std::byte> unpack(std::size_t member, const std::string& subject) const;

 private:
  struct Reader;
  struct Close {
    void operator()(Reader* reader) const;
  };
  std::string name_;
  std::unique_ptr<Reader, Close> reader_;
  std::vector<Member> members_;
};

}  // namespace diarist::modeltools
