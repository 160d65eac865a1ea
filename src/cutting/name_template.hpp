// Names of files by a template: "{recording}-{index}-{speaker}".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diarist::cutting {

/// What the fields of one name stand for.
struct NameFields {
  std::string recording;
  std::string speaker;
  std::size_t index = 1;  ///< From 1,
  std::size_t most = 1;   ///< and the highest there is: all have as many digits, at least three.
  double start_s = 0;
  double end_s = 0;
  double duration_s = 0;  ///< Of what is in the file.
  int channel = 0;        ///< 0 for all of them.
};

/// A template that was checked. Immutable; safe from any thread.
class NameTemplate {
 public:
  /// Throws Error{invalid_argument} with the template as subject: for a field that there is none
  /// of, a brace without its partner, a '/', an ending (it is added by itself), no text at all.
  explicit NameTemplate(const std::string& text);

  /// A name that every system takes as that of a file in one folder (safe_name()), without ending.
  std::string name(const NameFields& fields) const;

 private:
  /// Text, or a field by its number in the table of them.
  struct Part {
    std::string text;
    int field = -1;
  };
  std::vector<Part> parts_;
};

/// `text` as part of a file's name: what is no UTF-8, control characters, those that turn the
/// direction of writing, and the separators and wildcards / \ : * ? " < > | each become '_'. Cut to
/// at most `most_bytes`, between characters. Letters of all scripts, blanks and emoji stay.
std::string safe_characters(std::string_view text, std::size_t most_bytes);

/// The same, of a whole name: '_' in front of a dot or a hyphen, for a dot or blank at the end, and
/// for nothing.
std::string safe_name(std::string_view text);

}  // namespace diarist::cutting
