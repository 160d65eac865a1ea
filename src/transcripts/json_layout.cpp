#include "transcripts/json_layout.hpp"

#include <cstddef>
#include <string>

#include "transcripts/characters.hpp"

namespace diarist::transcripts {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// What white space follows a place.
std::string_view blanks_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of(kBlanks, at);
  return text.substr(at, end == std::string_view::npos ? end : end - at);
}

std::string hexadecimal(unsigned unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[unit >> shift & 0xFU];
  return text;
}

class Writer {
 public:
  explicit Writer(const JsonDocument& document) : document_(document), layout_(document.layout) {}

  std::string text() {
    value(document_.root, 0);
    if (layout_.ends_with_newline) text_ += layout_.newline;
    return std::move(text_);
  }

 private:
  void value(const JsonNode& node, std::size_t depth) {  // NOLINT(misc-no-recursion): depth <= 64
    switch (node.kind) {
      case JsonNode::Kind::string:
        string(node.text);
        break;
      case JsonNode::Kind::array:
      case JsonNode::Kind::object:
        list(node, depth);
        break;
      default:
        text_ += node.text.empty() ? "null" : node.text;
    }
  }

  void list(const JsonNode& node, std::size_t depth) {  // NOLINT(misc-no-recursion)
    const bool object = node.is(JsonNode::Kind::object);
    text_ += object ? '{' : '[';
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (i > 0) text_ += layout_.blank_after_comma && !layout_.lines ? ", " : ",";
      line(depth + 1);
      if (object) {
        string(node.keys[i]);
        text_ += layout_.blank_after_colon ? ": " : ":";
      }
      value(node.items[i], depth + 1);
    }
    if (!node.items.empty()) line(depth);
    text_ += object ? '}' : ']';
  }

  void line(std::size_t depth) {
    if (!layout_.lines) return;
    text_ += layout_.newline;
    for (std::size_t i = 0; i < depth; ++i) text_ += layout_.indent;
  }

  void string(std::string_view value) {
    text_ += '"';
    const std::string bytes = unshielded(document_, value);
    for (std::string_view rest = bytes; !rest.empty();) character(next_character(rest));
    text_ += '"';
  }

  void character(const Character& character) {
    const char32_t code = character.code;
    if (character.bytes.size() > 1 && layout_.ascii) {
      if (code < 0x10000) {
        text_ += hexadecimal(code);
      } else {
        text_ += hexadecimal(0xD800U + ((code - 0x10000U) >> 10U)) +
                 hexadecimal(0xDC00U + ((code - 0x10000U) & 0x3FFU));
      }
      return;
    }
    constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetters = "\"\\bfnrt";
    const char c = character.bytes.front();
    const std::size_t known = kEscaped.find(c);
    if (known != std::string_view::npos) {
      text_ += '\\';
      text_ += kLetters[known];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text_ += hexadecimal(static_cast<unsigned char>(c));
    } else {
      text_ += character.bytes;
    }
  }

  const JsonDocument& document_;
  const JsonLayout& layout_;
  std::string text_;
};

/// Whether a text of ASCII alone has other characters escaped.
bool escapes_others(std::string_view text) {
  for (std::size_t at = text.find("\\u"); at != std::string_view::npos;
       at = text.find("\\u", at + 2)) {
    if (text.substr(at + 2, 2) != "00" || text.substr(at + 4, 1) >= "8") return true;
  }
  return false;
}

}  // namespace

JsonLayout layout_of(std::string_view text) {
  JsonLayout layout;
  layout.ends_with_newline = text.ends_with('\n');
  layout.ascii = escapes_others(text);
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      layout.ascii = false;
      break;
    }
  }
  bool bracket = false;
  bool colon = false;
  bool comma = false;
  for (std::size_t i = 0; i < text.size() && !(bracket && colon && comma); ++i) {
    const char c = text[i];
    if (c == '"') {  // Past a string.
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
    } else if ((c == '{' || c == '[') && !bracket) {
      const std::string_view blanks = blanks_at(text, i + 1);
      const char next = i + 1 + blanks.size() < text.size() ? text[i + 1 + blanks.size()] : ']';
      if (next == '}' || next == ']') continue;  // An empty one tells nothing.
      bracket = true;
      const std::size_t newline = blanks.rfind('\n');
      layout.lines = newline != std::string_view::npos;
      if (layout.lines) {
        layout.indent = std::string(blanks.substr(newline + 1));
        layout.newline = blanks.substr(0, newline + 1).ends_with("\r\n") ? "\r\n" : "\n";
      }
    } else if (c == ':' && !colon) {
      colon = true;
      layout.blank_after_colon =
          i + 1 < text.size() && kBlanks.find(text[i + 1]) != std::string_view::npos;
    } else if (c == ',' && !comma) {
      comma = true;
      layout.blank_after_comma =
          i + 1 < text.size() && kBlanks.find(text[i + 1]) != std::string_view::npos;
    }
  }
  return layout;
}

std::string json_text(const JsonDocument& document) { return Writer(document).text(); }

}  // namespace diarist::transcripts
