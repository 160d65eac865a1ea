// Any bytes as a transcript: read, or refused by Error{malformed}; what was read goes into a page.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "diarist/error.hpp"
#include "diarist/report.hpp"

#include "report/page_data.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    diarist::ReportOptions options;
    options.transcript = diarist::parse_report_transcript(text, "fuzz.json");
    for (const diarist::ReportSegment& segment : options.transcript->segments) {
      if (!(segment.start_s >= 0) || segment.end_s < segment.start_s) std::abort();
      for (const diarist::ReportWord& word : segment.words) {
        if (word.end_s < word.start_s || word.text.empty()) std::abort();
      }
    }
    if (diarist::report::page_data({}, options).find('<') != std::string::npos) std::abort();
  } catch (const diarist::Error& error) {
    if (error.code() != diarist::ErrorCode::malformed) std::abort();
  }
  return 0;
}
