// Chooses who decodes a recording: libsndfile first, ffmpeg for what it does not take.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "audio/source.hpp"

namespace diarist::audio {

/// What the machine offers; tests give their own.
struct Machine {
  std::string ffmpeg_program = "ffmpeg";  ///< Looked up on the path, or a path itself.
  int standard_input = 0;                 ///< The descriptor that "-" stands for.
};

/// A recording ready to be decoded, and what to call it in messages.
struct Recording {
  std::unique_ptr<Source> source;
  std::string subject;
};

/// Opens `path` ("-" is standard input). Throws Error{not_found, io, invalid_argument} as
/// InputFile::open does, Error{corrupt_audio} for a recording that is empty, cut short or whose
/// header cannot be true, Error{unsupported_audio} for what neither decoder takes.
Recording open_recording(const std::filesystem::path& path, const Machine& machine = {});

}  // namespace diarist::audio
