// Turns to and from files: the formats, what each can hold, writers and readers. docs/formats.md
// tells how each format holds turns.
//
// All functions are safe from any thread and give the same in every locale.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
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

/// Formats of files that hold turns. `txt` is a table for people; `json` has the schema of
/// docs/json-schema.md; `textgrid` is Praat's, `audacity` a label track, `eaf` ELAN's, `html` the
/// page of diarist/report.hpp.
enum class FileFormat {
  rttm,
  json,
  csv,
  txt,
  tsv,
  textgrid,
  textgrid_short,
  audacity,
  eaf,
  srt,
  vtt,
  ctm,
  uem,
  html,
};

/// What a format is called, and what may be done with it.
struct FormatInfo {
  FileFormat format = FileFormat::rttm;  ///< The row's own.
  std::string_view name;                 ///< As on the command line: "rttm", "textgrid-short".
  std::string_view ending;  ///< Of the files that are made, without the first dot: "TextGrid".
  bool readable = false;    ///< read_turns() takes it.
  bool several = false;     ///< One file may hold several recordings.
  bool appendable = false;  ///< Files of several recordings may be joined end to end.
};

/// All formats.
DIARIST_EXPORT std::span<const FormatInfo> file_formats();
/// That of one format.
DIARIST_EXPORT const FormatInfo& info_of(FileFormat format);

/// "rttm", "textgrid-short": the format's name.
DIARIST_EXPORT std::string_view to_string(FileFormat format);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT FileFormat file_format_from_string(std::string_view name);
/// The format that a file's ending tells, in either case ("talk.TextGrid", "talk.labels.txt").
DIARIST_EXPORT std::optional<FileFormat> file_format_of_ending(const std::filesystem::path& file);

/// Writes one result. Throws nothing itself; check the stream.
DIARIST_EXPORT void write(std::ostream& out, const Diarization& diarization, FileFormat format);
/// Writes several to one file. Throws Error{invalid_argument} where the format holds one recording
/// and these are not one; check the stream otherwise.
DIARIST_EXPORT void write(std::ostream& out, std::span<const Diarization> diarizations,
                          FileFormat format);

/// What of these results a file of the format would not hold, or not exactly: a phrase each, for
/// people ("the confidences are left out"). Empty where reading the file back gives them all.
DIARIST_EXPORT std::vector<std::string> losses(std::span<const Diarization> diarizations,
                                               FileFormat format);

/// Reads turns. The format is told by the file's ending or, failing that, by its content, unless
/// given. UTF-8, or UTF-16 with a byte order mark.
///
/// Recordings in order of first appearance, at least one: a file without any gives one in which
/// nobody speaks, named as the file is. Turns are sorted, speakers are in order of first
/// appearance. Turn::confidence is NaN where the file holds none, Diarization::duration_s the end
/// of the last turn. What was passed over (turns without length) is in Diarization::notices.
///
/// Throws Error{malformed} with "FILE:LINE" and what was expected, Error{not_found, io}, and
/// Error{invalid_argument} for a format that cannot be read or told.
DIARIST_EXPORT std::vector<Diarization> read_turns(const std::filesystem::path& file,
                                                   std::optional<FileFormat> format = std::nullopt);
/// The same from bytes; `name` stands for the file in messages and names a recording.
DIARIST_EXPORT std::vector<Diarization> parse_turns(
    std::string_view bytes, const std::string& name,
    std::optional<FileFormat> format = std::nullopt);

/// The same as annotations, to score them: RTTM as read_rttm() does, with channels as they are
/// spelled; recordings without turns are left out.
DIARIST_EXPORT std::vector<Annotation> read_annotations(
    const std::filesystem::path& file, std::optional<FileFormat> format = std::nullopt);

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
