// Text files of white-space separated columns, as RTTM and UEM are.
//
// Takes any bytes. Passed over: blank lines, lines that start with ';' or '#', a UTF-8 byte order
// mark, the carriage return of CRLF.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diarist/formats.hpp"

namespace diarist::formats {

/// The lines of a text one by one. Neither copies nor owns it; views of columns live as long as it.
class ColumnReader {
 public:
  /// `name` stands for the file in messages.
  ColumnReader(std::string_view text, std::string name);

  /// Goes to the next line that holds columns; false at the end.
  /// Throws Error{malformed} for a line with a NUL byte: that is no text, or UTF-16.
  bool next();

  std::size_t size() const { return columns_.size(); }
  std::string_view operator[](std::size_t column) const { return columns_[column]; }

  /// Seconds in a column: finite, >= 0. Throws Error{malformed} that calls the column `what`.
  double seconds(std::size_t column, std::string_view what) const;

  /// Throws Error{malformed} whose subject is "file:line".
  [[noreturn]] void refuse(const std::string& problem, const std::string& advice = {}) const;

 private:
  std::string_view rest_;
  std::string name_;
  std::size_t line_ = 0;
  std::vector<std::string_view> columns_;
};

/// A piece of the file as a message may quote it: in quotes, shortened, no control characters.
std::string quoted(std::string_view piece);

/// All bytes of a file. Throws Error{not_found} where there is none, Error{io} where it cannot be
/// read or is a folder.
std::string read_text(const std::filesystem::path& file);

/// Segments gathered by recording, in order of first appearance.
class AnnotationList {
 public:
  void add(std::string_view recording, Segment segment);
  std::vector<Annotation> take() { return std::move(annotations_); }

 private:
  std::vector<Annotation> annotations_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace diarist::formats
