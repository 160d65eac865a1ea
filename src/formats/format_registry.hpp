// The output formats in one table. A new one is a file with its writer, an OutputFormat and a line
// in format_registry.cpp.
//
// A writer puts one result on the stream: deterministic, whatever the locale, without what the run
// cost. It throws nothing itself; whether the bytes arrived is the stream's to say.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "diarist/diarization.hpp"
#include "diarist/formats.hpp"

namespace diarist::formats {

struct Format {
  OutputFormat format;
  std::string_view name;  ///< As on the command line; also the file's ending.
  void (*write)(std::ostream& out, const Diarization& diarization);
};

std::span<const Format> format_registry();

void write_rttm(std::ostream& out, const Diarization& diarization);
void write_json(std::ostream& out, const Diarization& diarization);
void write_csv(std::ostream& out, const Diarization& diarization);
void write_text(std::ostream& out, const Diarization& diarization);

/// Name of a turn's speaker; "UNKNOWN" where the index is outside of `diarization.speakers`.
std::string_view speaker_name(const Diarization& diarization, int speaker);

}  // namespace diarist::formats
