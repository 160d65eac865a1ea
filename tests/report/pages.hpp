// Pages taken apart, as a browser does.
#pragma once

#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "diarist/report.hpp"

namespace diarist::testing {

inline std::string page_of(const Diarization& diarization, const ReportOptions& options = {}) {
  std::ostringstream out;
  write_report(out, diarization, options);
  return std::move(out).str();
}

/// What stands between two marks, the first time; empty where it does not.
inline std::string between(const std::string& text, const std::string& from,
                           const std::string& to) {
  const std::size_t begin = text.find(from);
  if (begin == std::string::npos) return {};
  const std::size_t end = text.find(to, begin + from.size());
  if (end == std::string::npos) return {};
  return text.substr(begin + from.size(), end - begin - from.size());
}

inline std::string data_text(const std::string& page) {
  return between(page, "<script type=\"application/json\" id=\"report-data\">", "</script>");
}

inline nlohmann::json data_of(const std::string& page) {
  return nlohmann::json::parse(data_text(page));
}

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace diarist::testing
