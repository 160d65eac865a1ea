// Figures of reports as text.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace diarist::modeltools {

/// `pattern` takes one double.
inline std::string format(const char* pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof(text), pattern, value);
  return text;
}

inline std::string megabytes(std::int64_t bytes) {
  return format("%.2f MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace diarist::modeltools
