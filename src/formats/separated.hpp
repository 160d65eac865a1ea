// Tables of separated values, CSV and TSV. Quoting is RFC 4180's for both.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"

namespace diarist::formats {

/// The rows of a table, one by one.
class SeparatedReader {
 public:
  /// `name` stands for the file in messages.
  SeparatedReader(std::string_view text, std::string name, char separator);

  /// Goes to the next row that is not blank; false at the end. Throws Error{malformed} for a quoted
  /// cell that does not end, or has more behind its end, and for NUL bytes.
  bool next();

  const std::vector<std::string>& cells() const { return cells_; }
  /// The line that the row begins in, from 1.
  std::size_t line() const { return line_; }

 private:
  std::string cell();
  bool at_end() const { return at_ == text_.size(); }

  std::string_view text_;
  std::string name_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t next_line_ = 1;
  std::size_t line_ = 0;
  std::vector<std::string> cells_;
};

/// A cell, in quotes where it needs them.
std::string separated_cell(std::string_view text, char separator);

/// Reads a table with a header. Columns in any order, others than these are passed over: start_s,
/// start or start_time; end_s, end or end_time, or duration_s or duration; speaker, label or name;
/// and, if they are there, recording, uri or file; channel; confidence. Passed over too: rows of
/// empty cells, and a first row "sep=" and the separator. Between semicolons, a comma is a decimal
/// point. Throws Error{malformed}.
std::vector<Diarization> read_separated(std::string_view text, const std::string& name,
                                        char separator);

/// Whether the header names a start and a speaker between such separators.
bool recognizes_separated(std::string_view text, char separator);

}  // namespace diarist::formats
