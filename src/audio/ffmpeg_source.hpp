// Recordings that only the ffmpeg program decodes: m4a, mp4, webm, aac, wma and the like.
#pragma once

#include <memory>
#include <string>

#include "diarist/live_audio.hpp"

#include "audio/input_file.hpp"
#include "audio/source.hpp"

namespace diarist::audio {

/// What came of trying: a source, or nothing and the reason.
struct FfmpegAttempt {
  std::unique_ptr<Source> source;
  bool installed = true;  ///< False where `program` was not found.
  std::string reason;     ///< ffmpeg's own words, on one line.
};

/// Decodes the first audio track of `file` with `program`, at its own rate and with all its
/// channels. The name of the file does not reach ffmpeg, which gets it opened, as its standard
/// input; it may open nothing but files, and no format that names others, so that no playlist sends
/// it to a network or to what else is on this machine. Recordings that ffmpeg does not take are no
/// error. Throws Error{corrupt_audio} like read() of the source does
/// where ffmpeg stops at damage.
FfmpegAttempt open_with_ffmpeg(const InputFile& file, const std::string& program);

/// The same of whatever `program` can open by name while it is still going on, as `options` have
/// it. Reading ends where they say stop. Throws Error{cancelled} too.
FfmpegAttempt open_live_with_ffmpeg(const std::string& input, const LiveAudioOptions& options,
                                    const std::string& program);

}  // namespace diarist::audio
