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

/// Diarizes with the options that `arguments` holds, a bar of progress on a terminal; with up to
/// `most_voices` in the result.
Diarization diarize_one(const std::filesystem::path& recording, const DiarizeArguments& arguments,
                        const CancellationToken& cancellation, int most_voices = 0);

/// Whether it must have the name that is given.
enum class Naming { any_if_alone, exactly };

/// The turns of one recording in a file, which is the one that is called `name`, or the only one
/// there. "-" is standard input. Throws as read_turns() does, and Error{invalid_argument} that
/// lists the names that there are.
Diarization turns_of(const std::string& name, const std::string& file,
                     std::optional<FileFormat> format, Naming naming = Naming::any_if_alone);

}  // namespace diarist::cli
