// A JSON document that can be written back as it was: keys in their order, numbers as they are
// spelled, layout as it was found, and every value knows its line.
//
// nlohmann's parser reads it; its values know neither lines nor spellings, so there is a tree of
// our own. Bytes that are no UTF-8 (whisper.cpp's tokens end within a character) come through too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace diarist::transcripts {

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  std::uint32_t line = 0;         ///< From 1.
  std::string text;               ///< A string's value; a number's or truth value's spelling.
  std::vector<std::string> keys;  ///< Of an object, one for each of `items`.
  std::vector<JsonNode> items;    ///< Of an array or object.

  bool is(Kind wanted) const { return kind == wanted; }
  /// The member of that name, the last one where there are several; none in what is no object.
  const JsonNode* find(std::string_view key) const;
  JsonNode* find(std::string_view key);
  /// Puts a member in its place where there is one, at the end otherwise.
  void set(std::string_view key, JsonNode value);
  /// Takes all members of that name away.
  void remove(std::string_view key);
};

JsonNode json_string(std::string_view text);
/// `spelled`: a number as JSON has it.
JsonNode json_number(std::string spelled);
JsonNode json_array();
JsonNode json_object();

/// How a document is laid out.
struct JsonLayout {
  bool lines = false;         ///< A value a line; otherwise all on one.
  std::string indent = "  ";  ///< Of each depth.
  std::string newline = "\n";
  bool blank_after_colon = true;
  bool blank_after_comma = true;  ///< Where not a value a line.
  bool ascii = false;             ///< Other characters are escaped.
  bool ends_with_newline = true;
};

struct JsonDocument {
  JsonNode root;
  JsonLayout layout;
  bool shielded =
      false;  ///< Strings hold bytes that are no UTF-8, as unshielded() gives them back.
};

/// Throws Error{malformed} with "name:line" for what is no JSON, is nested deeper than 64, or has
/// more than 2^24 values.
JsonDocument parse_json(std::string_view text, const std::string& name);

/// A string of the document with the bytes that the file has.
std::string unshielded(const JsonDocument& document, std::string_view text);

/// The document in its layout.
std::string json_text(const JsonDocument& document);

}  // namespace diarist::transcripts
