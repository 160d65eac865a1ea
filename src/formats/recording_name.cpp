#include "formats/recording_name.hpp"

#include <array>
#include <cstddef>

namespace diarist::formats {
namespace {

/// What Unicode calls White_Space beyond ASCII, in UTF-8. Readers written in Python split at these.
constexpr std::array<std::string_view, 19> kWideSpaces =
    {
        "\xC2\x85",      // next line
        "\xC2\xA0",      // no-break space
        "\xE1\x9A\x80",  // ogham space mark
        "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
        "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87",
        "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",  // en quad to hair space
        "\xE2\x80\xA8",                                  // line separator
        "\xE2\x80\xA9",                                  // paragraph separator
        "\xE2\x80\xAF",                                  // narrow no-break space
        "\xE2\x81\x9F",                                  // medium mathematical space
        "\xE3\x80\x80",                                  // ideographic space
};

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

/// Bytes of the white space at the start of `text`, or 0.
std::size_t leading_space(std::string_view text) {
  if (text.front() == ' ' || is_control(text.front())) return 1;
  for (const std::string_view space : kWideSpaces) {
    if (text.substr(0, space.size()) == space) return space.size();
  }
  return 0;
}

}  // namespace

std::string column_name(std::string_view name) {
  if (name.empty()) return "_";
  std::string column;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t space = leading_space(name.substr(i));
    column += space ? '_' : name[i];
    i += space ? space : 1;
  }
  return column;
}

std::string first_column_name(std::string_view name) {
  std::string column = column_name(name);
  if (column.front() == ';' || column.front() == '#') column.front() = '_';
  return column;
}

std::string printable(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (is_control(c)) c = '?';
  }
  return text;
}

}  // namespace diarist::formats
