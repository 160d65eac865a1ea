#include "modeltools/zip_archive.hpp"

#include <algorithm>
#include <utility>

#include <zip.h>

#include "diarist/error.hpp"

#include "model/read_whole.hpp"
#include "modeltools/printable.hpp"

namespace diarist::modeltools {
namespace {

// Far above any checkpoint, and low enough that a hostile one cannot exhaust the memory.
constexpr std::uint64_t kMaxArchiveBytes = std::uint64_t{1} << 32;
constexpr zip_int64_t kMaxMembers = 10000;
// Weights hardly deflate: PyTorch stores them as they are, NumPy gains a few per cent. Deflate
// could reach a thousandfold. The constant lets small archives of zeros pass.
constexpr std::uint64_t kMaxRatio = 32;
constexpr std::uint64_t kFreeBytes = std::uint64_t{16} << 20;
constexpr std::size_t kBlock = std::size_t{1} << 20;

[[noreturn]] void corrupt(const std::string& name, std::string problem, std::string advice = {}) {
  throw Error(ErrorCode::corrupt_model, name, std::move(problem), std::move(advice));
}

struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

}  // namespace

void ZipArchive::Close::operator()(zip* archive) const { zip_discard(archive); }

ZipArchive::ZipArchive(const std::filesystem::path& file)
    : ZipArchive(file.string(), model::read_whole(file, kMaxArchiveBytes)) {}

ZipArchive::ZipArchive(std::string name, std::vector<std::byte> bytes)
    : name_(std::move(name)), bytes_(std::move(bytes)) {
  // libzip takes no bytes at all for an archive of no members.
  if (bytes_.empty()) corrupt(name_, "is empty");
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
  zip_t* opened = source != nullptr
                      ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error)
                      : nullptr;
  if (opened == nullptr) {
    const std::string why = zip_error_strerror(&error);
    zip_source_free(source);
    zip_error_fini(&error);
    corrupt(name_, "is not a sound zip archive: " + why,
            "it is truncated or damaged; fetch or make it anew");
  }
  zip_error_fini(&error);
  archive_.reset(opened);

  const zip_int64_t count = zip_get_num_entries(opened, 0);
  if (count > kMaxMembers) corrupt(name_, "holds too many members for a model");
  std::uint64_t claimed = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(opened, static_cast<zip_uint64_t>(i), 0, &stat) != 0 ||
        stat.name == nullptr || (stat.valid & ZIP_STAT_SIZE) == 0) {
      corrupt(name_, "has a member without a name or size");
    }
    if (stat.size > kMaxArchiveBytes || (claimed += stat.size) > kMaxArchiveBytes) {
      corrupt(name_, "claims sizes beyond any model's at member '" + printable(stat.name) + "'");
    }
    members_.push_back({stat.name, stat.size});
  }
  if (claimed > kFreeBytes + kMaxRatio * bytes_.size()) {
    corrupt(name_,
            "would unpack from " + std::to_string(bytes_.size()) + " bytes to " +
                std::to_string(claimed) + ", which weights do not",
            "save it without compression");
  }
}

std::optional<std::size_t> ZipArchive::find(std::string_view member) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& each) { return each.name == member; });
  if (found == members_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - members_.begin());
}

std::vector<std::byte> ZipArchive::unpack(std::size_t member, const std::string& subject) const {
  const std::uint64_t size = members_[member].bytes;
  const std::unique_ptr<zip_file_t, CloseMember> file(zip_fopen_index(archive_.get(), member, 0));
  if (!file) {
    corrupt(subject, std::string("cannot be unpacked: ") +
                         zip_error_strerror(zip_get_error(archive_.get())));
  }
  // Grown as data arrives: the size in the archive's directory is a claim, not a fact.
  std::vector<std::byte> bytes;
  while (bytes.size() < size) {
    const std::size_t before = bytes.size();
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(before + kBlock, size)));
    const zip_int64_t got = zip_fread(file.get(), bytes.data() + before, bytes.size() - before);
    if (got <= 0) corrupt(subject, "cannot be unpacked to its end: truncated or damaged");
    bytes.resize(before + static_cast<std::size_t>(got));
  }
  // One read past the end makes libzip verify the checksum.
  std::byte extra;
  if (zip_fread(file.get(), &extra, 1) != 0) corrupt(subject, "has another length or checksum");
  return bytes;
}

}  // namespace diarist::modeltools
