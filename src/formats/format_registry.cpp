#include "formats/format_registry.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "diarist/error.hpp"

namespace diarist {
namespace formats {

// Each in the file of its name; constants, so there is no order of initialisation to heed.
extern const FormatRow kRttm, kJson, kCsv, kTxt, kTsv, kTextGrid, kTextGridShort, kAudacity, kEaf,
    kSrt, kVtt, kCtm, kUem, kHtml;

namespace {

/// In the order of FileFormat. The first whose recognizes() says so reads a file without a name.
constexpr std::array kFormats = {&kRttm,     &kJson,          &kCsv,      &kTxt, &kTsv,
                                 &kTextGrid, &kTextGridShort, &kAudacity, &kEaf, &kSrt,
                                 &kVtt,      &kCtm,           &kUem,      &kHtml};

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::array<FormatInfo, kFormats.size()> all_infos() {
  std::array<FormatInfo, kFormats.size()> infos;
  std::transform(kFormats.begin(), kFormats.end(), infos.begin(), [](const FormatRow* row) {
    return FormatInfo{row->format,          row->name,
                      row->endings.front(), row->read != nullptr,
                      row->holds.several,   row->holds.several && row->header.empty()};
  });
  return infos;
}

}  // namespace

std::span<const FormatRow* const> format_registry() { return kFormats; }

const FormatRow& row_of(FileFormat format) {
  for (const FormatRow* row : kFormats) {
    if (row->format == format) return *row;
  }
  throw Error(ErrorCode::internal, "format", "is missing in the table of formats");
}

std::string_view speaker_name(const Diarization& diarization, int speaker) {
  if (speaker < 0 || static_cast<std::size_t>(speaker) >= diarization.speakers.size()) {
    return "UNKNOWN";
  }
  return diarization.speakers[static_cast<std::size_t>(speaker)].name;
}

}  // namespace formats

std::span<const FormatInfo> file_formats() {
  static const auto infos = formats::all_infos();
  return infos;
}

const FormatInfo& info_of(FileFormat format) {
  for (const FormatInfo& info : file_formats()) {
    if (info.format == format) return info;
  }
  throw Error(ErrorCode::internal, "format", "is missing in the table of formats");
}

std::string_view to_string(FileFormat format) { return formats::row_of(format).name; }

FileFormat file_format_from_string(std::string_view name) {
  std::string known;
  for (const formats::FormatRow* row : formats::kFormats) {
    if (row->name == name) return row->format;
    known += (known.empty() ? "" : ", ") + std::string(row->name);
  }
  throw Error(ErrorCode::invalid_argument, "format", "'" + std::string(name) + "' is not a format",
              "take one of " + known);
}

std::optional<FileFormat> file_format_of_ending(const std::filesystem::path& file) {
  const std::string name = formats::lower_case(file.filename().string());
  std::optional<FileFormat> found;
  std::size_t longest = 0;
  for (const formats::FormatRow* row : formats::kFormats) {
    for (const std::string_view ending : row->endings) {
      const std::string wanted = "." + formats::lower_case(std::string(ending));
      if (ending.empty() || ending.size() <= longest || !name.ends_with(wanted)) continue;
      longest = ending.size();
      found = row->format;
    }
  }
  return found;
}

void write(std::ostream& out, const Diarization& diarization, FileFormat format) {
  write(out, std::span(&diarization, 1), format);
}

void write(std::ostream& out, std::span<const Diarization> diarizations, FileFormat format) {
  const formats::FormatRow& row = formats::row_of(format);
  if (diarizations.size() != 1 && !row.holds.several) {
    throw Error(ErrorCode::invalid_argument, std::string(row.name),
                "a file holds one recording, not " + std::to_string(diarizations.size()),
                "write a file for each");
  }
  out << row.header;
  for (const Diarization& diarization : diarizations) row.write(out, diarization);
}

}  // namespace diarist
