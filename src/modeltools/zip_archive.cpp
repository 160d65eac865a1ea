#include "modeltools/zip_archive.hpp"

#include <algorithm>
#include <cstring>
#include <unzip.h>
#include <utility>

#include "diarist/error.hpp"

#include "model/read_whole.hpp"
#include "modeltools/printable.hpp"

namespace diarist::modeltools {
namespace {

// Far above any checkpoint, and low enough that a hostile one cannot exhaust the memory.
constexpr std::uint64_t kMaxArchiveBytes = std::uint64_t{1} << 32;
constexpr std::uint64_t kMaxMembers = 10000;
// Weights hardly deflate: PyTorch stores them as they are, NumPy gains a few per cent. Deflate
// could reach a thousandfold. The constant lets small archives of zeros pass.
constexpr std::uint64_t kMaxRatio = 32;
constexpr std::uint64_t kFreeBytes = std::uint64_t{16} << 20;
constexpr std::size_t kBlock = std::size_t{1} << 20;
// What a zip file's two bytes for the length of a name can say.
constexpr std::size_t kMaxNameBytes = 65535;
// A bit of a member's flags (APPNOTE.TXT, 4.4.4).
constexpr uLong kEncrypted = 1;

[[noreturn]] void corrupt(const std::string& name, std::string problem, std::string advice = {}) {
  throw Error(ErrorCode::corrupt_model, name, std::move(problem), std::move(advice));
}

// The archive's bytes as a file to minizip.
struct Bytes {
  std::vector<std::byte> all;
  std::uint64_t at = 0;
  bool ended = false;  // the last read wanted more than there is
};

Bytes& bytes_of(voidpf opaque) { return *static_cast<Bytes*>(opaque); }

voidpf open_bytes(voidpf opaque, const void*, int) {
  bytes_of(opaque).at = 0;
  return opaque;
}

uLong read_bytes(voidpf opaque, voidpf, void* into, uLong wanted) {
  Bytes& bytes = bytes_of(opaque);
  const std::uint64_t got = std::min<std::uint64_t>(wanted, bytes.all.size() - bytes.at);
  if (got != 0) std::memcpy(into, bytes.all.data() + bytes.at, got);
  bytes.at += got;
  bytes.ended = got < wanted;
  return static_cast<uLong>(got);
}

uLong write_nothing(voidpf, voidpf, const void*, uLong) { return 0; }

ZPOS64_T tell_bytes(voidpf opaque, voidpf) { return bytes_of(opaque).at; }

long seek_bytes(voidpf opaque, voidpf, ZPOS64_T offset, int origin) {
  Bytes& bytes = bytes_of(opaque);
  const std::uint64_t from = origin == ZLIB_FILEFUNC_SEEK_CUR   ? bytes.at
                             : origin == ZLIB_FILEFUNC_SEEK_END ? bytes.all.size()
                                                                : 0;
  if (offset > bytes.all.size() - from) return -1;
  bytes.at = from + offset;
  return 0;
}

int nothing_to_close(voidpf, voidpf) { return 0; }

// Without this minizip takes zeros for what is missing at the end.
int failed_at_end(voidpf opaque, voidpf) { return bytes_of(opaque).ended ? 1 : 0; }

}  // namespace

struct ZipArchive::Reader {
  Bytes bytes;
  unzFile file = nullptr;
  std::vector<unz64_file_pos> positions;  // of the members
};

void ZipArchive::Close::operator()(Reader* reader) const {
  if (reader->file != nullptr) unzClose(reader->file);
  delete reader;
}

ZipArchive::ZipArchive(const std::filesystem::path& file)
    : ZipArchive(file.string(), model::read_whole(file, kMaxArchiveBytes)) {}

ZipArchive::ZipArchive(std::string name, std::vector<std::byte> bytes)
    : name_(std::move(name)), reader_(new Reader{{std::move(bytes)}, nullptr, {}}) {
  const std::size_t size = reader_->bytes.all.size();
  if (size == 0) corrupt(name_, "is empty");
  zlib_filefunc64_def functions{open_bytes, read_bytes,       write_nothing, tell_bytes,
                                seek_bytes, nothing_to_close, failed_at_end, &reader_->bytes};
  reader_->file = unzOpen2_64(nullptr, &functions);
  const auto unsound = [&] {
    corrupt(name_, "is not a sound zip archive",
            "it is truncated or damaged; fetch or make it anew");
  };
  if (reader_->file == nullptr) unsound();

  unz_global_info64 whole;
  if (unzGetGlobalInfo64(reader_->file, &whole) != UNZ_OK) unsound();
  if (whole.number_entry > kMaxMembers) corrupt(name_, "holds too many members for a model");
  std::uint64_t claimed = 0;
  std::string member(kMaxNameBytes, '\0');
  for (ZPOS64_T i = 0; i < whole.number_entry; ++i) {
    unz_file_info64 info;
    unz64_file_pos position;
    if ((i == 0 ? unzGoToFirstFile(reader_->file) : unzGoToNextFile(reader_->file)) != UNZ_OK ||
        unzGetFilePos64(reader_->file, &position) != UNZ_OK ||
        unzGetCurrentFileInfo64(reader_->file, &info, member.data(), member.size(), nullptr, 0,
                                nullptr, 0) != UNZ_OK) {
      unsound();
    }
    if (info.size_filename == 0) corrupt(name_, "has a member without a name");
    const std::string called = member.substr(0, info.size_filename);
    if (info.uncompressed_size > kMaxArchiveBytes ||
        (claimed += info.uncompressed_size) > kMaxArchiveBytes) {
      corrupt(name_, "claims sizes beyond any model's at member '" + printable(called) + "'");
    }
    if ((info.flag & kEncrypted) != 0) {
      corrupt(name_, "has an encrypted member, '" + printable(called) + "'",
              "unpack it and pack it anew without a password");
    }
    members_.push_back({called, info.uncompressed_size});
    reader_->positions.push_back(position);
  }
  if (claimed > kFreeBytes + kMaxRatio * size) {
    corrupt(name_,
            "would unpack from " + std::to_string(size) + " bytes to " + std::to_string(claimed) +
                ", which weights do not",
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
  const unzFile file = reader_->file;
  if (unzGoToFilePos64(file, &reader_->positions[member]) != UNZ_OK ||
      unzOpenCurrentFile(file) != UNZ_OK) {
    corrupt(subject, "cannot be unpacked: damaged, or compressed in another way than by deflate");
  }
  // Grown as data arrives: the size in the archive's directory is a claim, not a fact.
  std::vector<std::byte> bytes;
  int got = 1;
  while (bytes.size() < size && got > 0) {
    const std::size_t before = bytes.size();
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(before + kBlock, size)));
    got = unzReadCurrentFile(file, bytes.data() + before,
                             static_cast<unsigned>(bytes.size() - before));
    bytes.resize(before + static_cast<std::size_t>(std::max(got, 0)));
  }
  // Which verifies the checksum, once all is read.
  const int closed = unzCloseCurrentFile(file);
  if (got <= 0) corrupt(subject, "cannot be unpacked to its end: truncated or damaged");
  if (closed != UNZ_OK) corrupt(subject, "has another length or checksum");
  return bytes;
}

}  // namespace diarist::modeltools
