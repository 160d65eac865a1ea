#include "transcripts/transcript_registry.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "diarist/error.hpp"

#include "transcripts/original.hpp"

namespace diarist {
namespace transcripts {

// Each in the file of its kind; constants, so there is no order of initialisation to heed.
extern const TranscriptRow kWhisperCpp, kWhisper, kFasterWhisper, kWhisperX, kOpenAi, kSrt, kVtt,
    kCtm, kTxt, kMd, kHtml;

namespace {

/// In the order of TranscriptFormat.
constexpr std::array kRows = {&kWhisperCpp, &kWhisper, &kFasterWhisper, &kWhisperX, &kOpenAi, &kSrt,
                              &kVtt,        &kCtm,     &kTxt,           &kMd,       &kHtml};

std::array<TranscriptFormatInfo, kRows.size()> all_infos() {
  std::array<TranscriptFormatInfo, kRows.size()> infos;
  std::transform(kRows.begin(), kRows.end(), infos.begin(), [](const TranscriptRow* row) {
    return TranscriptFormatInfo{row->format, row->name, row->ending, row->read != nullptr,
                                row->write != nullptr};
  });
  return infos;
}

}  // namespace

std::span<const TranscriptRow* const> transcript_registry() { return kRows; }

const TranscriptRow& row_of(TranscriptFormat format) {
  for (const TranscriptRow* row : kRows) {
    if (row->format == format) return *row;
  }
  throw Error(ErrorCode::internal, "format", "is missing in the table of transcripts' formats");
}

}  // namespace transcripts

std::span<const TranscriptFormatInfo> transcript_formats() {
  static const auto infos = transcripts::all_infos();
  return infos;
}

const TranscriptFormatInfo& info_of(TranscriptFormat format) {
  for (const TranscriptFormatInfo& info : transcript_formats()) {
    if (info.format == format) return info;
  }
  throw Error(ErrorCode::internal, "format", "is missing in the table of transcripts' formats");
}

std::string_view to_string(TranscriptFormat format) { return transcripts::row_of(format).name; }

TranscriptFormat transcript_format_from_string(std::string_view name) {
  std::string known;
  for (const transcripts::TranscriptRow* row : transcripts::kRows) {
    if (row->name == name) return row->format;
    known += (known.empty() ? "" : ", ") + std::string(row->name);
  }
  throw Error(ErrorCode::invalid_argument, "format",
              "'" + std::string(name) + "' is not a transcript's format", "take one of " + known);
}

std::optional<TranscriptFormat> transcript_format_of_ending(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (ending.empty() || ending == ".json") return std::nullopt;
  if (ending == ".htm") return TranscriptFormat::html;
  for (const transcripts::TranscriptRow* row : transcripts::kRows) {
    if (ending.substr(1) == row->ending) return row->format;
  }
  return std::nullopt;
}

void write(std::ostream& out, const Transcript& transcript, TranscriptFormat format) {
  if (transcript.original && transcript.format == format) {
    out << transcript.original->written(transcript);
    return;
  }
  const transcripts::TranscriptRow& row = transcripts::row_of(format);
  if (!row.write) {
    throw Error(ErrorCode::invalid_argument, std::string(row.name),
                "is written for transcripts that were read from it only",
                "take whisperx for JSON of any other");
  }
  out << row.write(transcript);
}

}  // namespace diarist
