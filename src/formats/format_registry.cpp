#include "formats/format_registry.hpp"

#include <array>
#include <cstddef>

#include "diarist/error.hpp"

namespace diarist {
namespace formats {
namespace {

constexpr std::array kFormats = {
    Format{OutputFormat::rttm, "rttm", write_rttm},
    Format{OutputFormat::json, "json", write_json},
    Format{OutputFormat::csv, "csv", write_csv},
    Format{OutputFormat::txt, "txt", write_text},
};

const Format& find(OutputFormat format) {
  for (const Format& entry : kFormats) {
    if (entry.format == format) return entry;
  }
  throw Error(ErrorCode::internal, "output format", "is missing in the table of formats");
}

}  // namespace

std::span<const Format> format_registry() { return kFormats; }

std::string_view speaker_name(const Diarization& diarization, int speaker) {
  if (speaker < 0 || static_cast<std::size_t>(speaker) >= diarization.speakers.size()) {
    return "UNKNOWN";
  }
  return diarization.speakers[static_cast<std::size_t>(speaker)].name;
}

}  // namespace formats

std::string_view to_string(OutputFormat format) { return formats::find(format).name; }

OutputFormat output_format_from_string(std::string_view name) {
  std::string known;
  for (const formats::Format& entry : formats::kFormats) {
    if (entry.name == name) return entry.format;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw Error(ErrorCode::invalid_argument, "format", "'" + std::string(name) + "' is not a format",
              "take one of " + known);
}

void write(std::ostream& out, const Diarization& diarization, OutputFormat format) {
  formats::find(format).write(out, diarization);
}

}  // namespace diarist
