// The formats of transcripts in one table. A new one is a file with its TranscriptRow, a
// TranscriptFormat, and a line in transcript_registry.cpp.
//
// A reader takes UTF-8 (or bytes that are none; never a byte order mark); `name` is the file's. It
// throws Error{malformed}. What it gives has words with times, all of them: words.hpp estimates
// those that the file has not.
//
// A writer makes a file of any transcript: deterministic, whatever the locale. It throws nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "diarist/transcript.hpp"

namespace diarist::transcripts {

struct TranscriptRow {
  TranscriptFormat format;
  std::string_view name;    ///< As on the command line.
  std::string_view ending;  ///< Lower case, without the dot.
  Transcript (*read)(std::string_view text, const std::string& name) = nullptr;
  /// Whether a text looks like one of this format; told by its first lines. The kinds of JSON are
  /// told apart once they are read.
  bool (*recognizes)(std::string_view text) = nullptr;
  std::string (*write)(const Transcript& transcript) = nullptr;
};

std::span<const TranscriptRow* const> transcript_registry();
const TranscriptRow& row_of(TranscriptFormat format);

/// JSON of any of the kinds; which one is told by its structure.
Transcript read_json(std::string_view text, const std::string& name);

}  // namespace diarist::transcripts
