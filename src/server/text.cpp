#include "server/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <ctime>

namespace diarist::server {
namespace {

constexpr std::size_t kMostNameBytes = 200;

char lower_letter(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char letter = lower_letter(digit);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool is_token(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~/";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower_letter(c) >= 'a' && lower_letter(c) <= 'z') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    std::size_t more = 0;
    char32_t point = first;
    if (first >= 0x80) {
      if (first >= 0xc2 && first <= 0xdf) {
        more = 1;
        point = first & 0x1f;
      } else if ((first & 0xf0) == 0xe0) {
        more = 2;
        point = first & 0x0f;
      } else if (first >= 0xf0 && first <= 0xf4) {
        more = 3;
        point = first & 0x07;
      } else {
        return false;
      }
    }
    if (text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    if (more == 2 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return false;
    if (more == 3 && (point < 0x10000 || point > 0x10ffff)) return false;
    i += more + 1;
  }
  return true;
}

bool same_word(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(),
                    [](char a, char b) { return lower_letter(a) == lower_letter(b); });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower_letter);
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_blank) c = ' ';
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    out += c;
  }
  if (out.find('\0') != std::string::npos || !is_utf8(out)) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> list_items(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trimmed(text.substr(0, comma));
    if (!item.empty()) items.push_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::optional<std::string> Parameterized::parameter(std::string_view name) const {
  for (const auto& [key, held] : parameters) {
    if (key == name) return held;
  }
  return std::nullopt;
}

std::optional<Parameterized> parse_parameterized(std::string_view text) {
  Parameterized parsed;
  std::size_t at = std::min(text.find(';'), text.size());
  const std::string_view value = trimmed(text.substr(0, at));
  if (!is_token(value)) return std::nullopt;
  parsed.value = lower(value);
  while (at < text.size()) {
    ++at;  // The semicolon.
    const std::size_t equals = text.find_first_of("=;", at);
    if (equals == std::string_view::npos || text[equals] == ';') {
      // A semicolon too many is common, and harmless.
      const std::size_t end = std::min(equals, text.size());
      if (!trimmed(text.substr(at, end - at)).empty()) return std::nullopt;
      at = end;
      continue;
    }
    const std::string_view name = trimmed(text.substr(at, equals - at));
    if (!is_token(name)) return std::nullopt;
    at = text.find_first_not_of(" \t", equals + 1);
    std::string held;
    if (at != std::string_view::npos && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        // Browsers write a quote in a name as %22, and a backslash as itself: only \" and \\ are
        // taken for escapes.
        if (text[at] == '\\' && at + 1 < text.size() &&
            (text[at + 1] == '"' || text[at + 1] == '\\')) {
          ++at;
        }
        held += text[at];
      }
      if (at >= text.size()) return std::nullopt;
      ++at;
      const std::size_t next = std::min(text.find(';', at), text.size());
      if (!trimmed(text.substr(at, next - at)).empty()) return std::nullopt;
      at = next;
    } else {
      if (at == std::string_view::npos) at = text.size();
      const std::size_t next = std::min(text.find(';', at), text.size());
      held = trimmed(text.substr(at, next - at));
      at = next;
    }
    parsed.parameters.emplace_back(lower(name), std::move(held));
  }
  return parsed;
}

std::string recording_name_of(std::string_view file) {
  file.remove_prefix(std::min(file.find_last_of("/\\") + 1, file.size()));
  const std::size_t dot = file.rfind('.');
  if (dot != std::string_view::npos && dot > 0) file = file.substr(0, dot);
  if (file == "." || file == ".." || !is_name(file)) return {};
  return std::string(file);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMostNameBytes && is_utf8(text) &&
         !has_control_characters(text);
}

std::string rfc3339(std::int64_t milliseconds) {
  const auto time = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return {};
  std::array<char, 40> day{};
  std::array<char, 64> text{};
  std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data(), text.size(), "%s.%03dZ", day.data(),
                static_cast<int>(milliseconds % 1000));
  return text.data();
}

std::int64_t now_ms() {
  using std::chrono::milliseconds;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(since_1970).count();
}

}  // namespace diarist::server
