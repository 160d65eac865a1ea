// Transcripts: what was said, by whoever wrote it down, and who said it by the turns.
// docs/transcripts.md tells the formats and the rules by which words get their speakers.
//
// All functions are safe from any thread and give the same in every locale.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"

namespace diarist {

namespace transcripts {
class Original;
}

/// Formats of transcripts: JSON of five kinds, subtitles, NIST's time-marked words, and three that
/// are only written, as a dialogue for people.
enum class TranscriptFormat {
  whisper_cpp,     ///< JSON of whisper.cpp, -oj or -ojf.
  whisper,         ///< JSON of openai-whisper.
  faster_whisper,  ///< JSON made of faster-whisper's segments.
  whisperx,        ///< JSON of WhisperX; also made from any other transcript.
  openai,          ///< The verbose JSON of OpenAI's interface.
  srt,
  vtt,
  ctm,
  txt,
  md,
  html,
};

/// What a format is called, and what may be done with it.
struct TranscriptFormatInfo {
  TranscriptFormat format = TranscriptFormat::txt;  ///< The row's own.
  std::string_view name;                            ///< "whisper.cpp", "srt".
  std::string_view ending;                          ///< Of its files, without the dot.
  bool readable = false;                            ///< read_transcript() takes it.
  bool writable = false;  ///< write() makes it of transcripts that came from other formats.
};

/// All formats.
DIARIST_EXPORT std::span<const TranscriptFormatInfo> transcript_formats();
/// That of one format.
DIARIST_EXPORT const TranscriptFormatInfo& info_of(TranscriptFormat format);
/// The format's name.
DIARIST_EXPORT std::string_view to_string(TranscriptFormat format);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT TranscriptFormat transcript_format_from_string(std::string_view name);
/// The format that a file's ending tells, in either case; none for .json, which several share.
DIARIST_EXPORT std::optional<TranscriptFormat> transcript_format_of_ending(
    const std::filesystem::path& file);

/// One word, or what stands for one: in Chinese or Japanese without blanks, one character.
struct TranscriptWord {
  /// UTF-8 as it stands in the segment's text, with the white space before it: the words of a
  /// segment joined are its text, unless the file's words are not to be found in its text.
  std::string text;
  double start_s = 0;   ///< Seconds from the start of the recording, >= 0.
  double end_s = 0;     ///< >= start_s.
  bool timed = true;    ///< The file has these times; otherwise they are estimated.
  std::string speaker;  ///< Name; empty where there is none.
  /// 0 to 1, how sure the speaker is (docs/transcripts.md); NaN where nobody was assigned.
  float confidence = std::numeric_limits<float>::quiet_NaN();
  std::size_t origin = 0;  ///< Which word of the file's segment it is, from 0.
};

/// A stretch of the transcript, as the file divides it: a segment, a subtitle.
struct TranscriptSegment {
  std::string recording;              ///< Of CTM, whose files may hold several; else empty.
  int channel = 0;                    ///< Of CTM, from 1; 0 where the format has none.
  double start_s = 0;                 ///< Seconds from the start of the recording, >= 0.
  double end_s = 0;                   ///< >= start_s.
  std::string text;                   ///< UTF-8, without markup.
  std::vector<TranscriptWord> words;  ///< In the order of the text; none where that is blank.
  std::string speaker;                ///< Who says most of it; empty where there is none.
  /// 0 to 1, likewise; NaN where nobody was assigned.
  float confidence = std::numeric_limits<float>::quiet_NaN();
  std::size_t origin = 0;  ///< Which of the file it is, or is a part of, from 0.
};

/// A file, read.
struct Transcript {
  std::string name;                                      ///< The file's, without folder and ending.
  TranscriptFormat format = TranscriptFormat::whisperx;  ///< What it was read as.
  std::string language;                     ///< "en", where the file tells; else empty.
  std::vector<TranscriptSegment> segments;  ///< In the order of the file.
  /// Things the caller should know, one sentence each.
  std::vector<std::string> notices;
  /// The document that it was read from, with all that these structs do not hold: write() in the
  /// same format puts the speakers into it. Empty for a transcript made by hand.
  std::shared_ptr<const transcripts::Original> original;
};

/// Which segments are divided where the speaker changes.
enum class SegmentSplit {
  untimed,  ///< Those without times of words: their words have nowhere else to say who speaks.
  always,
  never,
};

/// How words get their speakers.
struct AssignmentOptions {
  SegmentSplit split = SegmentSplit::untimed;  ///< Which segments are divided between speakers.
  /// Seconds, >= 0: a word in silence goes to the nearest turn up to so far away. One second is
  /// more than times of words are off as a rule, and less than a pause between speakers is long.
  double max_gap_s = 1.0;
};

/// Reads a transcript. The format is told by the file's ending and content, unless given. UTF-8, or
/// UTF-16 with a byte order mark. Words without times get estimates between their neighbours.
///
/// Throws Error{malformed} with "FILE:LINE", what was found there (in JSON also by its path, such
/// as $.segments[3].start) and what was expected, Error{not_found, io}, and Error{invalid_argument}
/// for a format that cannot be read or told.
DIARIST_EXPORT Transcript read_transcript(const std::filesystem::path& file,
                                          std::optional<TranscriptFormat> format = std::nullopt);
/// The same from bytes; `name` stands for the file in messages and names the transcript.
DIARIST_EXPORT Transcript parse_transcript(std::string_view bytes, const std::string& name,
                                           std::optional<TranscriptFormat> format = std::nullopt);

/// Gives every word and segment its speaker, by the rules of docs/transcripts.md. What the order of
/// turns and of speakers is does not matter, their names do: speakers of one name are one.
///
/// A transcript of several recordings (CTM) needs the turns of each, by its name; one of a single
/// recording takes the only diarization whatever its name, or of several the one that has its name
/// (Transcript::name, or the CTM's recording). Throws Error{invalid_argument} where that names
/// none, and for options out of range.
DIARIST_EXPORT Transcript assign_speakers(Transcript transcript,
                                          std::span<const Diarization> diarizations,
                                          const AssignmentOptions& options = {});
/// The same with one.
DIARIST_EXPORT Transcript assign_speakers(Transcript transcript, const Diarization& diarization,
                                          const AssignmentOptions& options = {});

/// Which of `diarizations` is of the recording that the transcript is of, by its name ("talk" of
/// talk.json and talk.wav.json): its place, or none. A single one always is.
DIARIST_EXPORT std::optional<std::size_t> matching_recording(
    const Transcript& transcript, std::span<const Diarization> diarizations);

/// Writes a transcript: in its own format into the document that it came from, otherwise anew.
/// Throws Error{invalid_argument} for a format that is not made of others (FormatInfo::writable);
/// check the stream otherwise.
DIARIST_EXPORT void write(std::ostream& out, const Transcript& transcript, TranscriptFormat format);

}  // namespace diarist
