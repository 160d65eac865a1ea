// Cutting a recording by its turns: a file per speaker or per turn, and a manifest that says what
// is in them. docs/guide/cut.md shows it, docs/json-schema.md has the manifest's fields.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// What becomes one file.
enum class SplitBy {
  speaker,  ///< All that a speaker says, piece after piece.
  turn,     ///< Each turn by itself.
};

/// The kind of file.
enum class SplitFormat {
  as_source,  ///< WAV of a WAV, FLAC of a FLAC, WAV of all else.
  wav,
  flac,
};

/// Which channels of the recording go into a file.
enum class SplitChannels {
  automatic,  ///< `own` where a turn is on a channel above 1, `all` otherwise.
  own,        ///< The one that the turn is on: for recordings whose channels were diarized apart.
  all,
};

/// How a recording is cut. Times become samples of the recording, to the nearest one.
///
/// Where turns of one speaker overlap each other, they are one piece; with SplitBy::speaker, or
/// once they are padded, also where they touch. So no sample is twice in a speaker's files.
struct SplitOptions {
  SplitBy by = SplitBy::speaker;                ///< What becomes one file.
  SplitFormat format = SplitFormat::as_source;  ///< Which kind.
  /// Samples are copied bit for bit, in the recording's own coding (docs/guide/cut.md has a table),
  /// unless this says how many bits they are to have as integers: 16 or 24. Rounded to the nearest,
  /// and held within the range. FLAC of floats needs it.
  std::optional<int> bits = std::nullopt;
  /// Seconds before and after each turn that come along, as far as the recording goes.
  double padding_s = 0;
  /// Turns shorter than so many seconds are left out; padding does not count.
  double min_duration_s = 0;
  /// Only where nobody else speaks: turns are cut where others begin and end, and padding stops
  /// there. With SplitChannels::own, others are those on the same channel.
  bool exclude_overlap = false;
  /// Seconds of silence between the pieces of one file.
  double gap_s = 0;
  /// Names of the files, without ending: fields in braces, of `recording`, `speaker`, `index`,
  /// `start`, `end`, `duration` and `channel`; `{{` and `}}` are braces.
  /// "{recording}-{speaker}" by speaker and "{recording}-{index}-{speaker}" by turn where empty.
  std::string name_template = {};
  SplitChannels channels = SplitChannels::automatic;  ///< Which go into a file.
  /// What messages call the turns: the name of their file, say.
  std::string turns_name = "turns";
};

/// One continuous stretch of the recording in a file.
struct SplitPiece {
  double start_s = 0;               ///< In the recording, padding included.
  double end_s = 0;                 ///< Likewise.
  std::int64_t first_sample = 0;    ///< Its place in the recording, per channel, from 0.
  std::int64_t samples = 0;         ///< Its length, per channel.
  std::int64_t sample_in_file = 0;  ///< Its place in the file.
  double padding_before_s = 0;      ///< What came along before the turn,
  double padding_after_s = 0;       ///< and after it.
  float confidence = 0;             ///< Of its turns, by their lengths; NaN where none has any.
};

/// One file that was written.
struct SplitFile {
  std::string name;                ///< Without folder.
  std::string speaker;             ///< Who speaks in it.
  int channel = 0;                 ///< The one that it has; 0 for all.
  std::int64_t samples = 0;        ///< Its length, per channel.
  std::vector<SplitPiece> pieces;  ///< In order.
};

/// What was made of a recording.
struct SplitResult {
  int sample_rate_hz = 0;            ///< The recording's own.
  std::string format;                ///< "wav" or "flac".
  std::string coding;                ///< Of the samples: "pcm_16", "f32", "u_law" and so on.
  std::vector<SplitFile> files;      ///< By speaker in order of appearance, or by turn in time.
  std::vector<std::string> notices;  ///< Things to know, one sentence each.
};

/// What may be hung on a run.
struct SplitHooks : RunHooks {
  /// Told the folder, inside or beside the one asked for, in which files lie until all are
  /// complete: a program that may be ended by force removes it then.
  std::function<void(const std::filesystem::path&)> staging;
};

/// Cuts `recording` by `turns` and writes the files, manifest.csv and manifest.json to `folder`,
/// which is made where it is missing. A file of libsndfile's formats is copied as it is stored;
/// what only ffmpeg reads, as ffmpeg decodes it. Memory does not grow with the recording's length.
///
/// All files are written under a temporary folder and renamed once they are complete: a folder that
/// was not there appears with all of them at once. What is there under the same names is replaced,
/// other files stay. Where something fails, `folder` is as it was.
///
/// Throws Error{invalid_argument} for options out of range, an unknown field, two files of one
/// name, a file that would replace the recording, a format that does not hold the samples, turns
/// beyond the recording's end or on a channel that it has not, and for standard input or a pipe,
/// which cannot be read twice; all of that before anything is written. Throws Error{not_found, io,
/// unsupported_audio, corrupt_audio} of the recording, Error{io} with a file or folder of `folder`
/// as its subject where that cannot be written, Error{cancelled}. Safe from any thread.
DIARIST_EXPORT SplitResult split(const std::filesystem::path& recording, const Diarization& turns,
                                 const std::filesystem::path& folder,
                                 const SplitOptions& options = {}, const SplitHooks& hooks = {});

/// What of that can be told without turns: throws as split() does for options, and for a recording
/// that cannot be read or cut so. For callers that find the turns first, which may take hours.
DIARIST_EXPORT void check_split(const std::filesystem::path& recording,
                                const SplitOptions& options = {});

}  // namespace diarist
