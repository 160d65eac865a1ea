// Files to results, whatever their format.
#include <string>

#include "diarist/error.hpp"

#include "formats/columns.hpp"
#include "formats/format_registry.hpp"
#include "formats/lines.hpp"
#include "formats/unicode.hpp"

namespace diarist {
namespace {

std::string readable_formats() {
  std::string names;
  for (const formats::FormatRow* row : formats::format_registry()) {
    if (row->read) names += (names.empty() ? "" : ", ") + std::string(row->name);
  }
  return names;
}

/// By the ending, if that format can be read; by the content otherwise.
FileFormat told_format(std::string_view text, const std::string& name) {
  const auto by_ending = file_format_of_ending(name);
  if (by_ending && formats::row_of(*by_ending).read) return *by_ending;
  for (const formats::FormatRow* row : formats::format_registry()) {
    if (row->read && row->recognizes(text)) return row->format;
  }
  // Blank lines and comments: what RTTM is where nobody speaks.
  if (!formats::ColumnReader(text, name).next()) return FileFormat::rttm;
  if (by_ending) return *by_ending;  // Only written, which the caller says.
  throw Error(ErrorCode::invalid_argument, name,
              "neither its ending nor its content tells a format",
              "name it: " + readable_formats());
}

}  // namespace

std::vector<Diarization> parse_turns(std::string_view bytes, const std::string& name,
                                     std::optional<FileFormat> format) {
  const std::string text = formats::decoded(bytes);
  const formats::FormatRow& row = formats::row_of(format ? *format : told_format(text, name));
  if (!row.read) {
    throw Error(ErrorCode::invalid_argument, name,
                "is of a format that is only written, " + std::string(row.name),
                "these are read: " + readable_formats());
  }
  return row.read(text, name);
}

std::vector<Diarization> read_turns(const std::filesystem::path& file,
                                    std::optional<FileFormat> format) {
  return parse_turns(formats::read_text(file), file.string(), format);
}

std::vector<Annotation> read_annotations(const std::filesystem::path& file,
                                         std::optional<FileFormat> format) {
  const std::string name = file.string();
  const std::string text = formats::decoded(formats::read_text(file));
  const FileFormat chosen = format ? *format : told_format(text, name);
  if (chosen == FileFormat::rttm) return parse_rttm(text, name);
  std::vector<Annotation> annotations;
  for (const Diarization& diarization : parse_turns(text, name, chosen)) {
    if (!diarization.turns.empty()) annotations.push_back(to_annotation(diarization));
  }
  return annotations;
}

}  // namespace diarist
