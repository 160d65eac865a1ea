// The exit codes of the program: one table, which help, man page and reference read.
#pragma once

#include <string>
#include <vector>

#include "diarist/error.hpp"

namespace diarist::cli {

inline constexpr int kSuccess = 0;   ///< Also where nobody spoke.
inline constexpr int kInternal = 1;  ///< A mistake of ours, or no memory left.
inline constexpr int kUsage = 2;     ///< Options that are unknown, out of range or contradictory.
inline constexpr int kInput = 3;     ///< An input that is not there or cannot be read.
inline constexpr int kAudio = 4;     ///< A recording that is corrupt or of an unknown format.
inline constexpr int kModel = 5;     ///< A model pack: missing, corrupt or of another network.
inline constexpr int kOutput = 6;    ///< An output that cannot be written: permission, space.
inline constexpr int kMalformed =
    7;  ///< A text file with a line that cannot be read; no store of voices.
inline constexpr int kSomeFailed = 8;     ///< Several recordings, of which at least one failed.
inline constexpr int kLimitMissed = 9;    ///< No smaller pack within the limits: none was written.
inline constexpr int kInterrupted = 130;  ///< Stopped by Ctrl-C or asked to end (128 + SIGINT).

struct ExitCode {
  int code;
  const char* meaning;
};

/// All of them, in ascending order.
const std::vector<ExitCode>& exit_codes();
/// The same as the help shows it.
std::string exit_code_help();

/// What an error means for the program's end; reading is meant unless the caller knows better.
int exit_code_of(ErrorCode code);

}  // namespace diarist::cli
