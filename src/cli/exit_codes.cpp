#include "cli/exit_codes.hpp"

namespace diarist::cli {

const std::vector<ExitCode>& exit_codes() {
  static const std::vector<ExitCode> codes{
      {kSuccess, "done, also where nobody speaks"},
      {kInternal, "internal error"},
      {kUsage, "options that are unknown, out of range or contradict each other"},
      {kInput, "an input that is missing or cannot be read"},
      {kAudio, "a recording that is corrupt or of an unknown format"},
      {kModel, "a model pack that is missing, corrupt or of another network"},
      {kOutput, "an output that cannot be written"},
      {kMalformed,
       "a text file (RTTM, UEM) with a line that cannot be read, or a store of voices that is "
       "none"},
      {kSomeFailed, "several recordings, of which at least one failed; the others are done"},
      {kLimitMissed, "no smaller pack within the limits; none was written"},
      {kInterrupted, "interrupted; no half file is left"},
  };
  return codes;
}

std::string exit_code_help() {
  std::string text = "Exit codes:";
  for (const auto& [code, meaning] : exit_codes()) {
    const std::string number = std::to_string(code);
    text += "\n  " + number + std::string(5 - number.size(), ' ') + meaning;
  }
  return text;
}

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return kUsage;
    case ErrorCode::not_found:
    case ErrorCode::io:
      return kInput;
    case ErrorCode::unsupported_audio:
    case ErrorCode::corrupt_audio:
      return kAudio;
    case ErrorCode::corrupt_model:
    case ErrorCode::wrong_model:
      return kModel;
    case ErrorCode::malformed:
      return kMalformed;
    case ErrorCode::limit_missed:
      return kLimitMissed;
    case ErrorCode::cancelled:
      return kInterrupted;
    case ErrorCode::internal:
      return kInternal;
  }
  return kInternal;
}

}  // namespace diarist::cli
