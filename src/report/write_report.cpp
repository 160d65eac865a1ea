// The page: the built-in viewer with the data in it.
#include <ostream>
#include <span>
#include <string>

#include "diarist/report.hpp"

#include "formats/unicode.hpp"
#include "report/base64.hpp"
#include "report/builtin_page.hpp"
#include "report/page_data.hpp"

namespace diarist {
namespace {

/// As the text of an element.
std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : formats::valid_utf8(text)) {
    if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else if (c == '&')
      html += "&amp;";
    else
      html += c;
  }
  return html;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void write_report(std::ostream& out, const Diarization& diarization, const ReportOptions& options) {
  const report::PageParts& page = report::builtin_page();
  const std::string& title = options.title.empty() ? diarization.recording : options.title;
  const std::string data = report::page_data(diarization, options);
  out << page.before_title << escaped(title) << page.before_data
      << "<script type=\"application/json\" id=\"report-data\">" << data << "</script>\n";
  if (options.audio && !options.audio->ogg_opus.empty()) {
    out << "<script type=\"text/plain\" id=\"report-audio\">data:audio/ogg;base64,"
        << report::base64(bytes_of(options.audio->ogg_opus)) << "</script>\n";
  }
  out << page.after_data;
}

}  // namespace diarist
