// Turns to and from files.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"

namespace diarist {

/// A labelled stretch of time, as annotation files hold it.
struct Segment {
  double start_s = 0;         ///< Seconds from the start of the recording.
  double end_s = 0;           ///< Seconds, >= start_s.
  std::string label;          ///< The speaker's name; empty in a UEM.
  std::string channel = "1";  ///< As the file has it.
};

/// All segments of one recording, in the order of the file.
struct Annotation {
  std::string recording;          ///< Its name in the file.
  std::vector<Segment> segments;  ///< In the order of the file.
};

/// Output formats. `txt` is a table for people; `json` has the schema of docs/json-schema.md.
enum class OutputFormat { rttm, json, csv, txt };

/// "rttm", "json", "csv", "txt"; also the file's ending.
DIARIST_EXPORT std::string_view to_string(OutputFormat format);
/// Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT OutputFormat output_format_from_string(std::string_view name);

/// Writes one result. Throws nothing itself; check the stream.
DIARIST_EXPORT void write(std::ostream& out, const Diarization& diarization, OutputFormat format);

/// Reads RTTM (NIST RT-09): lines of type SPEAKER; other types and ';' comments are passed over.
/// Recordings in order of first appearance. Throws Error{malformed} with file, line and what was
/// expected, Error{not_found, io}.
DIARIST_EXPORT std::vector<Annotation> read_rttm(const std::filesystem::path& file);
/// The same from text; `name` stands for the file in messages.
DIARIST_EXPORT std::vector<Annotation> parse_rttm(std::string_view text, const std::string& name);

/// Reads UEM: the stretches of each recording that are scored. Throws as read_rttm does.
DIARIST_EXPORT std::vector<Annotation> read_uem(const std::filesystem::path& file);
DIARIST_EXPORT std::vector<Annotation> parse_uem(std::string_view text, const std::string& name);

/// A result as an annotation, to score it.
DIARIST_EXPORT Annotation to_annotation(const Diarization& diarization);

}  // namespace diarist
