// The lines of a text, one by one, and what a reader says of one that it refuses.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diarist::formats {

/// Throws Error{malformed} whose subject is "file:line".
[[noreturn]] void refuse_line(const std::string& file, std::size_t line, const std::string& problem,
                              const std::string& advice = {});

/// A piece of the file as a message may quote it: in quotes, shortened, no control characters.
std::string quoted(std::string_view piece);

/// Without blanks (space, tab, CR, VT, FF) at both ends.
std::string_view trimmed(std::string_view text);

/// Neither copies nor owns the text. Passes over a UTF-8 byte order mark and the carriage return of
/// CRLF.
class LineReader {
 public:
  /// `name` stands for the file in messages.
  LineReader(std::string_view text, std::string name);

  /// Goes to the next line, which may be blank; false at the end.
  /// Throws Error{malformed} for a line with a NUL byte: that is no text, or UTF-16.
  bool next();
  /// Goes to the next line that is not blank; false at the end.
  bool next_filled();

  /// As it is, but for its end.
  std::string_view line() const { return line_; }
  /// From 1.
  std::size_t number() const { return number_; }
  const std::string& name() const { return name_; }

  [[noreturn]] void refuse(const std::string& problem, const std::string& advice = {}) const {
    refuse_line(name_, number_, problem, advice);
  }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::string name_;
  std::size_t number_ = 0;
};

}  // namespace diarist::formats
