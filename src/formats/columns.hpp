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

#include "formats/lines.hpp"

namespace diarist::formats {

/// The lines of a text one by one. Neither copies nor owns it; views of columns live as long as it.
class ColumnReader {
 public:
  /// `name` stands for the file in messages.
  ColumnReader(std::string_view text, std::string name);

  /// Goes to the next line that holds columns; false at the end. Throws as LineReader::next does.
  bool next();

  std::size_t size() const { return columns_.size(); }
  std::string_view operator[](std::size_t column) const { return columns_[column]; }

  /// Seconds in a column: finite, >= 0. Throws Error{malformed} that calls the column `what`.
  double seconds(std::size_t column, std::string_view what) const;

  /// The columns from `first` to before `end` with what lies between them in the line.
  std::string_view joined(std::size_t first, std::size_t end) const;

  std::size_t line_number() const { return lines_.number(); }

  /// Throws Error{malformed} whose subject is "file:line".
  [[noreturn]] void refuse(const std::string& problem, const std::string& advice = {}) const {
    lines_.refuse(problem, advice);
  }

 private:
  LineReader lines_;
  std::vector<std::string_view> columns_;
};

/// All bytes of a file. Throws Error{not_found} where there is none, Error{io} where it cannot be
/// read, is a folder, or is larger than any file of turns is.
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
