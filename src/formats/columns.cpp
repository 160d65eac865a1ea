#include "formats/columns.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "diarist/error.hpp"

#include "formats/number.hpp"
#include "formats/recording_name.hpp"

namespace diarist::formats {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpaces = " \t\r\v\f";
/// Bytes of a column that a message quotes at most: a line of a terminal still holds the rest.
constexpr std::size_t kQuotedBytes = 40;

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
    : rest_(text), name_(std::move(name)) {
  if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    rest_.remove_prefix(kByteOrderMark.size());
  }
}

bool ColumnReader::next() {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++line_;
    if (line.find('\0') != std::string_view::npos) {
      refuse("holds a NUL byte, expected text", "is it a binary file, or UTF-16? Save it as UTF-8");
    }
    split(line, columns_);
    if (columns_.empty()) continue;
    const char first = columns_.front().front();
    if (first == ';' || first == '#') continue;
    return true;
  }
  return false;
}

double ColumnReader::seconds(std::size_t column, std::string_view what) const {
  const auto value = parse_non_negative(columns_[column]);
  if (!value) {
    refuse(std::string(what) + " (column " + std::to_string(column + 1) + ") is " +
           quoted(columns_[column]) + ", expected seconds: a finite number >= 0, such as 12.34");
  }
  return *value;
}

void ColumnReader::refuse(const std::string& problem, const std::string& advice) const {
  throw Error(ErrorCode::malformed, name_ + ":" + std::to_string(line_), problem, advice);
}

std::string quoted(std::string_view piece) {
  std::string text = "'" + printable(piece.substr(0, kQuotedBytes));
  if (piece.size() > kQuotedBytes) text += "...";
  return text + "'";
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
  if (stream) text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  if (!stream || stream.bad()) {
    throw Error(ErrorCode::io, file.string(), "cannot be read", "check its permissions");
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
