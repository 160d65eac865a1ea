#include "cutting/name_template.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "diarist/error.hpp"

#include "formats/number.hpp"
#include "formats/unicode.hpp"

namespace diarist::cutting {
namespace {

/// Systems take 255 bytes; what an ending takes is left free.
constexpr std::size_t kMostNameBytes = 240;
/// Of a field, so that two long ones still leave room for the others.
constexpr std::size_t kMostFieldBytes = 100;
constexpr std::size_t kLeastDigits = 3;
constexpr int kSecondsDecimals = 3;

constexpr std::array<std::string_view, 7> kFields = {"recording", "speaker",  "index",  "start",
                                                     "end",       "duration", "channel"};

std::string in_braces() {
  std::string list;
  for (const std::string_view field : kFields) {
    list += (list.empty() ? "{" : ", {") + std::string(field) + "}";
  }
  return list;
}

[[noreturn]] void refuse(const std::string& text, const std::string& problem,
                         const std::string& advice) {
  throw Error(ErrorCode::invalid_argument, "template '" + text + "'", problem, advice);
}

int field_number(const std::string& text, std::string_view name) {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (kFields[i] == name) return static_cast<int>(i);
  }
  refuse(text, "has a field {" + std::string(name) + "}, which there is none of",
         "take of " + in_braces());
}

std::string digits(std::size_t number, std::size_t most) {
  std::string text = std::to_string(number);
  const std::size_t width = std::max(kLeastDigits, std::to_string(most).size());
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

std::string value_of(std::size_t field, const NameFields& fields) {
  switch (field) {
    case 0:
      return safe_characters(fields.recording, kMostFieldBytes);
    case 1:
      return safe_characters(fields.speaker, kMostFieldBytes);
    case 2:
      return digits(fields.index, fields.most);
    case 3:
      return formats::fixed(fields.start_s, kSecondsDecimals);
    case 4:
      return formats::fixed(fields.end_s, kSecondsDecimals);
    case 5:
      return formats::fixed(fields.duration_s, kSecondsDecimals);
    default:
      return fields.channel == 0 ? "all" : std::to_string(fields.channel);
  }
}

/// U+0080 to U+009F, and the characters of Unicode that turn the direction of writing or stand for
/// no width: U+061C, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF, U+FFFD. But
/// U+200D, which joins emoji and letters, stays.
bool is_invisible(std::string_view character) {
  const auto byte = [character](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 2) {
    return (byte(0) == 0xC2 && byte(1) < 0xA0) || character == "\xD8\x9C";
  }
  if (character.size() != 3) return false;
  if (character == "\xEF\xBB\xBF" || character == "\xEF\xBF\xBD") return true;
  if (byte(0) != 0xE2) return false;
  if (byte(1) == 0x80) {
    return (byte(2) >= 0x8B && byte(2) <= 0x8F && byte(2) != 0x8D) ||
           (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  }
  return byte(1) == 0x81 && byte(2) >= 0xA0 && byte(2) <= 0xAF;
}

bool is_unsafe(std::string_view character) {
  if (character.size() > 1) return is_invisible(character);
  const char c = character.front();
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
         std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
}

/// Bytes of the character that valid UTF-8 begins with.
std::size_t length_of(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

std::string safe_characters(std::string_view text, std::size_t most_bytes) {
  const std::string valid = formats::valid_utf8(text);
  std::string safe;
  for (std::size_t i = 0; i < valid.size();) {
    const std::string_view character = std::string_view(valid).substr(i, length_of(valid[i]));
    const std::string_view kept = is_unsafe(character) ? "_" : character;
    if (safe.size() + kept.size() > most_bytes) break;
    safe += kept;
    i += character.size();
  }
  return safe;
}

std::string safe_name(std::string_view text) {
  std::string name = safe_characters(text, kMostNameBytes);
  if (name.empty() || name.front() == '.' || name.front() == '-') name.insert(0, "_");
  if (name.back() == '.' || name.back() == ' ') name.back() = '_';
  return name;
}

NameTemplate::NameTemplate(const std::string& text) {
  if (text.empty()) refuse(text, "is empty", "take of " + in_braces());
  if (text.find('/') != std::string::npos) {
    refuse(text, "has a '/' in it", "it names files, and -o their folder");
  }
  for (const std::string_view ending : {".wav", ".flac"}) {
    if (text.ends_with(ending)) {
      refuse(text, "has an ending", "leave it out: it is added by what the format is");
    }
  }
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool doubled = (c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c;
    if (doubled || (c != '{' && c != '}')) {
      plain += c;
      i += doubled ? 1 : 0;
      continue;
    }
    const std::size_t close = text.find('}', i);
    if (c == '}' || close == std::string::npos) {
      refuse(text, "has a brace without its partner", "write {{ and }} for braces themselves");
    }
    if (!plain.empty()) parts_.push_back({std::move(plain), -1});
    plain.clear();
    parts_.push_back({{}, field_number(text, std::string_view(text).substr(i + 1, close - i - 1))});
    i = close;
  }
  if (!plain.empty()) parts_.push_back({std::move(plain), -1});
}

std::string NameTemplate::name(const NameFields& fields) const {
  std::string name;
  for (const Part& part : parts_) {
    name += part.field < 0 ? part.text : value_of(static_cast<std::size_t>(part.field), fields);
  }
  return safe_name(name);
}

}  // namespace diarist::cutting
