#include "formats/held_name.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "formats/cues.hpp"
#include "formats/lines.hpp"
#include "formats/unicode.hpp"

namespace diarist::formats {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::string or_underscore(std::string name) {
  if (name.empty()) name = "_";
  return name;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string any_name(std::string_view name) { return std::string(name); }

std::string unicode_name(std::string_view name) { return valid_utf8(name); }

std::string line_name(std::string_view name) {
  std::string line(name);
  for (char& c : line) {
    if (is_control(c)) c = ' ';
  }
  return line;
}

std::string unicode_line_name(std::string_view name) { return line_name(valid_utf8(name)); }

std::string xml_name(std::string_view name) {
  std::string text = valid_utf8(name);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  replace_all(text, "\xEF\xBF\xBE", "\xEF\xBF\xBD");  // U+FFFE
  replace_all(text, "\xEF\xBF\xBF", "\xEF\xBF\xBD");  // U+FFFF
  return or_underscore(std::move(text));
}

std::string voice_name(std::string_view name) {
  std::string collapsed;
  for (const char c : unicode_line_name(name)) {
    if (c == ' ' && (collapsed.empty() || collapsed.back() == ' ')) continue;
    collapsed += c;
  }
  if (collapsed.ends_with(' ')) collapsed.pop_back();
  return or_underscore(std::move(collapsed));
}

std::string subtitle_name(std::string_view name) {
  const std::string line = unicode_line_name(name);
  const std::string_view rest = trimmed(line);
  std::string text;
  for (std::size_t i = 0; i < rest.size();) {
    const std::size_t dash = i == 0 ? leading_dash(rest) : 0;
    const std::size_t length = std::max(dash, leading_colon(rest.substr(i)));
    const bool marks = rest[i] == '<' || rest[i] == '>' || rest[i] == '\\';
    text += length > 0 || marks ? '_' : rest[i];
    i += length > 0 ? length : 1;
  }
  if (text.starts_with('[') && text.ends_with(']')) text.front() = text.back() = '_';
  return or_underscore(std::move(text));
}

}  // namespace diarist::formats
