// Files to transcripts, whatever their format.
#include <filesystem>
#include <string>

#include "diarist/error.hpp"
#include "diarist/transcript.hpp"

#include "formats/columns.hpp"
#include "formats/unicode.hpp"
#include "transcripts/transcript_registry.hpp"

namespace diarist {
namespace {

using transcripts::row_of;
using transcripts::TranscriptRow;

std::string readable_formats() {
  std::string names;
  for (const TranscriptRow* row : transcripts::transcript_registry()) {
    if (row->read) names += (names.empty() ? "" : ", ") + std::string(row->name);
  }
  return names;
}

Transcript parsed(std::string_view text, const std::string& name,
                  std::optional<TranscriptFormat> format) {
  if (!format) format = transcript_format_of_ending(name);
  if (format && row_of(*format).read) return row_of(*format).read(text, name);
  for (const TranscriptRow* row : transcripts::transcript_registry()) {
    if (!row->read || !row->recognizes(text)) continue;
    if (row->format == TranscriptFormat::whisper_cpp) return transcripts::read_json(text, name);
    return row->read(text, name);
  }
  throw Error(ErrorCode::invalid_argument, name,
              "neither its ending nor its content tells a transcript's format",
              "name it: " + readable_formats());
}

}  // namespace

Transcript parse_transcript(std::string_view bytes, const std::string& name,
                            std::optional<TranscriptFormat> format) {
  if (format && !row_of(*format).read) {
    throw Error(ErrorCode::invalid_argument, name,
                "is to be read as " + std::string(row_of(*format).name) + ", which is only written",
                "take one of " + readable_formats());
  }
  Transcript transcript = parsed(formats::decoded(bytes), name, format);
  transcript.name = std::filesystem::path(name).stem().string();
  return transcript;
}

Transcript read_transcript(const std::filesystem::path& file,
                           std::optional<TranscriptFormat> format) {
  return parse_transcript(formats::read_text(file), file.string(), format);
}

}  // namespace diarist
