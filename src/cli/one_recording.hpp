// One recording and its turns, for commands that do something with them: turns that are in a file,
// or those that diarizing it finds.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "diarist/diarization.hpp"
#include "diarist/diarizer.hpp"
#include "diarist/formats.hpp"

#include "cli/diarize_options.hpp"

namespace diarist::cli {

/// With the built-in model where there is no `model`. Throws as Diarizer's constructors do, but
/// Error{wrong_model} for a pack that is missing.
Diarizer make_diarizer(const std::optional<std::string>& model,
                       const std::optional<std::string>& fallback,
                       const PerformanceOptions& performance);

/// Diarizes with the options that `arguments` holds, a bar of progress on a terminal.
Diarization diarize_one(const std::filesystem::path& recording, const DiarizeArguments& arguments,
                        const CancellationToken& cancellation);

/// The turns of `recording` in a file: those of the one that the file holds, whatever its name, or
/// of the one that is called as the recording is. "-" is standard input. Throws as read_turns()
/// does, and Error{invalid_argument} that lists them where none of several has the name.
Diarization turns_of(const std::filesystem::path& recording, const std::string& file,
                     std::optional<FileFormat> format);

}  // namespace diarist::cli
