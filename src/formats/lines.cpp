#include "formats/lines.hpp"

#include <algorithm>
#include <utility>

#include "diarist/error.hpp"

#include "formats/recording_name.hpp"

namespace diarist::formats {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\v\f";
/// Bytes of the file that a message quotes at most: a line of a terminal still holds the rest.
constexpr std::size_t kQuotedBytes = 40;

}  // namespace

void refuse_line(const std::string& file, std::size_t line, const std::string& problem,
                 const std::string& advice) {
  throw Error(ErrorCode::malformed, file + ":" + std::to_string(line), problem, advice);
}

std::string quoted(std::string_view piece) {
  std::string text = "'" + printable(piece.substr(0, kQuotedBytes));
  if (piece.size() > kQuotedBytes) text += "...";
  return text + "'";
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

LineReader::LineReader(std::string_view text, std::string name)
    : rest_(text), name_(std::move(name)) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

bool LineReader::next() {
  if (rest_.empty()) return false;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  line_ = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  ++number_;
  if (line_.find('\0') != std::string_view::npos) {
    refuse("holds a NUL byte, expected text", "is it a binary file, or UTF-16? Save it as UTF-8");
  }
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  return true;
}

bool LineReader::next_filled() {
  while (next()) {
    if (!trimmed(line_).empty()) return true;
  }
  return false;
}

}  // namespace diarist::formats
