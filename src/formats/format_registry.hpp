// The formats in one table. A new one is a file with its FormatRow, a FileFormat, and a line in
// format_registry.cpp.
//
// A writer puts one result on the stream: deterministic, whatever the locale, without what the run
// cost. It throws nothing itself; whether the bytes arrived is the stream's to say.
//
// A reader takes UTF-8 (or bytes that are none; never a byte order mark) and gives recordings as
// read_turns() does; `name` is the file's. It throws Error{malformed}.
#pragma once

#include <array>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/formats.hpp"

namespace diarist::formats {

/// What of a result is in a file, and comes back from it.
struct Holdings {
  bool turns = true;
  bool several = false;    ///< Recordings; each is told apart by its name.
  bool recording = false;  ///< The recording's name; the file's name stands for it otherwise.
  bool channel = false;
  bool confidence = false;
  bool duration = false;
  bool voices = false;  ///< Centroids, scores of names, speakers without turns, notices.
  int decimals = 6;     ///< Of seconds.
  /// A speaker's or recording's name as the format holds it; what it gives stays as it is.
  std::string (*name)(std::string_view name) = nullptr;
};

struct FormatRow {
  FileFormat format;
  std::string_view name;  ///< As on the command line.
  /// Of file names, lower case but for the first, which files are made with; empty ones are none.
  std::array<std::string_view, 2> endings;
  std::string_view header;  ///< What a file begins with, before the first recording.
  void (*write)(std::ostream& out, const Diarization& diarization);
  std::vector<Diarization> (*read)(std::string_view text, const std::string& name) = nullptr;
  /// Whether a text looks like one of this format; told by its first lines.
  bool (*recognizes)(std::string_view text) = nullptr;
  Holdings holds;
};

std::span<const FormatRow* const> format_registry();
const FormatRow& row_of(FileFormat format);

/// Name of a turn's speaker; "UNKNOWN" where the index is outside of `diarization.speakers`.
std::string_view speaker_name(const Diarization& diarization, int speaker);

}  // namespace diarist::formats
