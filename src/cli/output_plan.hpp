// Which file each recording's result goes to, settled and checked before any work begins.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diarist/formats.hpp"

namespace diarist::cli {

/// What the user asked for.
struct OutputRequest {
  std::vector<std::filesystem::path> recordings;    ///< "-" is standard input.
  std::optional<std::filesystem::path> output;      ///< -o
  std::vector<FileFormat> formats;                  ///< -f, empty where left out.
  std::optional<std::filesystem::path> statistics;  ///< --stats
  /// Standard output is a terminal: without -o and -f a summary is shown instead of a format.
  bool to_people = false;
};

struct PlannedOutput {
  FileFormat format = FileFormat::rttm;
  std::filesystem::path file;  ///< Empty for standard output.
};

/// The name that a recording has in results: its file name without folder and ending, or "stdin".
std::string recording_name(const std::filesystem::path& recording);

/// The outputs of each recording, in the order of the request; none where only a summary is shown.
///
/// -o names a folder where it ends in '/', is an existing folder, or there are several recordings,
/// which then go to FOLDER/NAME.FORMAT; otherwise a file, whose ending tells the format if -f does
/// not. Throws Error{invalid_argument} where outputs would overwrite one another or an input, where
/// one file or standard output would have to hold what it cannot, and where no format can be told.
std::vector<std::vector<PlannedOutput>> plan_outputs(const OutputRequest& request);

}  // namespace diarist::cli
