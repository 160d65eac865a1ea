#include "cli/terminal.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace diarist::cli {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Length of the well-formed UTF-8 sequence at `at` that is fit to show, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x20 || lead == 0x7F) return 0;
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[at + i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool c1_control = lead == 0xC2 && second < 0xA0;
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond = lead == 0xF4 && second >= 0x90;
  return c1_control || overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

bool is_terminal(int descriptor) {
  if (::isatty(descriptor) != 1) return false;
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) != "dumb";
}

int terminal_width(int descriptor) {
  constexpr int kNarrowest = 20;
  constexpr int kUnknown = 80;
  winsize size{};
  int width = 0;
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  if (width == 0) {
    const char* variable = std::getenv("COLUMNS");
    width = variable != nullptr ? std::atoi(variable) : 0;
  }
  return width <= 0 ? kUnknown : std::max(width, kNarrowest);
}

int terminal_height(int descriptor) {
  constexpr int kUnknown = 24;
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : kUnknown;
}

bool wants_colour(int descriptor) {
  const char* refused = std::getenv("NO_COLOR");
  return is_terminal(descriptor) && (refused == nullptr || *refused == '\0');
}

bool locale_is_utf8() { return std::string_view(::nl_langinfo(CODESET)) == "UTF-8"; }

std::string printable(std::string_view text, bool utf8) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 1 || (length > 1 && utf8)) {
      shown += text.substr(at, length);
    } else {
      shown += '?';
    }
    at += std::max<std::size_t>(length, 1);
  }
  return shown;
}

int columns(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string shortened(std::string_view text, int width, bool utf8) {
  int excess = columns(text) - width;
  if (excess <= 0) return std::string(text);
  const std::string_view ellipsis = utf8 ? "…" : "...";
  excess += columns(ellipsis);
  std::size_t at = 0;
  while (at < text.size() && (excess > 0 || is_continuation(text[at]))) {
    if (!is_continuation(text[at])) --excess;
    ++at;
  }
  return std::string(ellipsis) + std::string(text.substr(at));
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(seconds, 0.0)));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  }
  return text;
}

}  // namespace diarist::cli
