// The page as one of the formats that turns are written in. It is a row of the table in formats/,
// but stands here, a room above: the table knows its rows by name alone.
#include <ostream>

#include "diarist/report.hpp"

#include "formats/format_registry.hpp"
#include "formats/held_name.hpp"

namespace diarist::formats {
namespace {

void write_html(std::ostream& out, const Diarization& diarization) {
  write_report(out, diarization);
}

}  // namespace

extern const FormatRow kHtml;
const FormatRow kHtml = {
    .format = FileFormat::html,
    .name = "html",
    .endings = {"html", "htm"},
    .header = "",
    .write = write_html,
    .holds = {.recording = true,
              .channel = true,
              .confidence = true,
              .duration = true,
              .decimals = 6,
              .name = unicode_name},
};

}  // namespace diarist::formats
