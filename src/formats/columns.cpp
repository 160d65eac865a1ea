#include "formats/columns.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "diarist/error.hpp"

#include "formats/number.hpp"

namespace diarist::formats {
namespace {

constexpr std::string_view kSpaces = " \t\r\v\f";
/// The turns of a year of meetings take less; a device that never ends takes more.
constexpr std::size_t kMostBytes = std::size_t{256} << 20;
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

void split(std::string_view line, std::vector<std::string_view>& columns) {
  columns.clear();
  while (true) {
    const std::size_t begin = line.find_first_not_of(kSpaces);
    if (begin == std::string_view::npos) return;
    const std::size_t end = std::min(line.find_first_of(kSpaces, begin), line.size());
    columns.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

}  // namespace

ColumnReader::ColumnReader(std::string_view text, std::string name)
    : lines_(text, std::move(name)) {}

bool ColumnReader::next() {
  while (lines_.next()) {
    split(lines_.line(), columns_);
    if (columns_.empty()) continue;
    const char first = columns_.front().front();
    if (first == ';' || first == '#') continue;
    return true;
  }
  return false;
}

std::string_view ColumnReader::joined(std::size_t first, std::size_t end) const {
  const char* const begin = columns_[first].data();
  return {begin,
          static_cast<std::size_t>(columns_[end - 1].data() + columns_[end - 1].size() - begin)};
}

double ColumnReader::seconds(std::size_t column, std::string_view what) const {
  const auto value = parse_non_negative(columns_[column]);
  if (!value) {
    refuse(std::string(what) + " (column " + std::to_string(column + 1) + ") is " +
           quoted(columns_[column]) + ", expected seconds: a finite number >= 0, such as 12.34");
  }
  return *value;
}

std::string read_text(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw Error(ErrorCode::not_found, file.string(), "no such file");
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorCode::io, file.string(), "is a folder, expected a file");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  bool readable = stream.is_open();
  while (readable && text.size() <= kMostBytes) {
    const std::size_t before = text.size();
    text.resize(before + kBlockBytes);
    stream.read(text.data() + before, kBlockBytes);
    text.resize(before + static_cast<std::size_t>(stream.gcount()));
    readable = !stream.bad();
    if (stream.eof() || text.size() == before) break;
  }
  if (!readable) {
    throw Error(ErrorCode::io, file.string(), "cannot be read", "check its permissions");
  }
  if (text.size() > kMostBytes) {
    throw Error(ErrorCode::io, file.string(), "is larger than 256 MiB, which no file of turns is");
  }
  return text;
}

void AnnotationList::add(std::string_view recording, Segment segment) {
  auto found = index_.find(recording);
  if (found == index_.end()) {
    found = index_.emplace(std::string(recording), annotations_.size()).first;
    annotations_.push_back({std::string(recording), {}});
  }
  annotations_[found->second].segments.push_back(std::move(segment));
}

}  // namespace diarist::formats
